/* Core: network and transport headers (RFC 791, 8200, 4302, 9293, 768).
 *
 * In: a packet with l3, end, and the ethertype's family unknown. Out: 0 with addresses, protocol, ports, lengths, or -1 when
 * the bytes are no IP packet. Lengths come from the IP header, never from what was captured, and never exceed the frame.
 */
#ifndef NETMON_IP_H
#define NETMON_IP_H

#ifndef MAX_EXTENSIONS
#define MAX_EXTENSIONS 8
#define UNROLL
#endif

struct ip4_header { u8 version_ihl, tos; u16 length, ident, fragment; u8 ttl, protocol; u16 checksum; u32 source, destination; };
struct ip6_header { u32 version_class_label; u16 length; u8 next, hops; u64 source[2], destination[2]; } __attribute__((packed));
struct tcp_header { u16 source, destination; u32 seq, ack; u8 offset, flags; u16 window, checksum, urgent; };
struct udp_header { u16 source, destination, length, checksum; };

#define FETCH(ctx, p, off, dst, n) ((off) + (n) > (p)->end || LOAD(ctx, off, dst, n))

/* Authentication Header: transparent in transport mode. A whole packet inside is a tunnel, and the header its protocol. */
static INLINE int skip_authentication(CTX *ctx, struct packet *p)
{
	u8 header[8];
	u32 length;

	if (FETCH(ctx, p, p->l4, header, 8))
		return -1;
	length = ((u32)header[1] + 2) * 4;
	if (length < 12 || p->l4 + length > p->end || header[0] == IP_IPIP || header[0] == IP_IPV6)
		return -1;
	p->protocol = header[0];
	p->l4 += length;
	return 0;
}

static INLINE int parse_ip4(CTX *ctx, struct packet *p)
{
	struct ip4_header ip;
	u32 header, total, rest, fragment;

	if (FETCH(ctx, p, p->l3, &ip, 20) || ip.version_ihl >> 4 != 4)
		return -1;
	header = (ip.version_ihl & 15) * 4;
	total = NET16(ip.length);
	rest = p->end - p->l3;
	if (total == 0 || total > rest)          /* 0: segmentation offload left the length to the device */
		total = rest;
	if (header < 20 || total < header)
		return -1;
	p->family = FAMILY_IPV4;
	p->end = p->l3 + total;
	p->l4 = p->l3 + header;
	p->ident = NET16(ip.ident);
	p->tos = ip.tos;
	p->ttl = ip.ttl;
	p->protocol = ip.protocol;
	p->source[0] = FIRST4(ip.source);
	p->destination[0] = FIRST4(ip.destination);
	fragment = NET16(ip.fragment);
	p->fragment_offset = (fragment & 0x1fff) * 8;
	p->more = fragment >> 13 & 1;
	p->fragment = p->more || p->fragment_offset;
	if (p->protocol == IP_AH && !p->fragment && !skip_authentication(ctx, p) && p->protocol == IP_AH)
		skip_authentication(ctx, p);
	return 0;
}

static INLINE int is_extension(u8 next)
{
	return next == 0 || next == 43 || next == 44 || next == 60 || next == 135 || next == 139 || next == 140;
}

/* One extension header; 1 = go on, 0 = the transport header (or something unreadable) is reached. */
static INLINE int skip_extension(CTX *ctx, struct packet *p)
{
	u8 header[8];
	u32 length, field;

	if (p->protocol == IP_AH)
		return !skip_authentication(ctx, p);
	if (!is_extension(p->protocol) || FETCH(ctx, p, p->l4, header, 8))
		return 0;
	length = ((u32)header[1] + 1) * 8;
	if (p->protocol == 44) {
		length = 8;
		field = (u32)header[2] << 8 | header[3];
		p->ident = (u32)header[4] << 24 | (u32)header[5] << 16 | (u32)header[6] << 8 | header[7];
		p->fragment_offset = field & 0xfff8;
		p->more = field & 1;
		p->fragment = p->more || p->fragment_offset;   /* both 0: an atomic fragment, RFC 6946 */
	}
	if (p->l4 + length > p->end)
		return 0;
	p->protocol = header[0];
	p->l4 += length;
	return p->fragment_offset == 0;
}

static INLINE int parse_ip6(CTX *ctx, struct packet *p)
{
	struct ip6_header ip;
	u32 length, rest;

	if (FETCH(ctx, p, p->l3, &ip, 40) || (NET32(ip.version_class_label) >> 28) != 6)
		return -1;
	length = NET16(ip.length);
	rest = p->end - p->l3 - 40;
	/* 0: a jumbogram, or segmentation offload; but a packet may truly be empty */
	if ((length == 0 && (ip.next == 0 || ip.next == IP_TCP || ip.next == IP_UDP)) || length > rest)
		length = rest;
	p->family = FAMILY_IPV6;
	p->end = p->l3 + 40 + length;
	p->l4 = p->l3 + 40;
	p->tos = NET32(ip.version_class_label) >> 20 & 0xff;
	p->ttl = ip.hops;
	p->protocol = ip.next;
	p->source[0] = ip.source[0];
	p->source[1] = ip.source[1];
	p->destination[0] = ip.destination[0];
	p->destination[1] = ip.destination[1];
	UNROLL
	for (int i = 0; i < MAX_EXTENSIONS; i++) {
		if (!skip_extension(ctx, p))
			break;
		p->extensions++;
	}
	return 0;
}

static INLINE void parse_tcp(CTX *ctx, struct packet *p)
{
	struct tcp_header tcp;
	u32 header;

	if (FETCH(ctx, p, p->l4, &tcp, 20))
		return;
	header = (tcp.offset >> 4) * 4;
	if (header < 20 || p->l4 + header > p->end)
		return;
	p->has_tcp = 1;
	p->tcp_header = header;
	p->tcp_flags = tcp.flags;
	p->seq = NET32(tcp.seq);
	p->ack = NET32(tcp.ack);
	p->window = NET16(tcp.window);
	p->data = p->l4 + header;
	p->data_length = p->end - p->data;
}

static INLINE void parse_udp(CTX *ctx, struct packet *p)
{
	struct udp_header udp;
	u32 length;

	if (FETCH(ctx, p, p->l4, &udp, 8))
		return;
	length = NET16(udp.length);
	p->data = p->l4 + 8;
	p->data_length = p->end - p->data;
	if (length >= 8 && length - 8 < p->data_length)
		p->data_length = length - 8;
}

static INLINE void parse_icmp(CTX *ctx, struct packet *p)
{
	u8 header[6];

	if (FETCH(ctx, p, p->l4, header, 2))
		return;
	p->last_type = (u16)header[0] << 8 | header[1];
	if (p->protocol == IP_IGMP)
		return;
	if (p->protocol == IP_ICMP ? header[0] != 8 && header[0] != 0 : header[0] != 128 && header[0] != 129)
		return;
	if (FETCH(ctx, p, p->l4, header, 6))
		return;
	p->source_port = p->destination_port = (u16)header[4] << 8 | header[5];
}

/* Ports, lengths and TCP fields of anything but a later fragment. */
static INLINE void parse_transport(CTX *ctx, struct packet *p)
{
	u16 ports[2];

	p->data = p->l4;
	p->data_length = p->end - p->l4;
	if (p->fragment_offset)
		return;
	if (p->protocol == IP_TCP || p->protocol == IP_UDP || p->protocol == IP_SCTP || p->protocol == IP_DCCP ||
	    p->protocol == IP_UDPLITE) {
		if (FETCH(ctx, p, p->l4, ports, 4))
			return;
		p->has_ports = 1;
		p->source_port = NET16(ports[0]);
		p->destination_port = NET16(ports[1]);
		if (p->protocol == IP_TCP)
			parse_tcp(ctx, p);
		else if (p->protocol == IP_UDP)
			parse_udp(ctx, p);
		else if (p->protocol == IP_UDPLITE && p->data_length >= 8)
			p->data += 8, p->data_length -= 8; /* RFC 3828: its length field is that of the checksum */
	} else if ((p->protocol == IP_ICMP && p->family == FAMILY_IPV4) || (p->protocol == IP_ICMPV6 && p->family == FAMILY_IPV6) ||
		   p->protocol == IP_IGMP) {
		parse_icmp(ctx, p);
	}
}
#endif
