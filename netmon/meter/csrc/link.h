/* Link layers: from the first byte of a frame to an ethertype and the network header behind it.
 *
 * In: a LINKTYPE_ number (draft-ietf-opsawg-pcaplinktype) and a packet whose end is the frame's wire length. Out: 1 with
 * ethertype and l3 set, or plain set where only a link-layer row is possible (then ethertype is the row's number and l3 its
 * content); 0 when the frame is shorter than its own header or the link type is not known.
 * Tags and labels behind an ethertype (VLAN, MPLS, PPPoE) are network.h's.
 */
#ifndef NETMON_LINK_H
#define NETMON_LINK_H

enum {
	ETHER_IPV4 = 0x0800, ETHER_ARP = 0x0806, ETHER_BRIDGE = 0x6558, ETHER_TRILL = 0x22f3,
	ETHER_VLAN = 0x8100, ETHER_IPV6 = 0x86dd,
	ETHER_PPP = 0x880b, ETHER_MPLS = 0x8847, ETHER_MPLS_MULTICAST = 0x8848, ETHER_PPPOE = 0x8864,
	ETHER_QINQ = 0x88a8, ETHER_MACSEC = 0x88e5, ETHER_PBB = 0x88e7, ETHER_FABRICPATH = 0x8903, ETHER_METADATA = 0x8909,
	ETHER_VNTAG = 0x8926, ETHER_HSR = 0x892f, ETHER_ETAG = 0x893f, ETHER_NSH = 0x894f, ETHER_ARISTA = 0xd28b,
	ETHER_EDSA = 0xdada, ETHER_LOWEST = 0x0600,
};

static inline u16 be16(const u8 *b) { return (u16)(b[0] << 8 | b[1]); }
static inline u32 le32(const u8 *b) { return (u32)b[3] << 24 | (u32)b[2] << 16 | (u32)b[1] << 8 | b[0]; }
static inline u32 be32(const u8 *b) { return (u32)b[0] << 24 | (u32)b[1] << 16 | (u32)b[2] << 8 | b[3]; }

static int plain_row(struct packet *p, u8 space, u16 number, u32 at)
{
	p->plain = 1;
	p->space = space;
	p->ethertype = number;
	p->l3 = at;
	return 1;
}

static int found(struct packet *p, u16 ethertype, u32 at)
{
	p->ethertype = ethertype;
	p->l3 = at;
	return 1;
}

/* IEEE 802.2; SNAP with an Ethernet OUI leads on (RFC 1042, 802.1H), so do IP's own and ISO's network layer id. */
static int llc(struct context *ctx, struct packet *p, u32 at)
{
	u8 b[8];

	if (FETCH(ctx, p, at, b, 3))
		return 0;
	if (b[0] == 0xaa && b[1] == 0xaa && b[2] == 3 && !FETCH(ctx, p, at, b, 8) && !b[3] && !b[4] && (b[5] == 0 || b[5] == 0xf8)) {
		if (be16(b + 6) >= ETHER_LOWEST)
			return found(p, be16(b + 6), at + 8);
	} else if (b[0] == 6 && b[1] == 6 && b[2] == 3) {
		return found(p, ETHER_IPV4, at + 3);
	} else if (b[0] == 0xfe && b[1] == 0xfe && b[2] == 3 && !FETCH(ctx, p, at, b, 4) && (b[3] == 0xcc || b[3] == 0x8e)) {
		return found(p, b[3] == 0xcc ? ETHER_IPV4 : ETHER_IPV6, at + 4);
	}
	return plain_row(p, NUMBER_ETHERTYPE, be16(b), at);
}

/* What follows two MAC addresses: an ethertype, or IEEE 802.3's length with LLC behind it. */
static int ethertype_or_length(struct context *ctx, struct packet *p, u32 at)
{
	u8 b[2];
	u16 type;

	if (FETCH(ctx, p, at, b, 2))
		return 0;
	type = be16(b);
	if (type >= ETHER_LOWEST)
		return found(p, type, at + 2);
	if (type && at + 2 + type < p->end)
		p->end = at + 2 + type;          /* the rest is padding */
	return llc(ctx, p, at + 2) || plain_row(p, NUMBER_ETHERTYPE, 0, at + 2);
}

/* Cisco ISL: a multicast address of its own, SNAP, the VLAN, and then a whole frame. */
static int inter_switch_link(struct context *ctx, struct packet *p, u32 at)
{
	u8 b[8];

	if (FETCH(ctx, p, at + 14, b, 8) || b[0] != 0xaa || b[1] != 0xaa || b[2] != 3)
		return 0;
	if (!p->vlan)
		p->vlan = be16(b + 6) >> 1 & 0xfff;
	return found(p, ETHER_BRIDGE, at + 26);
}

static int ethernet(struct context *ctx, struct packet *p, u32 at)
{
	u8 b[12];

	if (FETCH(ctx, p, at, b, 12))
		return 0;
	memcpy(p->destination_mac, b, 6);
	memcpy(p->source_mac, b + 6, 6);
	p->has_link = 1;
	if ((b[0] == 1 || b[0] == 0x0c) && !b[1] && b[2] == 0x0c && !b[3] && !b[4] && inter_switch_link(ctx, p, at))
		return 1;
	return ethertype_or_length(ctx, p, at + 12);
}

/* Raw IP of either version. */
static int raw_ip(struct context *ctx, struct packet *p, u32 at)
{
	u8 b;

	if (FETCH(ctx, p, at, &b, 1))
		return 0;
	return (b >> 4 == 4 || b >> 4 == 6) && found(p, b >> 4 == 4 ? ETHER_IPV4 : ETHER_IPV6, at);
}

/* RFC 1661, 1662: address and control may be left out, the protocol field may be one byte. */
static int ppp(struct context *ctx, struct packet *p, u32 at)
{
	u8 b[2];
	u16 protocol;

	if (FETCH(ctx, p, at, b, 2))
		return 0;
	p->has_link = 1;
	if (b[0] == 0xff && b[1] == 3) {
		at += 2;
		if (FETCH(ctx, p, at, b, 1) || (!(b[0] & 1) && FETCH(ctx, p, at, b, 2)))
			return 0;
	}
	protocol = b[0] & 1 ? b[0] : be16(b);
	at += b[0] & 1 ? 1 : 2;
	switch (protocol) {
	case 0x21: return found(p, ETHER_IPV4, at);
	case 0x57: return found(p, ETHER_IPV6, at);
	case 0x281: return found(p, ETHER_MPLS, at);
	case 0x283: return found(p, ETHER_MPLS_MULTICAST, at);
	default: return plain_row(p, NUMBER_PPP, protocol, at);
	}
}

static int cisco_hdlc(struct context *ctx, struct packet *p, u32 at)
{
	u8 b[4];

	if (FETCH(ctx, p, at, b, 4))
		return 0;
	p->has_link = 1;
	if (be16(b + 2) == 0xfefe)                /* ISO protocols: an LLC header without its length */
		return plain_row(p, NUMBER_ETHERTYPE, 0xfefe, at + 2);
	return found(p, be16(b + 2), at + 4);
}

static int ppp_or_hdlc(struct context *ctx, struct packet *p, u32 at)
{
	u8 b[2];

	if (!FETCH(ctx, p, at, b, 2) && (b[0] == 0x0f || b[0] == 0x8f) && b[1] == 0)
		return cisco_hdlc(ctx, p, at);
	return ppp(ctx, p, at);
}

/* An address family number of some BSD, in the byte order of the machine that wrote it. */
static int bsd_family(struct context *ctx, struct packet *p, u32 header)
{
	u8 b[4];
	u32 family;

	if (FETCH(ctx, p, 0, b, 4))
		return 0;
	if (b[0] == 0xff && b[1] == 3)            /* Windows writes PPP and HDLC of its WAN adapters under this number */
		return ppp(ctx, p, 0);
	if ((b[0] == 0x0f || b[0] == 0x8f) && !b[1] && be16(b + 2) >= ETHER_LOWEST)
		return cisco_hdlc(ctx, p, 0);
	p->has_link = 1;
	family = le32(b) > 0xffff ? be32(b) : le32(b);
	switch (family) {
	case 2: return found(p, ETHER_IPV4, header);
	case 10: case 24: case 28: case 30: return found(p, ETHER_IPV6, header);
	default:                                  /* some write an ethertype */
		return family >= ETHER_LOWEST && family <= 0xffff ? found(p, family, header) : plain_row(p, NUMBER_FAMILY, family, header);
	}
}

static int linux_cooked(struct context *ctx, struct packet *p, int version)
{
	u8 b[20];
	u32 header = version == 2 ? 20 : 16, address = version == 2 ? 12 : 6;
	u16 protocol, length;

	if (FETCH(ctx, p, 0, b, header))
		return 0;
	p->has_link = 1;
	protocol = be16(version == 2 ? b : b + 14);
	length = version == 2 ? b[11] : be16(b + 4);
	if (length == 6)
		memcpy(p->source_mac, b + address, 6);
	if (protocol >= ETHER_LOWEST)
		return found(p, protocol, header);
	if (protocol == 4)
		return llc(ctx, p, header) || plain_row(p, NUMBER_COOKED, protocol, header);
	return plain_row(p, NUMBER_COOKED, protocol, header);
}

#include "wireless.h"
#include "link_rare.h"

static int link_layer(struct context *ctx, struct packet *p, u32 type, int nested)
{
	u8 b[8];

	switch (type) {
	case 1: return ethernet(ctx, p, 0);
	case 12: case 14: case 101: case 228: case 229: return raw_ip(ctx, p, 0);
	case 0: case 108: return bsd_family(ctx, p, 4);
	case 109: return bsd_family(ctx, p, 12);
	case 113: return linux_cooked(ctx, p, 1);
	case 276: return linux_cooked(ctx, p, 2);
	case 9: case 50: return ppp_or_hdlc(ctx, p, 0);
	case 51: p->has_link = 1; return found(p, ETHER_PPPOE, 0);
	case 166: case 204: return ppp_or_hdlc(ctx, p, 1);
	case 104: return cisco_hdlc(ctx, p, 0);
	case 107: return frame_relay(ctx, p);
	case 7: return arcnet(ctx, p, 0);
	case 129: return arcnet(ctx, p, 2);
	case 6: case 10:                          /* Token Ring, FDDI: only the length of what precedes the addresses differs */
		if (FETCH(ctx, p, 0, b, 8))
			return 0;
		p->has_link = 1;
		LOAD(ctx, type == 6 ? 2 : 1, p->destination_mac, 6);
		LOAD(ctx, type == 6 ? 8 : 7, p->source_mac, 6);
		return llc(ctx, p, type == 6 ? 14 : 13) || plain_row(p, NUMBER_ETHERTYPE, 0, type == 6 ? 14 : 13);
	case 100: p->has_link = 1; return llc(ctx, p, 0);
	case 138:
		p->has_link = 1;
		return !FETCH(ctx, p, 16, b, 2) && found(p, be16(b), 18);
	case 226: return raw_ip(ctx, p, 24);
	case 239: return nflog(ctx, p);
	case 242:
		p->has_link = 1;
		return !FETCH(ctx, p, 40, b, 2) && found(p, be16(b), 44);
	case 105: return wlan(ctx, p, 0, 0);
	case 119: return prism(ctx, p);
	case 127: return radiotap(ctx, p, 0);
	case 163: return avs(ctx, p, 0);
	case 149: case 258: return nested ? 0 : pktap(ctx, p);
	case 192: return nested ? 0 : ppi(ctx, p);
	default: return rare_link(ctx, p, type);
	}
}
#endif
