/* Capture files, cut anywhere: pcap (both byte orders, micro- and nanoseconds, the variant with 24-byte record headers) and
 * pcapng (sections of either byte order, several interfaces, enhanced, simple and obsolete packet blocks).
 *
 * In: pieces of the file in order. Out: every whole packet handed to meter_frame as soon as its last byte is there. A record that
 * is cut is carried over; nothing else is, blocks without packets are skipped as they pass. Damage ends the reading with one
 * line in problem; what came before stays counted. Reading pauses at a time and when frames wait for inspection. Reference: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng.
 */
#ifndef NETMON_FILE_H
#define NETMON_FILE_H

#define LARGEST_RECORD (16u << 20)
#define MOST_INTERFACES 65536u
#define LATEST_NS 0x7ffffffffffffffell
#define INSPECT_BATCH 512u        /* contract.INSPECT_BATCH */

enum { FILE_START = 0, FILE_PCAP, FILE_PCAPNG };
enum { FED_EATEN = 0, FED_TIME, FED_QUEUE, FED_DAMAGED };   /* the first three as in contract.Fed */
enum { BLOCK_SECTION = 0x0a0d0d0a, BLOCK_INTERFACE = 1, BLOCK_OBSOLETE = 2, BLOCK_SIMPLE = 3, BLOCK_ENHANCED = 6 };

struct file_interface {
	u32 link_type, snap_length;
	u64 units;                        /* ticks per second */
	s64 offset;                       /* seconds added to every timestamp */
	char name[64], description[128];
};

struct capture_file {
	int format, swapped, nanosecond, begun;
	u32 record_header, link_type;
	u64 position, skip;               /* bytes taken in; bytes of an uninteresting block still to come */
	u64 unit_at;                      /* where the record or block being read begins */
	u64 until, next;                  /* packets from until on wait; the timestamp of the one that does */
	int waiting;
	u32 section;                      /* index of the section's first interface */
	struct file_interface *interfaces;
	u32 interface_count, interface_room;
	struct buffer carry;
	char problem[160];
};

static inline u16 file16(const struct capture_file *c, const u8 *b)
{
	u16 v;
	memcpy(&v, b, 2);
	return c->swapped ? __builtin_bswap16(v) : v;
}

static inline u32 file32(const struct capture_file *c, const u8 *b)
{
	u32 v;
	memcpy(&v, b, 4);
	return c->swapped ? __builtin_bswap32(v) : v;
}

static size_t damaged(struct capture_file *c, const char *what, u64 value)
{
	snprintf(c->problem, sizeof c->problem, "damaged capture file: %s %llu at byte %llu", what, value, c->unit_at);
	return 0;
}

/* Whether a packet of this time has to wait for the next call. */
static int waits(struct capture_file *c, u64 now)
{
	c->waiting = now >= c->until;
	if (c->waiting)
		c->next = now;
	return c->waiting;
}

static struct file_interface *new_interface(struct capture_file *c, u32 link_type, u32 snap_length)
{
	if (c->interface_count == c->interface_room) {
		u32 room = c->interface_room ? c->interface_room * 2 : 4;
		struct file_interface *more = realloc(c->interfaces, room * sizeof *more);
		if (!more || room > MOST_INTERFACES) {
			c->interfaces = more ? more : c->interfaces;
			damaged(c, "too many interfaces:", room);
			return NULL;
		}
		c->interfaces = more;
		c->interface_room = room;
	}
	struct file_interface *i = &c->interfaces[c->interface_count++];
	memset(i, 0, sizeof *i);
	i->link_type = link_type;
	i->snap_length = snap_length;
	i->units = 1000000;
	return i;
}

static size_t block_size(struct capture_file *c, const u8 *b, size_t n)
{
	u32 type, length;

	if (n < 8)
		return 8;
	memcpy(&type, b, 4);
	if (type == BLOCK_SECTION) {
		if (n < 12)
			return 12;
		memcpy(&type, b + 8, 4);
		if (type != 0x1a2b3c4d && type != 0x4d3c2b1a)
			return damaged(c, "byte-order magic", type);
		c->swapped = type != 0x1a2b3c4d;
		type = BLOCK_SECTION;
	} else {
		type = file32(c, b);
	}
	length = file32(c, b + 4);
	if (length < 12 || (length & 3))
		return damaged(c, "block length", length);
	if (type != BLOCK_SECTION && type != BLOCK_INTERFACE && type != BLOCK_OBSOLETE && type != BLOCK_SIMPLE && type != BLOCK_ENHANCED)
		return 8;
	return length > LARGEST_RECORD ? damaged(c, "block length", length) : length;
}

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

/* Never before 1970, never beyond what a signed 64-bit number holds: a reader that waits for a time must see it come. */
static u64 to_nanoseconds(const struct file_interface *i, u64 ticks)
{
	__int128 ns = (__int128)ticks * (i->units == 1000000 ? 1000 : 1);

	if (i->units != 1000000 && i->units != 1000000000)
		ns = (__int128)((unsigned __int128)ticks * 1000000000u / i->units);
	ns += (__int128)i->offset * 1000000000;
	return ns < 0 ? 0 : ns > LATEST_NS ? LATEST_NS : (u64)ns;
}

static void interface_options(struct capture_file *c, struct file_interface *i, const u8 *b, const u8 *end)
{
	while (end - b >= 4) {
		u32 code = file16(c, b), length = file16(c, b + 2);
		char *text = code == 2 ? i->name : code == 3 ? i->description : NULL;
		u32 room = code == 2 ? sizeof i->name : sizeof i->description;
		b += 4;
		if (code == 0 || length > (size_t)(end - b))
			return;
		if (text) {
			u32 n = length < room ? length : room - 1;
			memcpy(text, b, n);
			text[n] = 0;
		} else if (code == 9 && length == 1) {
			u32 power = b[0] & 0x7f;
			i->units = 1;
			if (b[0] & 0x80)
				i->units = power < 64 ? 1ull << power : 1000000;
			else
				for (u32 k = 0; k < power; k++)
					i->units = power > 19 ? 1000000 : i->units * 10;
		} else if (code == 14 && length == 8) {
			u64 low = file32(c, b), high = file32(c, b + 4);
			i->offset = (s64)(c->swapped == (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) ? low << 32 | high : high << 32 | low);
		}
		length = (length + 3) & ~3u;
		if (length > (size_t)(end - b))
			return;
		b += length;
	}
}

static size_t packet_block(struct capture_file *c, struct meter *m, const u8 *b, u32 type, u32 length)
{
	u32 header = type == BLOCK_SIMPLE ? 12 : 28, number = 0, captured, wire;
	struct file_interface *i;
	u64 now = 0;

	if (length < header + 4)
		return damaged(c, "block length", length);
	if (type != BLOCK_SIMPLE)
		number = type == BLOCK_ENHANCED ? file32(c, b + 8) : file16(c, b + 8);
	if (number >= c->interface_count - c->section)
		return damaged(c, "packet of an interface not described:", number);
	i = &c->interfaces[c->section + number];
	if (type == BLOCK_SIMPLE) {
		wire = captured = file32(c, b + 8);
		if (captured > length - 16)
			captured = length - 16;
		if (i->snap_length && captured > i->snap_length)
			captured = i->snap_length;
		now = m->last_ns;                 /* no time of its own */
	} else {
		now = to_nanoseconds(i, (u64)file32(c, b + 12) << 32 | file32(c, b + 16));
		captured = file32(c, b + 20);
		wire = file32(c, b + 24);
		if (captured > length - 32)
			return damaged(c, "captured length", captured);
		if (waits(c, now))
			return 0;
	}
	meter_frame(m, now, wire, captured, b + header, i->link_type, c->section + number);
	return length;
}

static size_t take_block(struct capture_file *c, struct meter *m, const u8 *b)
{
	u32 type, length = file32(c, b + 4);
	struct file_interface *i;

	memcpy(&type, b, 4);
	if (type != BLOCK_SECTION)
		type = file32(c, b);
	switch (type) {
	case BLOCK_SECTION:
		c->section = c->interface_count;
		c->begun = 1;
		return length;
	case BLOCK_INTERFACE:
		if (length < 20)
			return damaged(c, "block length", length);
		i = new_interface(c, file16(c, b + 8), file32(c, b + 12));
		if (!i)
			return 0;
		interface_options(c, i, b + 16, b + length - 4);
		return length;
	case BLOCK_OBSOLETE: case BLOCK_SIMPLE: case BLOCK_ENHANCED:
		return packet_block(c, m, b, type, length);
	default:
		c->skip = length - 8;
		return 8;
	}
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

/* FED_*; *taken = how much of b. Stops at c->until and when INSPECT_BATCH frames wait. */
static int file_feed(struct capture_file *c, struct meter *m, const u8 *b, size_t n, size_t *taken)
{
	int more = 1;

	*taken = 0;
	c->waiting = 0;
	while (more && !c->problem[0]) {
		size_t take = file_step(c, m, b + *taken, n - *taken, &more);
		*taken += take;
		c->position += take;
		if (m->queued >= INSPECT_BATCH)
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
