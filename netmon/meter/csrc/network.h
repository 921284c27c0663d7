/* From an ethertype to rows of the flow table: tags and labels, ARP, IP, link-layer rows, and whatever is tunnelled inside. */
#ifndef NETMON_NETWORK_H
#define NETMON_NETWORK_H

#define MAX_DEPTH 4
#define MAX_TAGS 64
#define KERNEL_EXTENSIONS 4u      /* as many are too many for flow.bpf.c */

static int network(struct context *ctx, struct packet *p, u32 depth);
static int kernel_counted(struct context *ctx, struct packet *p, int outer);
static int into_table(struct context *ctx, struct packet *p, int outer);

/* Queues the frame's content if its flow still wants any; TCP and UDP without payload tell nothing. */
static void inspect(struct context *ctx, struct flow *f, const struct packet *p, int outer)
{
	struct meter *m = ctx->m;
	struct row *row = (struct row *)f;
	struct direction *me = &f->dir[p->direction];
	int kind = p->family == FAMILY_LINK || p->family == FAMILY_ARP ? INSPECT_LINK : INSPECT_TRANSPORT;
	u32 from = p->data, length = p->data_length;
	struct item item;

	if (length == 0 || !wants(m, row, me, outer))
		return;
	if (kind == INSPECT_TRANSPORT && (p->protocol == IP_TCP || p->protocol == IP_UDP)) {
		if (from == p->l4)                /* the transport header is not there */
			return;
		kind = p->protocol == IP_TCP ? INSPECT_TCP : INSPECT_UDP;
	}
	if (kind == INSPECT_TCP && is_stepped_over(row, p))
		return;
	item = make_item(ctx, f, p, kind, from, length);
	if (kind == INSPECT_UDP)
		item.flags = 0;
	if (kind == INSPECT_TCP) {
		item.offset = p->offset;
		item.flags = p->tcp_flags;
		item.midstream = p->midstream;
	}
	pass_on(m, row, me, &item, ctx->data + from);
}

/* Queues the header that names the process, of the first packet of each direction of the outermost flow. */
static void tell_process(struct context *ctx, struct flow *f, const struct packet *p)
{
	struct direction *me = &f->dir[p->direction];
	struct item item;

	if (me->packets == 1) {
		item = make_item(ctx, f, p, INSPECT_PROCESS, 0, ctx->process);
		pass_on(ctx->m, (struct row *)f, me, &item, ctx->data);
	}
}

static int into_table(struct context *ctx, struct packet *p, int outer)
{
	struct flow_key key = {.interface = ctx->m->limits.separate_interfaces ? p->interface : 0};
	struct flow *f = account(ctx, &key, p);

	if (f) {
		table_touch(&ctx->m->table, (struct row *)f);
		if (ctx->process)
			tell_process(ctx, f, p);
		inspect(ctx, f, p, outer);
	}
	ctx->process = 0;
	return 1;
}

static int link_row(struct context *ctx, struct packet *p)
{
	if (!p->has_link)
		return 0;
	p->family = FAMILY_LINK;
	p->protocol = p->space;
	memcpy(&p->source[0], p->source_mac, 6);
	memcpy(&p->destination[0], p->destination_mac, 6);
	p->source_port = p->destination_port = p->ethertype;
	p->data = p->l3;
	p->data_length = p->end > p->l3 ? p->end - p->l3 : 0;
	return into_table(ctx, p, 0);
}

/* A frame of which nothing can be told but its link type has a row, too. */
static void unread_row(struct context *ctx, const struct packet *frame, u32 link_type)
{
	struct packet p;

	memset(&p, 0, sizeof p);
	p.now = frame->now;
	p.wire = p.end = frame->wire;
	p.segments = 1;
	p.interface = frame->interface;
	p.has_link = 1;
	plain_row(&p, NUMBER_LINK_TYPE, link_type, 0);
	link_row(ctx, &p);
}

static int arp_packet(struct context *ctx, struct packet *p)
{
	u8 b[8];
	u32 hardware;

	if (FETCH(ctx, p, p->l3, b, 8) || be16(b + 2) != ETHER_IPV4 || b[5] != 4)
		return link_row(ctx, p);
	hardware = b[4];
	if (FETCH(ctx, p, p->l3 + 8 + hardware, &p->source[0], 4) ||
	    FETCH(ctx, p, p->l3 + 12 + 2 * hardware, &p->destination[0], 4)) {
		p->source[0] = p->destination[0] = 0;
		return link_row(ctx, p);
	}
	p->family = FAMILY_ARP;
	p->last_type = be16(b + 6);
	p->data = p->l3;
	p->data_length = 8 + 2 * (hardware + 4);
	if (p->data + p->data_length > p->end)
		p->data_length = p->end - p->data;
	return into_table(ctx, p, 0);
}

static int ip_packet(struct context *ctx, struct packet *p, u32 depth)
{
	struct packet in;
	u32 end = p->end;
	u8 version;
	int tunnel;

	if (FETCH(ctx, p, p->l3, &version, 1) || (version >> 4 == 6 ? parse_ip6(ctx, p) : parse_ip4(ctx, p))) {
		p->end = end;
		return link_row(ctx, p);
	}
	parse_transport(ctx, p);
	if (p->fragment)
		return fragment_packet(ctx, p);
	tunnel = depth < MAX_DEPTH && find_tunnel(ctx, p, &in);
	if (p->by_kernel && p->extensions < KERNEL_EXTENSIONS && p->family == (p->ethertype == ETHER_IPV6 ? FAMILY_IPV6 : FAMILY_IPV4))
		kernel_counted(ctx, p, tunnel);
	else
		into_table(ctx, p, tunnel);
	if (tunnel)
		network(ctx, &in, depth + 1);
	return 1;
}

static int carried_ethertype(u16 type)
{
	return type == ETHER_IPV4 || type == ETHER_IPV6 || type == ETHER_ARP || type == ETHER_VLAN || type == ETHER_QINQ;
}

/* Ethernet below MPLS, RFC 4448: behind a control word, which begins with 0, or not. */
static int pseudowire_ethernet(struct context *ctx, struct packet *p, u32 at, u8 first)
{
	u8 b[2], bare = 0, behind = 0;

	bare = !FETCH(ctx, p, at + 12, b, 2) && carried_ethertype(be16(b));
	behind = !first && !FETCH(ctx, p, at + 16, b, 2) && carried_ethertype(be16(b));
	if (bare && !behind)
		return ethernet(ctx, p, at);
	return !first && ethernet(ctx, p, at + 4);
}

/* VLAN, provider bridges, MPLS, PPPoE: labels of the link, the flow is what they carry. 1 = go on, 0 = nothing to take off. */
static int take_off(struct context *ctx, struct packet *p)
{
	u8 b[6];
	u16 vlan;

	switch (p->ethertype) {
	case ETHER_VLAN: case ETHER_QINQ: case 0x9100: case 0x9200:
		if (FETCH(ctx, p, p->l3, b, 4))
			return 0;
		vlan = be16(b) & 0xfff;
		if (!p->vlan)
			p->vlan = vlan;
		else if (!p->vlan_inner)
			p->vlan_inner = vlan;
		return ethertype_or_length(ctx, p, p->l3 + 2);
	case ETHER_MPLS: case ETHER_MPLS_MULTICAST:
		for (int i = 0; i < 16; i++) {
			if (FETCH(ctx, p, p->l3 + i * 4, b, 5))
				return 0;
			if (!(b[2] & 1))
				continue;
			if (b[4] >> 4 == 4 || b[4] >> 4 == 6)
				return found(p, b[4] >> 4 == 4 ? ETHER_IPV4 : ETHER_IPV6, p->l3 + i * 4 + 4);
			return pseudowire_ethernet(ctx, p, p->l3 + i * 4 + 4, b[4] >> 4);
		}
		return 0;
	case ETHER_PPPOE:
		if (FETCH(ctx, p, p->l3, b, 6) || b[0] != 0x11 || b[1])
			return 0;
		if (p->l3 + 6 + be16(b + 4) < p->end)
			p->end = p->l3 + 6 + be16(b + 4);
		return ppp(ctx, p, p->l3 + 6);
	case ETHER_TRILL:                         /* RFC 6325: options counted in words */
		if (FETCH(ctx, p, p->l3, b, 6) || b[0] >> 6)
			return 0;
		return ethernet(ctx, p, p->l3 + 6 + (be16(b) >> 6 & 0x1f) * 4);
	case ETHER_ARISTA:                        /* a timestamp of 64 or 48 bits */
		if (FETCH(ctx, p, p->l3, b, 4) || be16(b) != 1 || (b[3] != 0x10 && b[3] != 0x20))
			return 0;
		return ethertype_or_length(ctx, p, p->l3 + (b[3] == 0x10 ? 12 : 10));
	case ETHER_HSR:                           /* IEC 62439-3 */
		return ethertype_or_length(ctx, p, p->l3 + 4);
	case ETHER_EDSA:                          /* Marvell's switch tag */
		return ethertype_or_length(ctx, p, p->l3 + 6);
	case ETHER_FABRICPATH:
		return ethernet(ctx, p, p->l3 + 2);
	case ETHER_VNTAG:
		return ethertype_or_length(ctx, p, p->l3 + 4);
	case ETHER_ETAG:
		return ethertype_or_length(ctx, p, p->l3 + 6);
	case ETHER_MACSEC:                        /* integrity only: the frame is readable behind the tag, before 16 bytes of ICV */
		if (FETCH(ctx, p, p->l3, b, 6) || (b[0] & 0x8c) || p->end < p->l3 + 30)
			return 0;
		p->end -= 16;
		if (b[1])                         /* short length: the rest is padding */
			p->end = p->l3 + (b[0] & 0x20 ? 14 : 6) + b[1] < p->end ? p->l3 + (b[0] & 0x20 ? 14 : 6) + b[1] : p->end;
		return ethertype_or_length(ctx, p, p->l3 + (b[0] & 0x20 ? 14 : 6));
	case ETHER_NSH:                           /* RFC 8300 */
		if (FETCH(ctx, p, p->l3, b, 4) || b[0] >> 6 || (b[1] & 0x3f) < 2)
			return 0;
		p->l3 += (b[1] & 0x3f) * 4u;
		switch (b[3]) {
		case 1: return found(p, ETHER_IPV4, p->l3);
		case 2: return found(p, ETHER_IPV6, p->l3);
		case 3: return ethernet(ctx, p, p->l3);
		case 5: return found(p, ETHER_MPLS, p->l3);
		default: return 0;
		}
	case ETHER_PBB:
		return !FETCH(ctx, p, p->l3, b, 4) && ethernet(ctx, p, p->l3 + 4);
	case ETHER_BRIDGE:
		return ethernet(ctx, p, p->l3);
	case ETHER_METADATA:
		return !FETCH(ctx, p, p->l3 + 6, b, 2) && found(p, be16(b), p->l3 + 8);
	default:
		return 0;
	}
}

static int network(struct context *ctx, struct packet *p, u32 depth)
{
	for (int i = 0; i < MAX_TAGS && !p->plain; i++) {
		if (p->ethertype == ETHER_IPV4 || p->ethertype == ETHER_IPV6)
			return ip_packet(ctx, p, depth);
		if (p->ethertype == ETHER_ARP)
			return arp_packet(ctx, p);
		if (!take_off(ctx, p))
			break;
	}
	return link_row(ctx, p);
}

static u8 kernel_counts(const u8 *data, u32 captured, u32 link_type);

/* One frame of any source. With by_kernel, of one whose descriptor carries flow.bpf.c: that has counted already. */
static void meter_frame_of(struct meter *m, u64 now, u32 wire, u32 captured, const u8 *data, u32 link_type, u32 interface, int by_kernel)
{
	struct context ctx = {m, data, captured, 0};
	struct packet p;

	if (wire < captured)
		wire = captured;
	if (m->filter) {
		struct pcap_pkthdr header = {{(time_t)(now / 1000000000), (suseconds_t)(now % 1000000000 / 1000)}, captured, wire};
		if (!m->filter(m->filter_program, &header, data))
			return;
	}
	if (!by_kernel) {
		m->totals.packets++;
		m->totals.bytes += wire;
		m->totals.captured_bytes += captured;
	}
	if (now > m->last_ns)
		m->last_ns = now;
	memset(&p, 0, sizeof p);
	p.now = now;
	p.wire = p.end = wire;
	p.segments = 1;
	p.interface = interface;
	if (link_type == 276 && m->limits.separate_interfaces && captured >= 8)
		p.interface = (u16)(ANY_INTERFACES + be32(data + 4));
	p.by_kernel = by_kernel && kernel_counts(data, captured, link_type);
	if (!link_layer(&ctx, &p, link_type, 0) || !network(&ctx, &p, 0)) {
		m->totals.not_understood++;
		m->totals.not_understood_bytes += wire;
		ctx.process = 0;
		unread_row(&ctx, &p, link_type);
	} else if (p.family == FAMILY_LINK && p.space == NUMBER_LINK_TYPE) {
		m->totals.not_understood++;
		m->totals.not_understood_bytes += wire;
	}
}

static void meter_frame(struct meter *m, u64 now, u32 wire, u32 captured, const u8 *data, u32 link_type, u32 interface)
{
	meter_frame_of(m, now, wire, captured, data, link_type, interface, 0);
}
#endif
