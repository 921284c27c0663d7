/* The native flow table: a slab of rows with stable addresses, a hash index over it, and a page table from flow id to row.
 *
 * Rows live in chunks that are never moved, so a struct row * stays good until the row is freed. The index holds (hash, row
 * number) pairs, grows by doubling and deletes by backward shift, so a look-up of an absent key reads no row at all.
 */
#ifndef NETMON_TABLE_H
#define NETMON_TABLE_H

#define CHUNK_ROWS 512u
#define PAGE_IDS 4096u
#define NO_ROW 0xffffffffu

enum { ATTENTION_BUDGET = 0, ATTENTION_ALWAYS = 1, ATTENTION_DONE = 2 };

struct row {
	struct flow flow;         /* first: a struct flow * is a struct row * */
	u64 id;
	s64 step_over[2];         /* per direction: TCP segments that end here or before are not passed on; 0: none */
	u32 hash, number;
	u32 next;                 /* in the list of changed rows, or of free ones */
	u8 changed, dead : 1, unsettled : 1, indexed, attention;
};

struct slot { u32 hash, row; };   /* row + 1; 0 = free */

struct page { u32 used; u32 rows[PAGE_IDS]; };

struct table {
	struct row **chunks;
	u32 chunk_count, chunk_room, rows_used;  /* rows ever handed out */
	u32 live, limit, free_row;
	struct slot *slots;
	u32 mask, filled;
	struct page **pages;
	u64 page_count;
	u64 next_id;
	u32 changed_first, changed_last, changed_count;
};

static inline struct row *row_at(const struct table *t, u32 number)
{
	return &t->chunks[number / CHUNK_ROWS][number % CHUNK_ROWS];
}

static inline u64 mix64(u64 a, u64 b)
{
	__uint128_t product = (__uint128_t)(a ^ 0x9e3779b97f4a7c15ull) * (b ^ 0xc2b2ae3d27d4eb4full);
	return (u64)product ^ (u64)(product >> 64);
}

static inline u32 hash_key(const struct flow_key *key)
{
	const u64 *w = (const u64 *)key;
	return (u32)mix64(mix64(w[0] ^ w[5], w[2] ^ w[4]), mix64(w[1] ^ w[4], w[3] + 0x165667b19e3779f9ull));
}

static inline int same_key(const struct flow_key *x, const struct flow_key *y)
{
	const u64 *a = (const u64 *)x, *b = (const u64 *)y;
	return !((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) | (a[3] ^ b[3]) | (a[4] ^ b[4]) | (a[5] ^ b[5]));
}

static int table_open(struct table *t, u32 limit)
{
	memset(t, 0, sizeof *t);
	t->limit = limit;
	t->free_row = t->changed_first = t->changed_last = NO_ROW;
	t->next_id = 1;
	t->mask = 1023;
	t->slots = calloc(t->mask + 1, sizeof *t->slots);
	return t->slots ? 0 : -1;
}

static void table_close(struct table *t)
{
	for (u32 i = 0; i < t->chunk_count; i++)
		free(t->chunks[i]);
	for (u64 i = 0; i < t->page_count; i++)
		free(t->pages[i]);
	free(t->chunks);
	free(t->pages);
	free(t->slots);
	memset(t, 0, sizeof *t);
}

static inline struct row *table_find(const struct table *t, const struct flow_key *key, u32 hash)
{
	for (u32 i = hash & t->mask; t->slots[i].row; i = (i + 1) & t->mask)
		if (t->slots[i].hash == hash && same_key(&row_at(t, t->slots[i].row - 1)->flow.key, key))
			return row_at(t, t->slots[i].row - 1);
	return NULL;
}

static int table_grow(struct table *t)
{
	u32 mask = t->mask * 2 + 1;
	struct slot *slots = calloc((size_t)mask + 1, sizeof *slots);

	if (!slots)
		return -1;
	for (u32 i = 0; i <= t->mask; i++) {
		u32 at = t->slots[i].hash & mask;
		if (!t->slots[i].row)
			continue;
		while (slots[at].row)
			at = (at + 1) & mask;
		slots[at] = t->slots[i];
	}
	free(t->slots);
	t->slots = slots;
	t->mask = mask;
	return 0;
}

static void table_unindex(struct table *t, struct row *row)
{
	u32 hole = row->hash & t->mask, i;

	if (!row->indexed)
		return;
	while (t->slots[hole].row != row->number + 1)
		hole = (hole + 1) & t->mask;
	for (i = (hole + 1) & t->mask; t->slots[i].row; i = (i + 1) & t->mask)
		if (((i - t->slots[i].hash) & t->mask) >= ((i - hole) & t->mask)) {
			t->slots[hole] = t->slots[i];
			hole = i;
		}
	t->slots[hole].row = 0;
	t->filled--;
	row->indexed = 0;
}

static int table_name(struct table *t, struct row *row)
{
	u64 index = t->next_id / PAGE_IDS;

	if (index >= t->page_count) {
		u64 room = index + 64;
		struct page **pages = realloc(t->pages, room * sizeof *pages);
		if (!pages)
			return -1;
		memset(pages + t->page_count, 0, (room - t->page_count) * sizeof *pages);
		t->pages = pages;
		t->page_count = room;
	}
	if (!t->pages[index] && !(t->pages[index] = calloc(1, sizeof **t->pages)))
		return -1;
	row->id = t->next_id++;
	t->pages[index]->rows[row->id % PAGE_IDS] = row->number + 1;
	t->pages[index]->used++;
	return 0;
}

static struct row *table_take_row(struct table *t)
{
	struct row *row;

	if (t->free_row != NO_ROW) {
		row = row_at(t, t->free_row);
		t->free_row = row->next;
		u32 number = row->number;
		memset(row, 0, sizeof *row);
		row->number = number;
		return row;
	}
	if (t->rows_used == t->chunk_count * CHUNK_ROWS) {
		if (t->chunk_count == t->chunk_room) {
			u32 room = t->chunk_room ? t->chunk_room * 2 : 64;
			struct row **chunks = realloc(t->chunks, room * sizeof *chunks);
			if (!chunks)
				return NULL;
			t->chunks = chunks;
			t->chunk_room = room;
		}
		if (!(t->chunks[t->chunk_count] = calloc(CHUNK_ROWS, sizeof(struct row))))
			return NULL;
		t->chunk_count++;
	}
	row = row_at(t, t->rows_used);
	row->number = t->rows_used++;
	return row;
}

static void table_index(struct table *t, struct row *row)
{
	u32 i;

	for (i = row->hash & t->mask; t->slots[i].row; i = (i + 1) & t->mask)
		;
	t->slots[i].hash = row->hash;
	t->slots[i].row = row->number + 1;
	t->filled++;
	row->indexed = 1;
}

static struct row *table_insert(struct table *t, const struct flow_key *key, u32 hash)
{
	struct row *row;

	if (t->live >= t->limit || (t->filled * 2 > t->mask && table_grow(t)) || !(row = table_take_row(t)))
		return NULL;
	if (table_name(t, row)) {
		row->next = t->free_row;
		t->free_row = row->number;
		return NULL;
	}
	row->flow.key = *key;
	row->hash = hash;
	table_index(t, row);
	t->live++;
	return row;
}

static inline void table_touch(struct table *t, struct row *row)
{
	if (row->changed)
		return;
	row->changed = 1;
	row->next = NO_ROW;
	if (t->changed_last == NO_ROW)
		t->changed_first = row->number;
	else
		row_at(t, t->changed_last)->next = row->number;
	t->changed_last = row->number;
	t->changed_count++;
}

static struct row *table_by_id(const struct table *t, u64 id)
{
	struct page *page = id / PAGE_IDS < t->page_count ? t->pages[id / PAGE_IDS] : NULL;

	return page && page->rows[id % PAGE_IDS] ? row_at(t, page->rows[id % PAGE_IDS] - 1) : NULL;
}

static void table_free(struct table *t, struct row *row)
{
	row->next = t->free_row;
	t->free_row = row->number;
}

/* A row that waits in the list of changed ones is freed when that is read. */
static void table_delete(struct table *t, u64 id)
{
	struct row *row = table_by_id(t, id);
	struct page *page;

	if (!row)
		return;
	page = t->pages[id / PAGE_IDS];
	page->rows[id % PAGE_IDS] = 0;
	if (--page->used == 0 && id / PAGE_IDS != t->next_id / PAGE_IDS) {
		free(page);
		t->pages[id / PAGE_IDS] = NULL;
	}
	table_unindex(t, row);
	t->live--;
	row->dead = 1;
	if (!row->changed)
		table_free(t, row);
}
#endif
