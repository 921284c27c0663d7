/* Tunnels seldom met: L2TPv3 (RFC 3931), AH in tunnel mode (RFC 4302), VXLAN-GPE (draft-ietf-nvo3-vxlan-gpe), TZSP, PIM
 * registers (RFC 7761 section 4.9.3). The contract is tunnel.h's.
 */
#ifndef NETMON_TUNNEL_RARE_H
#define NETMON_TUNNEL_RARE_H

static int is_zero(struct context *ctx, const struct packet *in, u32 at, u32 n)
{
	u8 b[4] = {0};

	return FETCH(ctx, in, at, b, n) || !(b[0] | b[1] | b[2] | b[3]);
}

/* L2TPv3: neither the cookie's length nor what is carried stands in the packet; an IP packet must fit behind one of them. */
static int pseudowire(struct context *ctx, struct packet *in, u32 at)
{
	u8 b[18];

	for (int i = 0; i < 4; i++, at += 4) {
		if (FETCH(ctx, in, at, b, 18))
			return 0;
		if ((be16(b + 12) == ETHER_IPV4 || be16(b + 12) == ETHER_IPV6) && plausible_ip(ctx, in, at + 14))
			return ethernet(ctx, in, at);
		if (be16(b + 12) == ETHER_VLAN && (be16(b + 16) == ETHER_IPV4 || be16(b + 16) == ETHER_IPV6) && plausible_ip(ctx, in, at + 18))
			return ethernet(ctx, in, at);
		if (be16(b + 12) == ETHER_ARP && be16(b + 14) == 1 && be16(b + 16) == ETHER_IPV4)
			return ethernet(ctx, in, at);
		if ((b[0] == 0x0f || b[0] == 0x8f) && !b[1] && plausible_ip(ctx, in, at + 4))
			return cisco_hdlc(ctx, in, at);
		if (b[0] == 0xff && b[1] == 3 && plausible_ip(ctx, in, at + 4))
			return ppp(ctx, in, at);
		if (plausible_ip(ctx, in, at))
			return 1;
	}
	return 0;
}

static int authenticated(struct context *ctx, const struct packet *p, struct packet *in)
{
	u8 b[2];

	inside(p, in, TUNNEL_AH, 0);
	return !FETCH(ctx, in, p->data, b, 2) && plausible_ip(ctx, in, p->data + (b[1] + 2u) * 4) &&
	       in->ethertype == (b[0] == IP_IPIP ? ETHER_IPV4 : ETHER_IPV6);
}

static int vxlan_gpe(struct context *ctx, const struct packet *p, struct packet *in)
{
	u8 b[8];

	inside(p, in, TUNNEL_VXLAN, 0);
	if (FETCH(ctx, in, p->data, b, 8) || !(b[0] & 8) || b[7])
		return 0;
	in->tunnel |= be32(b + 4) >> 8;
	switch (b[0] & 4 ? b[3] : 3) {
	case 1: case 2: return plausible_ip(ctx, in, p->data + 8);
	case 3: return inner_ethernet(ctx, in, p->data + 8);
	case 4: return found(in, ETHER_NSH, p->data + 8);
	case 5: return found(in, ETHER_MPLS, p->data + 8);
	default: return 0;
	}
}

/* TaZmen Sniffer Protocol: tagged fields up to an end, then the frame. */
static int tzsp(struct context *ctx, const struct packet *p, struct packet *in)
{
	u8 b[4];
	u32 at = p->data + 4;

	inside(p, in, TUNNEL_TZSP, 0);
	if (FETCH(ctx, in, p->data, b, 4) || b[0] != 1 || b[1] > 1 || be16(b + 2) != 1)
		return 0;
	for (int i = 0; i < 32; i++) {
		if (FETCH(ctx, in, at, b, 1))
			return 0;
		if (b[0] == 1)
			return inner_ethernet(ctx, in, at + 1);
		if (b[0] == 0) {
			at++;
			continue;
		}
		if (FETCH(ctx, in, at, b, 2))
			return 0;
		at += 2u + b[1];
	}
	return 0;
}

static int pim_register(struct context *ctx, const struct packet *p, struct packet *in)
{
	u8 b[1];

	inside(p, in, TUNNEL_PIM, 0);
	return !FETCH(ctx, in, p->data, b, 1) && b[0] == 0x21 && plausible_ip(ctx, in, p->data + 8);
}
#endif
