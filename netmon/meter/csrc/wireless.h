/* IEEE 802.11 and the headers capture cards put before it; and the two headers that only say what comes next.
 *
 * Data frames lead to LLC. Management, control and encrypted frames become link-layer rows whose number is the first octet
 * of the frame control field.
 */
#ifndef NETMON_WIRELESS_H
#define NETMON_WIRELESS_H

static int link_layer(struct context *ctx, struct packet *p, u32 type, int nested);

enum { WLAN_PADDED = 1, WLAN_SWAPPED = 2 };

static int wlan(struct context *ctx, struct packet *p, u32 at, int how)
{
	u8 b[24], first;
	u32 header = 24;

	if (FETCH(ctx, p, at, b, 10))
		return 0;
	p->has_link = 1;
	memcpy(p->destination_mac, b + 4, 6);
	first = b[0];
	if (how & WLAN_SWAPPED) {
		b[0] = b[1];
		b[1] = first;
	}
	if (FETCH(ctx, p, at + 10, b + 10, 14))             /* acknowledgements have one address only */
		return plain_row(p, NUMBER_WLAN, b[0], at);
	memcpy(p->source_mac, b + 10, 6);
	if ((b[0] & 0x0c) != 0x08)
		return plain_row(p, NUMBER_WLAN, b[0], at);
	if (b[1] & 1)                             /* to the access point: the destination is address 3 */
		memcpy(p->destination_mac, b + 16, 6);
	if ((b[1] & 3) == 3) {
		if (FETCH(ctx, p, at + 24, p->source_mac, 6))
			return plain_row(p, NUMBER_WLAN, b[0], at);
		header += 6;
	} else if (b[1] & 2) {
		memcpy(p->source_mac, b + 16, 6);
	}
	if (b[0] & 0x80) {
		u8 qos[2] = {0};
		if (FETCH(ctx, p, at + header, qos, 2))
			return plain_row(p, NUMBER_WLAN, b[0], at);
		header += b[1] & 0x80 ? 6 : 2;    /* order bit: HT control follows */
		if (how & WLAN_PADDED)
			header = (header + 3) & ~3u;
		if (qos[0] & 0x80)                /* aggregated: the first of several */
			header += 14;
	}
	if ((b[0] & 0x40) || (b[1] & 0x40))       /* no data, or encrypted */
		return plain_row(p, NUMBER_WLAN, b[0], at);
	return llc(ctx, p, at + header) || plain_row(p, NUMBER_WLAN, b[0], at);
}

static int radiotap(struct context *ctx, struct packet *p, u32 at)
{
	u8 b[8];
	u32 length, present, words = at + 8, first;

	if (FETCH(ctx, p, at, b, 8))
		return 0;
	length = b[2] | b[3] << 8;
	if (length < 8)
		return 0;
	first = present = le32(b + 4);
	for (int i = 0; i < 16 && present >> 31; i++, words += 4) {
		if (FETCH(ctx, p, words, b, 4))
			return 0;
		present = le32(b);
	}
	b[0] = 0;
	if (first & 2) {                          /* flags stand first, or behind the 8-byte aligned TSFT */
		u32 flags = first & 1 ? ((words - at + 7) & ~7u) + 8 : words - at;
		if (flags >= length || FETCH(ctx, p, at + flags, b, 1))
			b[0] = 0;
	}
	if ((b[0] & 0x10) && p->end >= at + length + 4)
		p->end -= 4;                      /* the frame check sequence is in the capture */
	return wlan(ctx, p, at + length, b[0] & 0x20 ? WLAN_PADDED : 0);
}

static int avs(struct context *ctx, struct packet *p, u32 at)
{
	u8 b[8];

	return !FETCH(ctx, p, at, b, 8) && be32(b + 4) >= 8 && be32(b + 4) < 4096 && wlan(ctx, p, at + be32(b + 4), 0);
}

static int prism(struct context *ctx, struct packet *p)
{
	u8 b[8];

	if (FETCH(ctx, p, 0, b, 8))
		return 0;
	if ((be32(b) & 0xfffff000) == 0x80211000)  /* an AVS header under the Prism number */
		return avs(ctx, p, 0);
	return wlan(ctx, p, 144, 0);
}

/* Moves everything behind a header to the front for the link layer it announces. */
static int announced(struct context *ctx, struct packet *p, u32 header, u32 type)
{
	int understood;

	if (header > p->end || header > ctx->captured)
		return 0;
	ctx->data += header;
	ctx->captured -= header;
	p->end -= header;
	understood = link_layer(ctx, p, type, 1);
	ctx->data -= header;
	ctx->captured += header;
	p->end += header;
	p->l3 += header;
	return understood;
}

static int pktap(struct context *ctx, struct packet *p)
{
	u8 b[12];

	if (FETCH(ctx, p, 0, b, 12) || le32(b) < 12 || le32(b) >= 4096)
		return 0;
	ctx->process = le32(b);
	return announced(ctx, p, le32(b), le32(b + 8));
}

static int ppi(struct context *ctx, struct packet *p)
{
	u8 b[8];

	return !FETCH(ctx, p, 0, b, 8) && (b[2] | b[3] << 8) >= 8 && announced(ctx, p, b[2] | b[3] << 8, le32(b + 4));
}
#endif
