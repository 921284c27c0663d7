/* The kernel executor: an AF_PACKET socket filter around the same core as native.c.
 *
 * Build: scripts/compile-bpf. Flows live in a plain hash map (exact until it is full, then table_full counts), old
 * generations move to `retired`, where user space reads and deletes them. The frame's link layer is what the socket shows:
 * LINK_LENGTH bytes, the ethertype from skb->protocol. Time is CLOCK_MONOTONIC. Tunnels, fragments and link-layer rows are
 * user space's: such frames are passed up whole (the return value), as are the first payload frames of each direction.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define INLINE __attribute__((always_inline)) inline
#define CTX struct __sk_buff
#define LOAD(ctx, off, to, n) bpf_skb_load_bytes(ctx, off, to, n)
#define ADD(counter, n) __sync_fetch_and_add(counter, n)
#define MAX_EXTENSIONS 4
#define SUBPROGRAM __attribute__((noinline))
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

#define FLOWS 65536
#define PASS_WHOLE 2048
#define PACKET_OUTGOING 4

volatile const u32 LINK_LENGTH = 14;     /* 14: Ethernet; 0: cooked, as on "any" */
volatile const u32 INSPECT_PACKETS = 8;
volatile const u32 LOOPBACK = 1;         /* its interface index: every packet is seen twice there, the incoming copy counts */

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, FLOWS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct flow_key);
	__type(value, struct flow);
} flows SEC(".maps");

struct retired_key { struct flow_key flow; u32 generation, pad; };

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, FLOWS / 4);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct retired_key);
	__type(value, struct flow);
} retired SEC(".maps");

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
	if (bpf_map_update_elem(&flows, key, empty, BPF_NOEXIST) == 0)
		t->flows++;
	f = bpf_map_lookup_elem(&flows, key);    /* ours, or another processor's */
	if (!f)
		t->table_full++;
	return f;
}

static INLINE void supersede_flow(const struct flow_key *key, struct flow *f)
{
	struct retired_key name = {.flow = *key, .generation = f->generation};

	f->tcp_bits |= BIT_SUPERSEDED;
	bpf_map_update_elem(&retired, &name, f, BPF_ANY);
	bpf_map_delete_elem(&flows, key);
}

#define FLOW_LOOKUP(ctx, key) bpf_map_lookup_elem(&flows, key)
#define FLOW_INSERT(ctx, key) insert_flow(key)
#define FLOW_SUPERSEDE(ctx, key, f) supersede_flow(key, f)

#include "ip.h"
#include "flow.h"
#include "tcp.h"
#include "account.h"

/* Tags that are still in the data: sent frames, and the inner one of two. */
static INLINE void take_off_tags(struct __sk_buff *skb, struct packet *p)
{
	u16 tag[2];

	for (int i = 0; i < 2; i++) {
		if (p->ethertype != 0x8100 && p->ethertype != 0x88a8)
			break;
		if (FETCH(skb, p, p->l3, tag, 4))
			break;
		if (p->vlan)
			p->vlan_inner = NET16(tag[0]) & 0xfff;
		else
			p->vlan = NET16(tag[0]) & 0xfff;
		p->ethertype = NET16(tag[1]);
		p->l3 += 4;
	}
}

static INLINE int inspect(struct direction *me, const struct packet *p)
{
	if (!p->data_length || (p->protocol == IP_TCP && !p->has_tcp))
		return 0;
	if (me->inspected_packets >= INSPECT_PACKETS)
		return 0;
	me->inspected_packets++;
	return PASS_WHOLE;
}

SEC("socket")
int meter(struct __sk_buff *skb)
{
	struct packet p = {};
	struct flow_key key = {};
	struct direction *me, *peer;
	struct totals *t = totals_here();
	struct flow *f;

	if (!t || (skb->ifindex == LOOPBACK && skb->pkt_type == PACKET_OUTGOING))
		return 0;
	p.now = bpf_ktime_get_ns();
	p.segments = skb->gso_segs ? skb->gso_segs : 1;
	p.interface = skb->ifindex;
	p.l3 = LINK_LENGTH;
	p.end = skb->len;
	p.wire = skb->len;
	p.ethertype = NET16((u16)skb->protocol);
	if (skb->vlan_present) {
		p.vlan = skb->vlan_tci & 0xfff;
		p.wire += 4;
	}
	if (LINK_LENGTH == 14 && !LOAD(skb, 0, p.destination_mac, 6))
		LOAD(skb, 6, p.source_mac, 6);
	if (LINK_LENGTH)
		take_off_tags(skb, &p);
	t->packets += p.segments;
	t->bytes += p.wire;
	t->captured_bytes += skb->len;
	if (p.ethertype != 0x0800 && p.ethertype != 0x86dd)
		return PASS_WHOLE;
	if (p.ethertype == 0x0800 ? parse_ip4(skb, &p) : parse_ip6(skb, &p))
		return PASS_WHOLE;
	if (p.fragment) {
		t->fragments++;
		return PASS_WHOLE;
	}
	parse_transport(skb, &p);
	/* offload: the wire carries one frame a segment, each with its own headers */
	if (p.segments > 1 && p.data > p.l3)
		p.wire += (p.segments - 1) * p.data;
	f = account(skb, &key, &p);
	if (!f)
		return PASS_WHOLE;
	PICK_DIRECTION(f, p.direction, me, peer);
	return inspect(me, &p);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
