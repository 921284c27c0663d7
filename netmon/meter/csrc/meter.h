/* The native meter's state, the queue of frames worth inspecting, and the executor's side of the core's macros. */
#ifndef NETMON_METER_H
#define NETMON_METER_H

#define ITEM_COST 64u             /* what one queued frame costs besides its data; the reference counts the same */
#define OUTER_PACKETS 4u          /* frames inspected per direction of a conversation that carries a tunnel */

enum { INSPECT_TCP = 1, INSPECT_UDP = 2, INSPECT_TRANSPORT = 3, INSPECT_FRAGMENT = 4, INSPECT_LINK = 5, INSPECT_PROCESS = 6 };
#define NO_PLACE (-(1ll << 62))           /* netmon.model.flow: of fragments that do not begin a TCP segment that is followed */

/* struct pcap_pkthdr of libpcap's ABI; its headers are not needed to build */
struct pcap_pkthdr { struct timeval ts; u32 caplen, len; };
typedef int (*filter_function)(const void *program, const struct pcap_pkthdr *header, const u8 *data);

struct item {
	u64 flow_id, now;
	s64 offset;
	u32 length, captured;
	u16 source_port, destination_port;
	u8 kind, side, flags, midstream;
};

struct buffer { u8 *data; size_t length, room; };

struct limits { u32 flows, inspect_packets, inspect_bytes; u64 queue_bytes; int separate_interfaces; };

struct fragments;
struct kernel;

struct meter {
	struct table table;
	struct totals totals;
	u64 spent;                        /* MeterTotals.inspect_spent; not in struct totals, which the kernel counts too */
	struct limits limits;
	struct buffer queue;
	u64 queue_cost;
	u64 queued;
	u64 last_ns;
	const void *filter_program;
	filter_function filter;
	struct fragments *fragments;
	struct kernel *kernel;            /* the flow table it mirrors, if any */
};

struct context {
	struct meter *m;
	const u8 *data;
	u32 captured;
	u32 process;                      /* length of a header in front that names the process, until a flow has it */
};

#define INLINE __attribute__((always_inline)) inline
#define SUBPROGRAM static INLINE
#define CTX struct context
static INLINE int load_bytes(const struct context *ctx, u32 off, void *to, u32 n)
{
	if (__builtin_expect((u64)off + n > ctx->captured, 0))
		return -1;
	memcpy(to, ctx->data + off, n);
	return 0;
}
#define LOAD(ctx, off, to, n) load_bytes(ctx, off, to, n)
#define ADD(counter, n) (*(counter) += (n))

static u8 *buffer_take(struct buffer *b, size_t n)
{
	if (b->length + n > b->room) {
		size_t room = b->room ? b->room : 16384;
		while (room < b->length + n)
			room *= 2;
		u8 *data = realloc(b->data, room);
		if (!data)
			return NULL;
		b->data = data;
		b->room = room;
	}
	b->length += n;
	return b->data + b->length - n;
}

static inline size_t padded(u32 n) { return ((size_t)n + 7) & ~(size_t)7; }

static inline int within_budget(const struct meter *m, const struct direction *me)
{
	return me->inspected_packets < m->limits.inspect_packets && me->inspected_bytes < m->limits.inspect_bytes;
}

/* Whether this direction may still pass a frame on. */
static inline int wants(const struct meter *m, const struct row *row, const struct direction *me, int outer)
{
	if (row->attention == ATTENTION_ALWAYS)
		return 1;
	if (row->attention == ATTENTION_DONE || (outer && me->inspected_packets >= OUTER_PACKETS))
		return 0;
	return within_budget(m, me);
}

/* Whether inspection has said that nothing of this TCP segment is of interest. */
static inline int is_stepped_over(const struct row *row, const struct packet *p)
{
	s64 until = row->step_over[p->direction];

	return until && p->offset + (s64)p->data_length <= until;
}

/* Queues an item whose data is at hand; side and budget are settled here. */
static void pass_on(struct meter *m, struct row *row, struct direction *me, struct item *item, const u8 *data)
{
	int before = within_budget(m, me);
	u8 *to;

	if (m->queue_cost + ITEM_COST + item->captured > m->limits.queue_bytes ||
	    !(to = buffer_take(&m->queue, sizeof *item + padded(item->captured)))) {
		m->totals.inspect_lost++;
		return;
	}
	item->flow_id = row->id;
	memcpy(to, item, sizeof *item);
	memcpy(to + sizeof *item, data, item->captured);
	m->queue_cost += ITEM_COST + item->captured;
	m->queued++;
	m->totals.inspected++;
	me->inspected_packets++;
	me->inspected_bytes = item->length > 0xffffffffu - me->inspected_bytes ? 0xffffffffu : me->inspected_bytes + item->length;
	m->spent += row->attention == ATTENTION_BUDGET && before && !within_budget(m, me);
}

static struct item make_item(const struct context *ctx, const struct flow *f, const struct packet *p, int kind, u32 from, u32 length)
{
	struct item item = {.now = p->now, .length = length, .kind = kind, .flags = p->protocol};
	u32 there = ctx->captured > from ? ctx->captured - from : 0;

	item.captured = length < there ? length : there;
	if (kind == INSPECT_FRAGMENT)
		item.offset = NO_PLACE;
	item.side = p->direction != f->initiator;
	item.source_port = p->source_port;
	item.destination_port = p->destination_port;
	if (p->family == FAMILY_ARP)
		item.source_port = item.destination_port = 0x0806;
	return item;
}

static INLINE struct flow *find_flow(struct context *ctx, const struct flow_key *key)
{
	return (struct flow *)table_find(&ctx->m->table, key, hash_key(key));
}

static __attribute__((noinline)) struct flow *insert_flow(struct context *ctx, const struct flow_key *key)
{
	struct row *row = table_insert(&ctx->m->table, key, hash_key(key));

	if (row)
		ctx->m->totals.flows++;
	else
		ctx->m->totals.table_full++;
	return (struct flow *)row;
}

static void supersede_flow(struct context *ctx, struct flow *f)
{
	f->tcp_bits |= BIT_SUPERSEDED;
	table_touch(&ctx->m->table, (struct row *)f);
	table_unindex(&ctx->m->table, (struct row *)f);
}

#define FLOW_LOOKUP(ctx, key) find_flow(ctx, key)
#define FLOW_INSERT(ctx, key) insert_flow(ctx, key)
#define FLOW_SUPERSEDE(ctx, key, flow) supersede_flow(ctx, flow)
#define MACS(ctx, p, to) do { (void)(ctx); memcpy(to, (p)->destination_mac, 6); memcpy((to) + 6, (p)->source_mac, 6); } while (0)
#define PICK_DIRECTION(f, which, me, peer) \
	do { (me) = &(f)->dir[which]; (peer) = &(f)->dir[!(which)]; } while (0)
#endif
