/* The kernel executor: an AF_PACKET socket filter around the same core as native.c.
 *
 * Build: scripts/compile-bpf. Flows live in a plain hash map (exact until it is full, then table_full counts), old
 * generations move to `retired`; user space reads both (kernel.h) and deletes what is over. The frame's link layer is what the
 * socket shows: LINK_LENGTH bytes, the ethertype behind them. Time is CLOCK_MONOTONIC.
 *
 * The rule that both sides keep: this program counts every whole IP packet that follows the link header or at most MAX_TAGS
 * VLAN tags, and no other frame; kernel.h decides the same from the same bytes. What it returns is how much of the frame goes
 * up: all of what it does not count (fragments, link-layer rows, labels), of what may carry a tunnel, of payload frames that
 * inspection still wants, and of every 64th packet that found the table full; nothing of the rest.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define INLINE __attribute__((always_inline)) inline
#define CTX struct __sk_buff
#define LOAD(ctx, off, to, n) bpf_skb_load_bytes(ctx, off, to, n)
#define ADD(counter, n) __atomic_fetch_add(counter, n, __ATOMIC_RELAXED)
#define MAX_EXTENSIONS 4
#ifdef REALTIME
/* Since Linux 6.10. Without the lock that keeps bottom halves of one processor apart (PREEMPT_RT may be built so from 6.18 on)
 * a packet's run is interrupted by another's, which has the same totals and scratch records. */
extern void bpf_preempt_disable(void) __ksym;
extern void bpf_preempt_enable(void) __ksym;
#define ALONE(run) do { bpf_preempt_disable(); run; bpf_preempt_enable(); } while (0)
#else
#define ALONE(run) run
#endif
#ifdef WITHOUT_PERFMON
#include "forget.h"
#else
#define SUBPROGRAM __attribute__((noinline))
#define UNROLL
#define forget_parsing(p) ((void)(p))
#endif
/* a constant offset in each branch: without CAP_PERFMON the verifier refuses one that differs between paths */
#define KEEP(pointer) asm volatile("" : "+r"(pointer))
#define PICK_DIRECTION(f, which, me, peer) \
	do { \
		if (which) { \
			(me) = &(f)->dir[1]; KEEP(me); \
			(peer) = &(f)->dir[0]; KEEP(peer); \
		} else { \
			(me) = &(f)->dir[0]; KEEP(me); \
			(peer) = &(f)->dir[1]; KEEP(peer); \
		} \
	} while (0)

#include "types.h"

#define PASS 262144
#define PACKET_OUTGOING 4
#define MAX_TAGS 3
#define FULL_SAMPLE 64
enum { ATTENTION_ALWAYS = 1, ATTENTION_DONE = 2 };

volatile const u32 LINK_LENGTH = 14;     /* 14: Ethernet; 0: none, as on "any" and tunnel devices */
volatile const u32 LINK_EXTRA = 0;       /* the pseudo-header that libpcap shows instead, counted like one */
volatile const u32 INTERFACE = 0;        /* what records say */
volatile const u32 SEPARATE = 0;         /* the interface is part of the key */
volatile const u32 INSPECT_PACKETS = 4096;
volatile const u32 INSPECT_BYTES = 65536;
volatile const u32 MARKS_MASK = 0;
volatile const u32 PROCESSORS = 1;
volatile const u32 LOOPBACK = 1;         /* its interface index: every packet is seen twice there, the incoming copy counts */
volatile const u32 TIME_IN_MARK = 0;     /* BPF_PROG_TEST_RUN only: mark and priority hold the time */

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct flow_key);
	__type(value, struct flow);
} flows SEC(".maps");

struct retired_key { struct flow_key flow; u64 serial; };

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct retired_key);
	__type(value, struct flow);
} retired SEC(".maps");

/* What inspection still wants: serial << 2 | attention at serial & MARKS_MASK, written by user space in shared memory. Another
 * flow's mark in the same place means none. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, u32);
	__type(value, u64);
} marks SEC(".maps");

/* At serial & (STEPS - 1). */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, STEPS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, u32);
	__type(value, struct step);
} steps SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct totals);
} totals SEC(".maps");

/* A zeroed record to begin flows with; too large for the stack. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct flow);
} blank SEC(".maps");

/* The name of a record that moves to `retired`; the stack, of all functions together 512 bytes, has no room for it. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct retired_key);
} retiring SEC(".maps");

static INLINE struct totals *totals_here(void)
{
	u32 zero = 0;
	return bpf_map_lookup_elem(&totals, &zero);
}

static INLINE struct flow *insert_flow(const struct flow_key *key)
{
	u32 zero = 0;
	struct totals *t = totals_here();
	struct flow *empty = bpf_map_lookup_elem(&blank, &zero), *f;

	if (!empty || !t)
		return 0;
	/* unique and dense without an atomic operation: each processor counts its own */
	empty->serial = t->flows * PROCESSORS + bpf_get_smp_processor_id() + 1;
	if (bpf_map_update_elem(&flows, key, empty, BPF_NOEXIST) == 0)
		t->flows++;
	f = bpf_map_lookup_elem(&flows, key);    /* ours, or another processor's */
	if (!f)
		t->table_full++;
	return f;
}

static INLINE void supersede_flow(const struct flow_key *key, struct flow *f)
{
	u32 zero = 0;
	struct retired_key *name = bpf_map_lookup_elem(&retiring, &zero);
	struct totals *t = totals_here();

	f->tcp_bits |= BIT_SUPERSEDED;
	if (name && t) {
		name->flow = *key;
		name->serial = f->serial;
		if (bpf_map_update_elem(&retired, name, f, BPF_ANY))
			t->table_full++;
	}
	bpf_map_delete_elem(&flows, key);
}

/* Read where they are wanted: kept with the packet they would take twelve of the 64 slots of eight bytes that a stack has. */
#define MACS(ctx, p, to) do { if (LINK_LENGTH) LOAD(ctx, 0, to, 12); } while (0)
#define FLOW_LOOKUP(ctx, key) bpf_map_lookup_elem(&flows, key)
#define FLOW_INSERT(ctx, key) insert_flow(key)
#define FLOW_SUPERSEDE(ctx, key, f) supersede_flow(key, f)

#include "ip.h"
#include "flow.h"
#include "tcp.h"
#include "account.h"

/* Tags that are still in the data: sent frames, and the inner ones of several. 0 when what follows them is IP. */
static INLINE int take_off_tags(struct __sk_buff *skb, struct packet *p, u32 taken)
{
	u16 tag[2];

	UNROLL
	for (u32 i = 0; i < MAX_TAGS; i++) {
		if (p->ethertype != 0x8100 && p->ethertype != 0x88a8)
			break;
		if (i + taken >= MAX_TAGS || FETCH(skb, p, p->l3, tag, 4))
			return -1;
		if (!p->vlan)
			p->vlan = NET16(tag[0]) & 0xfff;
		else if (!p->vlan_inner)
			p->vlan_inner = NET16(tag[0]) & 0xfff;
		p->ethertype = NET16(tag[1]);
		p->l3 += 4;
	}
	return p->ethertype == 0x0800 || p->ethertype == 0x86dd ? 0 : -1;
}

/* 0 with addresses, tags and l3 when the frame carries IP as MAX_TAGS allows. */
static INLINE int link_layer(struct __sk_buff *skb, struct packet *p)
{
	u32 taken = 0;
	u16 type;

	p->l3 = LINK_LENGTH;
	p->end = skb->len;
	p->wire = skb->len + LINK_EXTRA;
	if (!LINK_LENGTH) {
		p->ethertype = NET16((u16)skb->protocol);
	} else {
		if (skb->vlan_present) {             /* libpcap puts it back where it was */
			p->vlan = skb->vlan_tci & 0xfff;
			p->wire += 4;
			taken = 1;
		}
		if (LOAD(skb, LINK_LENGTH - 2, &type, 2))
			return -1;
		p->ethertype = NET16(type);
	}
	return take_off_tags(skb, p, taken);
}

/* Whether user space must look inside for another packet (tunnel.h): its flows are counted there. */
static INLINE int may_carry(const struct packet *p)
{
	if (p->protocol == IP_GRE || p->protocol == IP_IPIP || p->protocol == IP_IPV6 || p->protocol == IP_MPLS)
		return 1;
	if (p->protocol != IP_UDP || !p->has_ports || p->data_length < 8)
		return 0;
	for (int i = 0; i < 2; i++)
		switch (i ? p->source_port : p->destination_port) {
		case 4789: case 8472: case 6081: case 2152: case 3544: case 1701: case 4341: case 5247: case 5072: case 6635:
			return 1;
		default:
			break;
		}
	return 0;
}

/* Whether inspection has said that nothing of this TCP segment is of interest. */
static INLINE int is_stepped_over(const struct flow *f, const struct packet *p)
{
	u32 place = (u32)f->serial & (STEPS - 1);
	const volatile struct step *step = bpf_map_lookup_elem(&steps, &place);
	s64 until, other; /* both are read: without CAP_PERFMON no place in a map may be worked out */

	if (!p->has_tcp || !step || step->serial != f->serial)
		return 0;
	until = step->until[0];
	other = step->until[1];
	if (p->direction)
		until = other;
	return until && p->offset + (s64)p->data_length <= until && step->serial == f->serial;
}

static INLINE int inspect(const struct flow *f, struct direction *me, const struct packet *p)
{
	u32 slot = (u32)f->serial & MARKS_MASK, attention = 0;
	u64 *mark;

	if (!p->data_length || ((p->protocol == IP_TCP || p->protocol == IP_UDP) && p->data == p->l4))
		return 0;
	mark = bpf_map_lookup_elem(&marks, &slot);
	if (mark && *mark >> 2 == f->serial)
		attention = *mark & 3;
	if (attention == ATTENTION_DONE || is_stepped_over(f, p))
		return 0;
	if (attention != ATTENTION_ALWAYS && (me->inspected_packets >= INSPECT_PACKETS || me->inspected_bytes >= INSPECT_BYTES))
		return 0;
	me->inspected_packets++;
	me->inspected_bytes = p->data_length > 0xffffffffu - me->inspected_bytes ? 0xffffffffu : me->inspected_bytes + p->data_length;
	return PASS;
}

static INLINE int count(struct __sk_buff *skb)
{
	struct packet p = {};
	struct flow_key key = {};
	struct direction *me, *peer;
	struct totals *t = totals_here();
	struct flow *f;
	int whole;

	if (!t || (skb->ifindex == LOOPBACK && skb->pkt_type == PACKET_OUTGOING))
		return 0;
	p.now = TIME_IN_MARK ? (u64)skb->mark << 32 | skb->priority : bpf_ktime_get_ns();
	p.segments = skb->gso_segs ? skb->gso_segs : 1;
	p.interface = SEPARATE && LINK_EXTRA == 20 ? (u16)(ANY_INTERFACES + skb->ifindex) : INTERFACE;
	whole = !link_layer(skb, &p) && !(p.ethertype == 0x0800 ? parse_ip4(skb, &p) : parse_ip6(skb, &p)) && !p.fragment &&
		p.extensions < MAX_EXTENSIONS;
	t->captured_bytes += p.wire;
	if (whole) {
		parse_transport(skb, &p);
		forget_parsing(&p);
		/* offload: the wire carries one frame a segment, each with its own headers */
		if (p.segments > 1 && p.data > p.l3)
			p.wire += (p.segments - 1) * (p.data + LINK_EXTRA);
	}
	t->packets += p.segments;
	t->bytes += p.wire;
	if (!whole)
		return PASS;
#ifdef WITHOUT_PERFMON
	if (p.has_tcp && (p.tcp_flags & (TCP_SYN | TCP_RST)) == TCP_SYN)
		p.options = tcp_each_option(skb, p.l4 + 20, p.l4 + p.tcp_header, p.now);
	FORGET(p.options, p.now);
#endif
	key.interface = SEPARATE ? p.interface : 0;
	f = account(skb, &key, &p);
	if (!f)                                  /* the table is full: a sample says who was left out, and no flood follows */
		return t->table_full % FULL_SAMPLE ? 0 : PASS;
	if (f->generation && (p.tcp_flags & TCP_SYN))
		return PASS;                         /* user space must not take the new connection for the old one */
	if (may_carry(&p))
		return PASS;
	PICK_DIRECTION(f, p.direction, me, peer);
	return inspect(f, me, &p);
}

SEC("socket")
int meter(struct __sk_buff *skb)
{
	int passed;

	ALONE(passed = count(skb));
	return passed;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
