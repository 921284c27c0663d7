/* Link layers seldom met: taps, switches and firewalls that put a header of their own before the frame. What has no reader at
 * all becomes a row of its link type's number.
 */
#ifndef NETMON_LINK_RARE_H
#define NETMON_LINK_RARE_H

/* Q.922 address, then Cisco's ethertype or RFC 2427's NLPID. */
static int frame_relay(struct context *ctx, struct packet *p)
{
	u8 b[6];
	u32 at = 2;

	if (FETCH(ctx, p, 0, b, 4))
		return 0;
	p->has_link = 1;
	if (b[0] & 1)
		return plain_row(p, NUMBER_NLPID, 0, 0);
	while (at < 4 && !(b[at - 1] & 1))
		at++;
	if (FETCH(ctx, p, at, b, 2))
		return 0;
	if (b[0] != 3)
		return be16(b) >= ETHER_LOWEST ? found(p, be16(b), at + 2) : plain_row(p, NUMBER_ETHERTYPE, be16(b), at);
	at += b[1] == 0 ? 2 : 1;
	if (FETCH(ctx, p, at, b, 1))
		return 0;
	if (b[0] == 0xcc || b[0] == 0x8e)
		return found(p, b[0] == 0xcc ? ETHER_IPV4 : ETHER_IPV6, at + 1);
	if (b[0] == 0x80 && !FETCH(ctx, p, at, b, 6) && !b[1] && !b[2] && !b[3] && be16(b + 4) >= ETHER_LOWEST)
		return found(p, be16(b + 4), at + 6);
	return plain_row(p, NUMBER_NLPID, b[0], at);
}

/* Linux NFLOG: type-length-values of the writer's byte order; type 9 holds the packet. */
static int nflog(struct context *ctx, struct packet *p)
{
	u8 b[4];
	u32 at = 4, length, type;

	for (int i = 0; i < 64; i++) {
		if (FETCH(ctx, p, at, b, 4))
			return 0;
		length = b[0] | b[1] << 8;
		type = b[2] | b[3] << 8;
		if (b[3] > b[2]) {                /* big endian: types are below 256 */
			length = be16(b);
			type = be16(b + 2);
		}
		if (length < 4)
			return 0;
		if ((type & 0x7fff) == 9)
			return raw_ip(ctx, p, at + 4);
		at += (length + 3) & ~3u;
	}
	return 0;
}

/* ARCNET: RFC 1201 and RFC 1051 framing behind the header that BSD (0) or Linux (2) shows. */
static int arcnet(struct context *ctx, struct packet *p, u32 extra)
{
	u8 b[2];
	u32 at = 2 + extra;

	if (FETCH(ctx, p, at, b, 2))
		return 0;
	p->has_link = 1;
	switch (b[0]) {
	case 0xf0: return found(p, ETHER_IPV4, at + 1);
	case 0xf1: return found(p, ETHER_ARP, at + 1);
	case 0xd4: case 0xd5: case 0xc4:
		at += b[1] == 0xff ? 8 : 4;       /* exception packets repeat the header */
		return found(p, b[0] == 0xd4 ? ETHER_IPV4 : b[0] == 0xd5 ? ETHER_ARP : ETHER_IPV6, at);
	default: return plain_row(p, NUMBER_ARCNET, b[0], at + 1);
	}
}

/* Endace ERF: record type, extension headers while the upper bit says so; Ethernet is padded by two bytes. */
static int endace(struct context *ctx, struct packet *p)
{
	u8 b[1], type, more;
	u32 at = 16;

	if (FETCH(ctx, p, 8, b, 1))
		return 0;
	p->has_link = 1;
	type = b[0] & 0x7f;
	more = b[0] & 0x80;
	for (int i = 0; i < 8 && more; i++, at += 8) {
		if (FETCH(ctx, p, at, b, 1))
			return 0;
		more = b[0] & 0x80;
	}
	switch (type) {
	case 2: case 11: case 16: case 20: return ethernet(ctx, p, at + 2);
	case 1: case 10: case 15: case 17: return ppp_or_hdlc(ctx, p, at);
	case 22: case 23: return raw_ip(ctx, p, at);
	default: return plain_row(p, NUMBER_LINK_TYPE, 197, 0);
	}
}

/* Distributed switches: a tag between the addresses and the ethertype. */
static int switch_tag(struct context *ctx, struct packet *p, u32 before, u32 tag)
{
	u8 b[12];

	if (FETCH(ctx, p, before, b, 12))
		return 0;
	p->has_link = 1;
	memcpy(p->destination_mac, b, 6);
	memcpy(p->source_mac, b + 6, 6);
	return ethertype_or_length(ctx, p, before + 12 + tag);
}

static int rare_link(struct context *ctx, struct packet *p, u32 type)
{
	u8 b[1];

	switch (type) {
	case 117:                                 /* OpenBSD's pflog: its length, padded to 4 */
		p->has_link = 1;
		return !FETCH(ctx, p, 0, b, 1) && raw_ip(ctx, p, (b[0] + 3u) & ~3u);
	case 122:                                 /* IP over Fibre Channel, RFC 2625 */
		p->has_link = 1;
		return llc(ctx, p, 16);
	case 123:                                 /* SunATM: traffic type 2 is LLC */
		p->has_link = 1;
		if (FETCH(ctx, p, 0, b, 1))
			return 0;
		return (b[0] & 15) == 2 ? llc(ctx, p, 4) : plain_row(p, NUMBER_LINK_TYPE, type, 0);
	case 197: return endace(ctx, p);
	case 240: return ethernet(ctx, p, 4);     /* Hilscher netANALYZER; 241 keeps preamble and delimiter */
	case 241: return ethernet(ctx, p, 12);
	case 274:                                 /* IEEE 802.3br: preamble and delimiter before, a check sequence behind */
		p->end -= p->end >= 4 ? 4 : 0;
		return ethernet(ctx, p, 8);
	case 281: return switch_tag(ctx, p, 0, 4);   /* Broadcom, 282 before the addresses; 284, 285 Marvell */
	case 282: return switch_tag(ctx, p, 4, 0);
	case 284: return switch_tag(ctx, p, 0, 4);
	case 285: return switch_tag(ctx, p, 0, 8);
	default:
		p->has_link = 1;
		return plain_row(p, NUMBER_LINK_TYPE, type, 0);
	}
}
#endif
