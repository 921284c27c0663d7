/* IP fragments: every fragment counts in the flow of its datagram, even when the one with the ports comes last.
 *
 * A bounded table remembers datagrams for 30 seconds of packet time. Until the ports are known their fragments are counted in
 * the entry; what never gets a first fragment ends in a flow without ports. Order of entry is order of age, because packet
 * time never runs backwards here.
 */
#ifndef NETMON_FRAGMENT_H
#define NETMON_FRAGMENT_H

#define FRAGMENT_ENTRIES 4096u
#define FRAGMENT_BUCKETS 8192u
#define FRAGMENT_NS 30000000000ull
#define FRAGMENT_HELD (1u << 20)  /* bytes of frames kept back until their flow is known */

struct datagram {
	struct packet first;              /* the packet that began the entry: key, direction, addresses */
	u64 born, begin_ns, end_ns;
	u64 packets, bytes, payload;      /* waiting for the ports */
	u32 seen, total;                  /* payload bytes of the datagram; total 0 = last fragment not seen */
	u16 source_port, destination_port;
	u8 known, used;
	u32 next, older, newer;
	struct buffer held;
};

struct fragments {
	struct datagram entries[FRAGMENT_ENTRIES];
	u32 buckets[FRAGMENT_BUCKETS];
	u32 oldest, newest, unused, held;
};

static struct fragments *fragments_open(void)
{
	struct fragments *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	memset(t->buckets, 0xff, sizeof t->buckets);
	t->oldest = t->newest = NO_ROW;
	for (u32 i = 0; i < FRAGMENT_ENTRIES; i++)
		t->entries[i].next = i + 1 < FRAGMENT_ENTRIES ? i + 1 : NO_ROW;
	return t;
}

static void fragments_close(struct fragments *t)
{
	for (u32 i = 0; t && i < FRAGMENT_ENTRIES; i++)
		free(t->entries[i].held.data);
	free(t);
}

static u32 fragment_bucket(const struct packet *p)
{
	return (u32)mix64(mix64(p->source[0] ^ p->source[1], p->destination[0] + p->destination[1]), (u64)p->ident << 8 | p->protocol) %
	       FRAGMENT_BUCKETS;
}

static int same_datagram(const struct packet *a, const struct packet *b)
{
	return a->ident == b->ident && a->protocol == b->protocol && a->family == b->family && a->source[0] == b->source[0] &&
	       a->source[1] == b->source[1] && a->destination[0] == b->destination[0] && a->destination[1] == b->destination[1] &&
	       a->vlan == b->vlan && a->vlan_inner == b->vlan_inner && a->tunnel == b->tunnel;
}

/* What waited goes to the flow that is now known (or never will be). */
static void settle(struct meter *m, struct datagram *d, struct row *row, struct packet *p)
{
	struct flow *f = &row->flow;
	struct direction *me = &f->dir[p->direction];
	size_t at = 0;

	if (d->packets) {
		me->packets += d->packets;
		me->fragments += (u32)d->packets;
		me->bytes += d->bytes;
		me->payload += d->payload;
		if (d->begin_ns < f->first_ns)
			f->first_ns = d->begin_ns;
		if (d->end_ns > f->last_ns)
			f->last_ns = d->end_ns;
		if (d->end_ns > me->last_ns)
			me->last_ns = d->end_ns;
		table_touch(&m->table, row);
	}
	while (d->known && at < d->held.length) {
		struct item *item = (struct item *)(d->held.data + at);
		at += sizeof *item + padded(item->captured);
		item->side = p->direction != f->initiator;
		item->source_port = p->source_port;
		item->destination_port = p->destination_port;
		if (wants(m, row, me, 0))
			pass_on(m, row, me, item, (u8 *)(item + 1));
	}
	m->fragments->held -= (u32)d->held.length;
	d->held.length = 0;
	d->packets = d->bytes = d->payload = 0;
}

static void forget_datagram(struct meter *m, u32 number)
{
	struct fragments *t = m->fragments;
	struct datagram *d = &t->entries[number];
	u32 *link = &t->buckets[fragment_bucket(&d->first)];

	while (*link != number)
		link = &t->entries[*link].next;
	*link = d->next;
	if (d->older != NO_ROW)
		t->entries[d->older].newer = d->newer;
	else
		t->oldest = d->newer;
	if (d->newer != NO_ROW)
		t->entries[d->newer].older = d->older;
	else
		t->newest = d->older;
	t->held -= (u32)d->held.length;
	d->held.length = 0;
	if (d->held.room > 65536) {
		free(d->held.data);
		memset(&d->held, 0, sizeof d->held);
	}
	d->next = t->unused;
	t->unused = number;
}

/* The oldest datagram leaves; what still waits gets a flow without ports. */
static void expire_oldest(struct meter *m)
{
	u32 number = m->fragments->oldest;
	struct datagram *d = &m->fragments->entries[number];
	struct context ctx = {.m = m};

	if (d->packets) {
		struct packet p = d->first;
		struct flow_key key = {.interface = m->limits.separate_interfaces ? p.interface : 0};
		p.source_port = p.destination_port = 0;
		p.has_tcp = 0;
		p.now = d->begin_ns;
		make_key(&key, &p);
		struct flow *f = flow_of(&ctx, &key, &p);
		if (f) {
			struct direction *me = &f->dir[p.direction];
			if (me->packets == 0) {
				me->ttl = p.ttl;
				me->tos = p.tos;
			}
			d->known = 0;
			settle(m, d, (struct row *)f, &p);
		}
	}
	forget_datagram(m, number);
}

static void expire_fragments(struct meter *m, int all)
{
	struct fragments *t = m->fragments;

	while (t && t->oldest != NO_ROW && (all || t->entries[t->oldest].born + FRAGMENT_NS <= m->last_ns))
		expire_oldest(m);
}

static struct datagram *datagram_of(struct meter *m, const struct packet *p)
{
	struct fragments *t = m->fragments;
	u32 bucket = fragment_bucket(p), number;
	struct datagram *d;

	for (number = t->buckets[bucket]; number != NO_ROW; number = t->entries[number].next)
		if (same_datagram(&t->entries[number].first, p))
			return &t->entries[number];
	if (t->unused == NO_ROW)
		expire_oldest(m);
	number = t->unused;
	d = &t->entries[number];
	t->unused = d->next;
	d->next = t->buckets[bucket];
	t->buckets[bucket] = number;
	d->older = t->newest;
	d->newer = NO_ROW;
	if (t->newest != NO_ROW)
		t->entries[t->newest].newer = number;
	else
		t->oldest = number;
	t->newest = number;
	d->first = *p;
	d->born = m->last_ns;
	d->packets = d->bytes = d->payload = 0;
	d->seen = d->total = 0;
	d->known = 0;
	return d;
}

static void hold_back(struct context *ctx, struct datagram *d, const struct packet *p)
{
	struct meter *m = ctx->m;
	struct flow none = {.initiator = 0};
	struct item item = make_item(ctx, &none, p, INSPECT_FRAGMENT, p->l3, p->end - p->l3);
	size_t size = sizeof item + padded(item.captured);
	u8 *to = m->fragments->held + size <= FRAGMENT_HELD ? buffer_take(&d->held, size) : NULL;

	if (!to) {
		m->totals.inspect_lost++;
		return;
	}
	memcpy(to, &item, sizeof item);
	memcpy(to + sizeof item, ctx->data + p->l3, item.captured);
	m->fragments->held += (u32)size;
}

static int fragment_packet(struct context *ctx, struct packet *p)
{
	struct meter *m = ctx->m;
	struct flow_key key = {.interface = m->limits.separate_interfaces ? p->interface : 0};
	struct datagram *d;
	struct flow *f;

	m->totals.fragments++;
	if (p->by_kernel)                 /* TCP is followed where its whole packets are counted */
		p->has_tcp = 0;
	if (!m->fragments && !(m->fragments = fragments_open()))
		return 1;
	expire_fragments(m, 0);
	d = datagram_of(m, p);
	d->seen += p->end - p->l4;
	if (!p->more)
		d->total = p->fragment_offset + (p->end - p->l4);
	if (p->fragment_offset == 0) {
		d->known = 1;
		d->source_port = p->source_port;
		d->destination_port = p->destination_port;
	} else if (d->known) {
		p->source_port = d->source_port;
		p->destination_port = d->destination_port;
	} else {
		if (!d->packets)
			d->begin_ns = d->end_ns = p->now;
		d->begin_ns = p->now < d->begin_ns ? p->now : d->begin_ns;
		d->end_ns = p->now > d->end_ns ? p->now : d->end_ns;
		d->packets++;
		d->bytes += p->wire;
		d->payload += p->data_length;
		hold_back(ctx, d, p);
		return 1;
	}
	f = account(ctx, &key, p);
	if (f) {
		struct row *row = (struct row *)f;
		struct direction *me = &f->dir[p->direction];
		table_touch(&m->table, row);
		if (wants(m, row, me, 0)) {
			struct item item = make_item(ctx, f, p, INSPECT_FRAGMENT, p->l3, p->end - p->l3);
			if (p->has_tcp && p->fragment_offset == 0) {
				item.offset = p->offset;
				item.midstream = p->midstream;
			}
			pass_on(m, row, me, &item, ctx->data + p->l3);
		}
		settle(m, d, row, p);
	}
	if (d->total && d->seen >= d->total)
		forget_datagram(m, (u32)(d - m->fragments->entries));
	return 1;
}
#endif
