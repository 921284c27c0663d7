/* pcapng: sections of either byte order, several interfaces, enhanced, simple and obsolete packet blocks; all other blocks are
 * skipped as they pass. Also what both file formats share: the reader's state and its words for damage.
 *
 * Reference: draft-ietf-opsawg-pcapng.
 */
#ifndef NETMON_PCAPNG_H
#define NETMON_PCAPNG_H

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
#endif
