/* Capture files, cut anywhere: pcap (both byte orders, micro- and nanoseconds, the variant with 24-byte record headers), and
 * pcapng through pcapng.h.
 *
 * In: pieces of the file in order. Out: every whole packet handed to meter_frame as soon as its last byte is there. A record that
 * is cut is carried over; nothing else is, blocks without packets are skipped as they pass. Damage ends the reading with one
 * line in problem; what came before stays counted. Reading pauses at a time and when frames wait for inspection.
 * Reference: draft-ietf-opsawg-pcap.
 */
#ifndef NETMON_FILE_H
#define NETMON_FILE_H

#include "pcapng.h"

/* Bytes the next unit needs, at least; 0 = problem. b holds n >= 1 bytes. */
static size_t file_header(struct capture_file *c, const u8 *b, size_t n)
{
	u32 magic;

	if (n < 4)
		return 4;
	memcpy(&magic, b, 4);
	if (magic == BLOCK_SECTION) {
		c->format = FILE_PCAPNG;
		return block_size(c, b, n);
	}
	c->record_header = 16;
	for (c->swapped = 0; c->swapped < 2; c->swapped++) {
		u32 m = file32(c, b);
		if (m == 0xa1b2c3d4 || m == 0xa1b23c4d || m == 0xa1b2cd34) {
			c->nanosecond = m == 0xa1b23c4d;
			c->record_header = m == 0xa1b2cd34 ? 24 : 16;
			return 24;
		}
	}
	snprintf(c->problem, sizeof c->problem, "not a capture file: it begins with %02x%02x%02x%02x", b[0], b[1], b[2], b[3]);
	return 0;
}

static size_t unit_size(struct capture_file *c, const u8 *b, size_t n)
{
	u32 captured;

	if (c->format == FILE_PCAPNG)
		return block_size(c, b, n);
	if (c->format == FILE_START)
		return file_header(c, b, n);
	if (n < c->record_header)
		return c->record_header;
	captured = file32(c, b + 8);
	return captured > LARGEST_RECORD ? damaged(c, "record length", captured) : c->record_header + captured;
}

/* One whole unit; the bytes taken, or 0 when it waits or with a problem. */
static size_t take_unit(struct capture_file *c, struct meter *m, const u8 *b, size_t size)
{
	u64 now;

	if (c->format == FILE_PCAPNG)
		return take_block(c, m, b);
	if (c->format == FILE_START) {
		c->format = FILE_PCAP;
		c->begun = 1;
		c->link_type = file32(c, b + 20) & 0xffff;
		return new_interface(c, c->link_type, file32(c, b + 16)) ? size : 0;
	}
	now = (u64)file32(c, b) * 1000000000u + (u64)file32(c, b + 4) * (c->nanosecond ? 1 : 1000);
	if (waits(c, now))
		return 0;
	meter_frame(m, now, file32(c, b + 12), (u32)(size - c->record_header), b + c->record_header, c->link_type, 0);
	return size;
}

/* Completes the carried unit with at most n bytes of b; the bytes taken. *whole: it is complete. */
static size_t file_carry(struct capture_file *c, const u8 *b, size_t n, size_t need, int *whole)
{
	size_t missing = need > c->carry.length ? need - c->carry.length : 0, take = missing < n ? missing : n;
	u8 *to = take ? buffer_take(&c->carry, take) : NULL;

	if (take && !to) {
		damaged(c, "no memory for a record of", need);
		return 0;
	}
	if (take)
		memcpy(to, b, take);
	*whole = c->carry.length >= need;
	return take;
}

/* One step; the bytes taken from b. *more is cleared when only further bytes, time or room can help. */
static size_t file_step(struct capture_file *c, struct meter *m, const u8 *b, size_t n, int *more)
{
	size_t need, take;
	int whole = 0;

	c->unit_at = c->position - c->carry.length;
	if (c->skip) {
		take = c->skip < n ? (size_t)c->skip : n;
		c->skip -= take;
		*more = take > 0;
		return take;
	}
	if (!c->carry.length && (!n || ((need = unit_size(c, b, n)) && need <= n))) {
		take = n ? take_unit(c, m, b, need) : 0;
		*more = take > 0;
		return take;
	}
	need = unit_size(c, c->carry.length ? c->carry.data : b, c->carry.length ? c->carry.length : n);
	*more = 0;
	if (!need)
		return 0;
	take = file_carry(c, b, n, need, &whole);
	if (!whole || c->problem[0])
		return take;
	need = unit_size(c, c->carry.data, c->carry.length);          /* the header may ask for more */
	if (need && need <= c->carry.length && take_unit(c, m, c->carry.data, need))
		c->carry.length = 0;
	else if (!need || need <= c->carry.length)
		return take;
	*more = 1;
	return take;
}

/* FED_*; *taken = how much of b. Stops at c->until, when INSPECT_BATCH frames wait, and when a direction has used up its
 * budget: whoever inspects it may want more of it from the very next packet on. */
static int file_feed(struct capture_file *c, struct meter *m, const u8 *b, size_t n, size_t *taken)
{
	u64 spent = m->spent;
	int more = 1;

	*taken = 0;
	c->waiting = 0;
	while (more && !c->problem[0]) {
		size_t take = file_step(c, m, b + *taken, n - *taken, &more);
		*taken += take;
		c->position += take;
		if (m->queued >= INSPECT_BATCH || m->spent != spent)
			return FED_QUEUE;
	}
	return c->problem[0] ? FED_DAMAGED : c->waiting ? FED_TIME : FED_EATEN;
}

static void file_close(struct capture_file *c)
{
	free(c->interfaces);
	free(c->carry.data);
	memset(c, 0, sizeof *c);
}
#endif
