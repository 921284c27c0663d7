/* The mirror of the kernel's flow table: what flow.bpf.c counts, under the native table's row numbers.
 *
 * In: descriptors of its maps. kernel_read takes over every record that changed; kernel_counted prepares a frame that came up
 * for inspection and counts nothing. Rules: a row belongs to one kernel record (its serial) for life; what user space counts
 * itself (fragments of the same conversation) is added, never lost; a kernel too old or a table gone is an error code, not a crash.
 */
#ifndef NETMON_KERNEL_H
#define NETMON_KERNEL_H

#include "kernel_call.h"

#define SETTLE_NS 5000000ull      /* a record written so recently may have been read half way through a packet */
#define KERNEL_TAGS 3

static void kernel_mark(struct kernel *k, const struct row *row)
{
	if (k && row->flow.serial)
		__atomic_store_n(&k->marks[row->flow.serial & k->mark_mask], row->flow.serial << 2 | row->attention, __ATOMIC_RELAXED);
}

static void kernel_step(struct kernel *k, const struct row *row)
{
	struct step *step;

	if (!k || !row->flow.serial)
		return;
	step = &k->steps[row->flow.serial & (STEPS - 1)];
	if (step->serial != row->flow.serial)
		__atomic_store_n(&step->serial, 0, __ATOMIC_SEQ_CST);
	__atomic_store_n(&step->until[0], row->step_over[0], __ATOMIC_SEQ_CST);
	__atomic_store_n(&step->until[1], row->step_over[1], __ATOMIC_SEQ_CST);
	__atomic_store_n(&step->serial, row->flow.serial, __ATOMIC_SEQ_CST);
}

static u64 kernel_time(const struct kernel *k, u64 there)
{
	return there ? (u64)((s64)there + k->clock) : 0;
}

/* One direction: the kernel's state, its growth added to what is here. */
static void merge_direction(const struct kernel *k, struct direction *mine, const struct direction *theirs)
{
	struct direction old = *mine;

	*mine = *theirs;
	mine->packets = old.packets + theirs->packets - old.kernel.packets;
	mine->bytes = old.bytes + theirs->bytes - old.kernel.bytes;
	mine->payload = old.payload + theirs->payload - old.kernel.payload;
	mine->kernel.packets = theirs->packets;
	mine->kernel.bytes = theirs->bytes;
	mine->kernel.payload = theirs->payload;
	mine->last_ns = kernel_time(k, theirs->last_ns);
	if (mine->last_ns < old.last_ns)
		mine->last_ns = old.last_ns;
	mine->fragments = old.fragments;
	mine->inspected_packets = old.inspected_packets;
	mine->inspected_bytes = old.inspected_bytes;
	if (!theirs->packets) {
		mine->ttl = old.ttl;
		mine->tos = old.tos;
	}
	if (!(mine->mac[0] | mine->mac[1] | mine->mac[2] | mine->mac[3] | mine->mac[4] | mine->mac[5]))
		memcpy(mine->mac, old.mac, 6);
}

static void merge(struct meter *m, struct row *row, const struct flow *theirs)
{
	struct kernel *k = m->kernel;
	struct flow *f = &row->flow;
	u64 first = kernel_time(k, theirs->first_ns), last = kernel_time(k, theirs->last_ns);
	u16 last_type = f->last_type;

	if (!f->serial && f->first_ns)
		m->totals.flows--;                /* begun by a fragment; the kernel has counted it too */
	if (f->first_ns && (f->serial || f->first_ns < first))
		first = f->first_ns;
	if (f->last_ns > last)
		last = f->last_ns;
	merge_direction(k, &f->dir[0], &theirs->dir[0]);
	merge_direction(k, &f->dir[1], &theirs->dir[1]);
	f->first_ns = first;
	f->last_ns = last;
	f->rtt_handshake = theirs->rtt_handshake;
	f->tcp_bits = theirs->tcp_bits;
	f->last_type = theirs->last_type ? theirs->last_type : last_type;
	f->interface = theirs->interface;
	f->initiator = theirs->initiator;
	f->initiator_rank = theirs->initiator_rank;
	f->generation = theirs->generation;
	f->serial = theirs->serial;
	row->unsettled = !k->fixed_clock && kernel_now() - theirs->last_ns < SETTLE_NS;
	table_touch(&m->table, row);
}

static void kernel_drain_retired(struct meter *m);

/* A record read from the flows map, into its row. */
static struct row *kernel_take(struct meter *m, const struct flow_key *key, const struct flow *theirs)
{
	u32 hash = hash_key(key);
	struct row *row = table_find(&m->table, key, hash);

	if (!theirs->serial || !(theirs->dir[0].packets | theirs->dir[1].packets))
		return row;                       /* being begun right now */
	if (row && row->flow.serial && row->flow.serial != theirs->serial) {
		kernel_drain_retired(m);
		row = table_find(&m->table, key, hash);
		if (row && row->flow.serial != theirs->serial) {  /* its last words are lost */
			supersede_flow(&(struct context){.m = m}, &row->flow);
			row = NULL;
		}
	}
	if (!row && !(row = table_insert(&m->table, key, hash)))
		return NULL;
	if (row->flow.serial && !row->unsettled && row->flow.dir[0].kernel.packets == theirs->dir[0].packets &&
	    row->flow.dir[1].kernel.packets == theirs->dir[1].packets)
		return row;
	merge(m, row, theirs);
	return row;
}

/* The last state of an old generation. */
static void kernel_take_retired(struct meter *m, const struct retired_key *key, const struct flow *theirs)
{
	u32 hash = hash_key(&key->flow);
	struct row *row = table_find(&m->table, &key->flow, hash), *newer = NULL;

	if (row && row->flow.serial && row->flow.serial != key->serial) {
		newer = row;                      /* never seen in its time: a row of its own, outside the index */
		table_unindex(&m->table, newer);
		row = NULL;
	}
	if (row || (row = table_insert(&m->table, &key->flow, hash))) {
		merge(m, row, theirs);
		supersede_flow(&(struct context){.m = m}, &row->flow);
	}
	if (newer)
		table_index(&m->table, newer);
}

static void kernel_drain_retired(struct meter *m)
{
	struct kernel *k = m->kernel;
	static const u32 most = 64;
	u32 position = 0, next = 0;
	struct { struct retired_key keys[64]; u8 values[64 * KERNEL_VALUE]; } got;

	for (int more = 1, first = 1; more; first = 0) {
		struct kernel_batch batch = {.in = first ? 0 : (u64)(size_t)&position, .out = (u64)(size_t)&next, .keys = (u64)(size_t)got.keys,
					     .values = (u64)(size_t)got.values, .count = most, .map = (u32)k->retired};
		more = kernel_call(MAP_TAKE_BATCH, &batch, sizeof batch) == 0;
		if (!more && errno != ENOENT)
			return;
		for (u32 i = 0; i < batch.count && i < most; i++) {
			memcpy(&k->fetched.first_ns, got.values + i * KERNEL_VALUE, KERNEL_VALUE);
			kernel_take_retired(m, &got.keys[i], &k->fetched);
		}
		position = next;
	}
}

/* A new pass over the table begins. */
static void kernel_begin(struct meter *m)
{
	struct kernel *k = m->kernel;

	kernel_clock(k);
	kernel_drain_retired(m);
	k->position = k->count = k->unsettled = 0;
	k->begun = 0;
}

/* The next records of this pass, about as many as are asked for; whether there are more, or -1 with errno. What comes in
 * meanwhile is read in this pass or in the next: a bucket of the kernel's table is always read whole. */
static int kernel_read(struct meter *m, u32 most)
{
	struct kernel *k = m->kernel;
	u32 next = 0;
	u64 now;
	struct kernel_batch batch = {.in = k->begun ? (u64)(size_t)&k->position : 0, .out = (u64)(size_t)&next,
				     .keys = (u64)(size_t)k->keys,
				     .values = (u64)(size_t)(k->values + sizeof(struct flow_key)),
				     .count = most < KERNEL_LEAST ? KERNEL_LEAST : most < k->room ? most : k->room, .map = (u32)k->flows};
	int more = kernel_call(MAP_LOOKUP_BATCH, &batch, sizeof batch) == 0;

	if (!more && errno != ENOENT)
		return -1;
	for (u32 i = 0; i < batch.count; i++) {
		/* the values begin after room for a key, so a whole struct flow is there, the key part meaningless */
		struct row *row = kernel_take(m, (const struct flow_key *)k->keys + i, (const struct flow *)(k->values + i * KERNEL_VALUE));
		k->unsettled += row && row->unsettled;
	}
	k->count += batch.count;
	k->position = next;
	k->begun = 1;
	if (more)
		return 1;
	k->full = k->count >= k->limit;
	now = k->fixed_clock ? 0 : kernel_time(k, kernel_now());
	if (now > m->last_ns)
		m->last_ns = now;
	return 0;
}

/* Forget a flow there, unless a newer one has its key already. */
static void kernel_delete(struct kernel *k, const struct row *row)
{
	struct kernel_element element = {.map = (u32)k->flows, .key = (u64)(size_t)&row->flow.key, .value = (u64)(size_t)&k->fetched.first_ns};

	if (!row->flow.serial || !row->indexed || kernel_call(MAP_LOOKUP, &element, sizeof element) ||
	    k->fetched.serial != row->flow.serial)
		return;
	element.value = 0;
	kernel_call(MAP_DELETE, &element, sizeof element);
}

/* The row of a frame's flow as it is in the kernel now; NULL when that has none (deleted, or its table was full). */
static struct row *kernel_fetch(struct meter *m, const struct flow_key *key)
{
	struct kernel *k = m->kernel;
	struct kernel_element element = {.map = (u32)k->flows, .key = (u64)(size_t)key, .value = (u64)(size_t)&k->fetched.first_ns};
	struct flow theirs;

	if (kernel_call(MAP_LOOKUP, &element, sizeof element))
		return table_find(&m->table, key, hash_key(key));
	theirs = k->fetched;                      /* draining old generations uses the same place */
	return kernel_take(m, key, &theirs);
}

/* A whole IP packet that flow.bpf.c has counted: only what inspection needs to know is worked out. */
static int kernel_counted(struct context *ctx, struct packet *p, int outer)
{
	struct meter *m = ctx->m;
	const struct kernel *k = m->kernel;
	struct flow_key key = {.interface = m->limits.separate_interfaces ? p->interface : 0};
	struct direction *me;
	struct row *row;
	s32 delta;

	make_key(&key, p);
	row = table_find(&m->table, &key, hash_key(&key));
	if (!row || !row->flow.serial || (p->tcp_flags & TCP_SYN) ||
	    (p->has_tcp && (row->flow.initiator_rank < 2 || !(row->flow.dir[p->direction].state & HAS_SEQUENCE))))
		row = kernel_fetch(m, &key);
	if (!row || !row->flow.serial)            /* of a full table's sample: here is the place to tell who it is */
		return k->full && m->table.live < m->table.limit ? into_table(ctx, p, outer) : 1;
	me = &row->flow.dir[p->direction];
	if (!(me->mac[0] | me->mac[1] | me->mac[2] | me->mac[3] | me->mac[4] | me->mac[5]))
		memcpy(me->mac, p->source_mac, 6);
	if (p->has_tcp && (me->state & HAS_SEQUENCE)) {
		delta = (s32)(p->seq - me->next_seq);
		p->offset = delta > FARTHEST || delta < -FARTHEST ? me->next_pos : position(me, p->seq + ((p->tcp_flags & TCP_SYN) != 0));
	}
	p->midstream = p->has_tcp && !(me->state & HAS_START);
	inspect(ctx, &row->flow, p, outer);
	return 1;
}

/* Whether flow.bpf.c takes this frame for IP behind at most KERNEL_TAGS tags: the same decision on the same bytes. */
static u8 kernel_counts(const u8 *data, u32 captured, u32 link_type)
{
	u32 at = 12;
	u16 type;

	switch (link_type) {
	case 1: break;
	case 113: at = 14; break;
	case 276: at = 0; break;
	case 12: case 101: return 1;
	default: return 0;
	}
	if (captured < at + 2)
		return 0;
	type = be16(data + at);
	at = link_type == 276 ? 20 : at + 2;
	for (int i = 0; i < KERNEL_TAGS && (type == ETHER_VLAN || type == ETHER_QINQ); i++, at += 4) {
		if (captured < at + 4)
			return 0;
		type = be16(data + at + 2);
	}
	return type == ETHER_IPV4 || type == ETHER_IPV6;
}
#endif
