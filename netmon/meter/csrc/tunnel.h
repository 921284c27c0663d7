/* Tunnels: whether a packet carries another one, and where that begins.
 *
 * In: a parsed packet. Out: 1 with an inner packet whose ethertype, l3, end and tunnel are set. A tunnel known only by its UDP
 * port is believed when its header and the header inside hold together; an inner frame never reaches beyond the outer one.
 * References: RFC 2784, 2890, 7637 (GRE), 7348 (VXLAN), 8926 (Geneve), 4380 (Teredo), 2661 (L2TP), 3GPP TS 29.281 (GTP-U),
 * draft-foschiano-erspan, RFC 9300 (LISP), 5415 (CAPWAP), 7510 (MPLS in UDP), draft-massar-v6ops-ayiya; tunnel_rare.h has more.
 */
#ifndef NETMON_TUNNEL_H
#define NETMON_TUNNEL_H

enum {
	TUNNEL_IPIP = 1, TUNNEL_SIX_IN_FOUR, TUNNEL_GRE, TUNNEL_VXLAN, TUNNEL_GENEVE, TUNNEL_GTP_U, TUNNEL_TEREDO, TUNNEL_ERSPAN,
	TUNNEL_L2TP, TUNNEL_PPPOE, TUNNEL_MPLS, TUNNEL_LISP, TUNNEL_CAPWAP, TUNNEL_AYIYA, TUNNEL_IP6_IN_IP,
	TUNNEL_AH, TUNNEL_ETHERIP, TUNNEL_TZSP, TUNNEL_PIM,
};

static void inside(const struct packet *p, struct packet *in, u32 kind, u32 network)
{
	memset(in, 0, sizeof *in);
	in->now = p->now;
	in->wire = p->wire;
	in->segments = p->segments;
	in->interface = p->interface;
	in->end = p->data + p->data_length;
	in->tunnel = kind << 24 | (network & 0xffffff);
}

/* An IP header that fits what is left. */
static int plausible_ip(struct context *ctx, struct packet *in, u32 at)
{
	u8 b[6];
	u32 left = in->end - at;

	if (at > in->end || FETCH(ctx, in, at, b, 6))
		return 0;
	if (b[0] >> 4 == 4)
		return (b[0] & 15) >= 5 && be16(b + 2) >= 20 && be16(b + 2) <= left && found(in, ETHER_IPV4, at);
	return b[0] >> 4 == 6 && 40u + be16(b + 4) <= left && found(in, ETHER_IPV6, at);
}

static int inner_ethernet(struct context *ctx, struct packet *in, u32 at)
{
	return at < in->end && ethernet(ctx, in, at);
}

static int gre(struct context *ctx, const struct packet *p, struct packet *in)
{
	u8 b[8];
	u32 at = p->data + 4, key = 0;
	u16 flags, type;

	inside(p, in, TUNNEL_GRE, 0);
	if (FETCH(ctx, in, p->data, b, 4))
		return 0;
	flags = be16(b);
	type = be16(b + 2);
	if ((flags & 7) == 1) {                   /* PPTP, RFC 2637: the key is length and call id, sequence and ACK optional */
		at += 4 + (flags & 0x1000 ? 4 : 0) + (flags & 0x80 ? 4 : 0);
		return type == ETHER_PPP && (flags & 0x2000) && ppp(ctx, in, at) && !in->plain;
	}
	if (flags & 0x4007)                       /* source routing, or another version */
		return 0;
	at += flags & 0x8000 ? 4 : 0;
	if ((flags & 0x2000) && !FETCH(ctx, in, at, b, 4))
		key = be32(b);
	at += (flags & 0x2000 ? 4 : 0) + (flags & 0x1000 ? 4 : 0);
	switch (type) {
	case ETHER_IPV4: case ETHER_IPV6:
		return plausible_ip(ctx, in, at);
	case ETHER_MPLS: case ETHER_MPLS_MULTICAST: case ETHER_VLAN:
		return found(in, type, at);
	case ETHER_BRIDGE:                        /* NVGRE: the upper 24 bits of the key are the subnet */
		in->tunnel = (u32)TUNNEL_GRE << 24 | key >> 8;
		return inner_ethernet(ctx, in, at);
	case 0x88be:                              /* ERSPAN I has no header, II says so by GRE's sequence number */
		if (flags & 0x1000) {
			if (FETCH(ctx, in, at, b, 8))
				return 0;
			in->tunnel = (u32)TUNNEL_ERSPAN << 24 | (be16(b + 2) & 0x3ff);
			return inner_ethernet(ctx, in, at + 8);
		}
		in->tunnel = (u32)TUNNEL_ERSPAN << 24;
		return inner_ethernet(ctx, in, at);
	case 0x22eb:
		if (FETCH(ctx, in, at, b, 4))
			return 0;
		in->tunnel = (u32)TUNNEL_ERSPAN << 24 | (be16(b + 2) & 0x3ff);
		if (FETCH(ctx, in, at + 11, b, 1))
			return 0;
		return inner_ethernet(ctx, in, at + 12 + (b[0] & 1 ? 8 : 0));
	case ETHER_PPP:
		return ppp(ctx, in, at) && !in->plain;
	case 0x883e:                              /* WCCP: version 2 puts 4 bytes before the packet */
		return plausible_ip(ctx, in, at) || plausible_ip(ctx, in, at + 4);
	default:
		return 0;
	}
}

static int vxlan(struct context *ctx, const struct packet *p, struct packet *in)
{
	u8 b[8];

	inside(p, in, TUNNEL_VXLAN, 0);
	if (FETCH(ctx, in, p->data, b, 8) || (b[0] & 0x7f) != 8 || b[7])
		return 0;
	in->tunnel |= be32(b + 4) >> 8;
	return inner_ethernet(ctx, in, p->data + 8);
}

static int geneve(struct context *ctx, const struct packet *p, struct packet *in)
{
	u8 b[8];
	u32 at;

	inside(p, in, TUNNEL_GENEVE, 0);
	if (FETCH(ctx, in, p->data, b, 8) || b[0] >> 6 || (b[1] & 0x3f) || b[7])
		return 0;
	in->tunnel |= be32(b + 4) >> 8;
	at = p->data + 8 + (b[0] & 0x3f) * 4;
	if (be16(b + 2) == ETHER_BRIDGE)
		return inner_ethernet(ctx, in, at);
	return (be16(b + 2) == ETHER_IPV4 || be16(b + 2) == ETHER_IPV6) && plausible_ip(ctx, in, at);
}

static int gtp_u(struct context *ctx, const struct packet *p, struct packet *in)
{
	u8 b[12];
	u32 at = p->data + 8, next;

	inside(p, in, TUNNEL_GTP_U, 0);           /* the endpoint id differs by direction: not part of the key */
	if (FETCH(ctx, in, p->data, b, 8) || b[0] >> 4 != 3 || b[1] != 0xff || be16(b + 2) + 8u > p->data_length)
		return 0;
	if (b[0] & 7) {
		if (FETCH(ctx, in, p->data, b, 12))
			return 0;
		next = b[0] & 4 ? b[11] : 0;
		at += 4;
		for (int i = 0; i < 8 && next; i++) {
			if (FETCH(ctx, in, at, b, 1) || b[0] == 0)
				return 0;
			at += b[0] * 4u;
			if (FETCH(ctx, in, at - 1, b, 1))
				return 0;
			next = b[0];
		}
	}
	return plausible_ip(ctx, in, at);
}

static int teredo(struct context *ctx, const struct packet *p, struct packet *in)
{
	u8 b[4];
	u32 at = p->data;

	inside(p, in, TUNNEL_TEREDO, 0);
	if (FETCH(ctx, in, at, b, 4))
		return 0;
	if (be16(b) == 1)                         /* authentication */
		at += 13 + b[2] + b[3];
	if (!FETCH(ctx, in, at, b, 2) && be16(b) == 0)
		at += 8;                          /* origin indication */
	return plausible_ip(ctx, in, at) && in->ethertype == ETHER_IPV6;
}

static int pseudowire(struct context *ctx, struct packet *in, u32 at);

static int l2tp(struct context *ctx, const struct packet *p, struct packet *in)
{
	u8 b[2];
	u32 at = p->data + 6;

	inside(p, in, TUNNEL_L2TP, 0);
	if (FETCH(ctx, in, p->data, b, 2) || (b[0] & 0x80))
		return 0;
	if ((b[1] & 0x0f) == 3)
		return pseudowire(ctx, in, p->data + 8);
	if ((b[1] & 0x0f) != 2)
		return 0;
	at += (b[0] & 0x40 ? 2 : 0) + (b[0] & 0x08 ? 4 : 0);
	if (b[0] & 0x02) {
		if (FETCH(ctx, in, at, b, 2))
			return 0;
		at += 2 + be16(b);
	}
	return at < in->end && ppp(ctx, in, at) && !in->plain && plausible_ip(ctx, in, in->l3);
}

static int capwap(struct context *ctx, const struct packet *p, struct packet *in)
{
	u8 b[4];
	u32 at;

	inside(p, in, TUNNEL_CAPWAP, 0);
	if (FETCH(ctx, in, p->data, b, 4) || b[0] || (b[3] & 0x80))
		return 0;                         /* encrypted, or a fragment */
	at = p->data + (b[1] >> 3) * 4u;
	if (!(b[2] & 1))
		return inner_ethernet(ctx, in, at);
	if (FETCH(ctx, in, at, b, 2))
		return 0;                         /* some access points swap the octets of frame control */
	return wlan(ctx, in, at, (b[0] & 0x0f) != 8 && (b[1] & 0x0f) == 8 ? WLAN_SWAPPED : 0) && !in->plain;
}

static int ayiya(struct context *ctx, const struct packet *p, struct packet *in)
{
	u8 b[4];

	inside(p, in, TUNNEL_AYIYA, 0);
	if (FETCH(ctx, in, p->data, b, 4) || (b[2] & 15) != 1 || (b[3] != IP_IPV6 && b[3] != IP_IPIP))
		return 0;
	return plausible_ip(ctx, in, p->data + 8 + (1u << (b[0] >> 4)) + (b[1] >> 4) * 4u);
}

#include "tunnel_rare.h"

static int udp_tunnel(struct context *ctx, const struct packet *p, struct packet *in)
{
	for (int i = 0; i < 2; i++)
		switch (i ? p->source_port : p->destination_port) {
		case 4789: case 8472: return vxlan(ctx, p, in);
		case 4790: return vxlan_gpe(ctx, p, in);
		case 6081: return geneve(ctx, p, in);
		case 2152: return gtp_u(ctx, p, in);
		case 3544: return teredo(ctx, p, in);
		case 1701: return l2tp(ctx, p, in);
		case 4341: inside(p, in, TUNNEL_LISP, 0); return plausible_ip(ctx, in, p->data + 8);
		case 5247: return capwap(ctx, p, in);
		case 5072: return ayiya(ctx, p, in);
		case 37008: return tzsp(ctx, p, in);
		case 6635: inside(p, in, TUNNEL_MPLS, 0); return found(in, ETHER_MPLS, p->data);
		default: break;
		}
	return 0;
}

static int find_tunnel(struct context *ctx, const struct packet *p, struct packet *in)
{
	if (p->fragment)
		return 0;
	switch (p->protocol) {
	case IP_UDP:
		return p->has_ports && p->data_length >= 8 && udp_tunnel(ctx, p, in);
	case IP_GRE:
		return gre(ctx, p, in);
	case IP_IPIP:
		inside(p, in, TUNNEL_IPIP, 0);
		return plausible_ip(ctx, in, p->data) && in->ethertype == ETHER_IPV4;
	case IP_IPV6:
		inside(p, in, p->family == FAMILY_IPV4 ? TUNNEL_SIX_IN_FOUR : TUNNEL_IP6_IN_IP, 0);
		return plausible_ip(ctx, in, p->data) && in->ethertype == ETHER_IPV6;
	case IP_AH: return authenticated(ctx, p, in);
	case IP_ETHERIP:                          /* RFC 3378 */
		inside(p, in, TUNNEL_ETHERIP, 0);
		return inner_ethernet(ctx, in, p->data + 2);
	case IP_ETHERNET:                         /* RFC 8986 section 9.2 */
		inside(p, in, TUNNEL_ETHERIP, 0);
		return inner_ethernet(ctx, in, p->data);
	case IP_L2TP:                             /* session 0 is control */
		inside(p, in, TUNNEL_L2TP, 0);
		return !is_zero(ctx, in, p->data, 4) && pseudowire(ctx, in, p->data + 4);
	case IP_PIM: return pim_register(ctx, p, in);
	case IP_MPLS:
		inside(p, in, TUNNEL_MPLS, 0);
		return found(in, ETHER_MPLS, p->data);
	default:
		return 0;
	}
}
#endif
