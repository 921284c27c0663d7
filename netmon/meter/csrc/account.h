/* Core: one packet into its flow: find or begin the record, count, follow TCP. */
#ifndef NETMON_ACCOUNT_H
#define NETMON_ACCOUNT_H

/* The record of a packet, begun when there is none; NULL when the table is full. */
static INLINE struct flow *flow_of(CTX *ctx, const struct flow_key *key, const struct packet *p)
{
	struct flow *f = FLOW_LOOKUP(ctx, key);
	struct direction *me, *peer;
	u32 generation = 0;

	if (f && p->has_tcp && (p->tcp_flags & TCP_SYN)) {
		PICK_DIRECTION(f, p->direction, me, peer);
		if (is_new_generation(f, me, peer, p)) {
			generation = f->generation + 1;
			FLOW_SUPERSEDE(ctx, key, f);
			f = NULL;
		}
	}
	if (!f) {
		f = FLOW_INSERT(ctx, key);
		if (!f)
			return NULL;
		PICK_DIRECTION(f, p->direction, me, peer);
		begin_flow(ctx, f, me, peer, p);
		f->generation = generation;
	}
	return f;
}

static INLINE struct flow *account(CTX *ctx, struct flow_key *key, struct packet *p)
{
	struct direction *me, *peer;
	struct flow *f;

	make_key(key, p);
	f = flow_of(ctx, key, p);
	if (!f)
		return NULL;
	PICK_DIRECTION(f, p->direction, me, peer);
	count_packet(ctx, f, me, p);
	if (p->has_tcp)
		tcp_update(ctx, f, me, peer, p);
	return f;
}
#endif
