/* Core: the flow key and what every packet changes in its record.
 *
 * The executor supplies FLOW_LOOKUP(ctx, key), FLOW_INSERT(ctx, key) (both give a struct flow * or NULL),
 * FLOW_SUPERSEDE(ctx, key, flow) (takes the old generation out of the index and keeps it), MACS(ctx, p, to) (destination and
 * source, twelve bytes, zeros where there are none), ADD and PICK_DIRECTION.
 */
#ifndef NETMON_FLOW_H
#define NETMON_FLOW_H

/* Canonical order: the smaller (address, port) is a; direction 0 is a to b. */
static INLINE void make_key(struct flow_key *key, struct packet *p)
{
	u64 s0 = NET64(p->source[0]), s1 = NET64(p->source[1]);
	u64 d0 = NET64(p->destination[0]), d1 = NET64(p->destination[1]);
	u64 port_a, port_b;

	if (s0 != d0)
		p->direction = s0 > d0;
	else if (s1 != d1)
		p->direction = s1 > d1;
	else
		p->direction = p->source_port > p->destination_port;
	if (p->direction) {
		key->a[0] = p->destination[0]; key->a[1] = p->destination[1];
		key->b[0] = p->source[0]; key->b[1] = p->source[1];
		port_a = p->destination_port; port_b = p->source_port;
	} else {
		key->a[0] = p->source[0]; key->a[1] = p->source[1];
		key->b[0] = p->destination[0]; key->b[1] = p->destination[1];
		port_a = p->source_port; port_b = p->destination_port;
	}
	FORGET(port_a, p->now);                  /* Linux 6.1 lets no part be written where a bounded value lies */
	key->port_a = (u16)port_a;
	key->port_b = (u16)port_b;
	key->vlan = p->vlan;
	key->vlan_inner = p->vlan_inner;
	key->tunnel = p->tunnel;
	key->protocol = p->protocol;
	key->family = p->family;
}

/* Fields of a fresh, zeroed record. */
static INLINE void begin_flow(CTX *ctx, struct flow *f, struct direction *me, struct direction *peer, const struct packet *p)
{
	u8 macs[12] = {0};

	f->first_ns = f->last_ns = p->now;
	f->initiator = p->direction;
	f->interface = p->interface;
	MACS(ctx, p, macs);
	for (int i = 0; i < 6; i++) {
		me->mac[i] = macs[6 + i];
		peer->mac[i] = macs[i];
	}
}

/* Where a direction begins its source is known for sure; what begin_flow took for it was where the first packet went. */
static INLINE void note_source(CTX *ctx, struct direction *me, const struct packet *p)
{
	u8 macs[12] = {0};

	MACS(ctx, p, macs);
	if (macs[6] | macs[7] | macs[8] | macs[9] | macs[10] | macs[11])
		for (int i = 0; i < 6; i++)
			me->mac[i] = macs[6 + i];
}

/* Counts every packet of any protocol. */
static INLINE void count_packet(CTX *ctx, struct flow *f, struct direction *me, const struct packet *p)
{
	if (p->now < f->first_ns)
		f->first_ns = p->now;
	if (p->now > f->last_ns)
		f->last_ns = p->now;
	if (p->now > me->last_ns)
		me->last_ns = p->now;
	if (me->packets == 0)
		note_source(ctx, me, p);
	ADD(&me->packets, (u64)p->segments);
	ADD(&me->bytes, (u64)p->wire);
	if (p->data_length)
		ADD(&me->payload, (u64)p->data_length);
	if (p->fragment)
		ADD(&me->fragments, 1);
	me->ttl = p->ttl;
	me->tos = p->tos;
	if (p->last_type)
		f->last_type = p->last_type;
}
#endif
