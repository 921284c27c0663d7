/* The Python object around one native meter: what it owns, and giving it back. */
#ifndef NETMON_OBJECT_H
#define NETMON_OBJECT_H

#define BEFORE_NS 5000000000ull   /* older than that is not older but a clock set back */

struct handler {                  /* what pcap_dispatch hands back as user */
	struct meter *m;
	u32 link_type, interface;
	u32 unit;                 /* nanoseconds per tv_usec */
	u64 since;                /* when flow.bpf.c was attached to the descriptor; 0: it is not */
	void (*stop)(void *);     /* pcap_breakloop and the pcap_t; NULL: whoever inspects cannot be asked sooner */
	void *source;
	struct handler *next;
};

typedef struct {
	PyObject_HEAD
	struct meter meter;
	struct capture_file file;
	Py_buffer chunk;                  /* the piece being read, and how far; buf is NULL when there is none */
	size_t chunk_read;
	struct handler *handlers;
	PyTypeObject *flow_record, *inspected;
	PyObject *capture_error;
} MeterObject;

static void pcap_callback(u8 *user, const struct pcap_pkthdr *header, const u8 *data)
{
	const struct handler *h = (const struct handler *)user;
	u64 now = (u64)header->ts.tv_sec * 1000000000u + (u64)header->ts.tv_usec * h->unit;
	u64 spent;

	if (now < h->since && h->since - now < BEFORE_NS)
		return;                   /* waited in the buffer: what is measured begins with the program */
	spent = h->m->spent;
	meter_frame_of(h->m, now, header->len, header->caplen, data, h->link_type, h->interface, h->since != 0);
	if (h->stop && h->m->spent != spent)
		h->stop(h->source);       /* whoever inspects it may want more of it from the very next packet on */
}

static void release_chunk(MeterObject *self)
{
	if (self->chunk.obj)
		PyBuffer_Release(&self->chunk);
	memset(&self->chunk, 0, sizeof self->chunk);
	self->chunk_read = 0;
}

static void release(MeterObject *self)
{
	release_chunk(self);
	while (self->handlers) {
		struct handler *next = self->handlers->next;
		free(self->handlers);
		self->handlers = next;
	}
	if (self->meter.table.slots)
		table_close(&self->meter.table);
	kernel_close(self->meter.kernel);
	self->meter.kernel = NULL;
	fragments_close(self->meter.fragments);
	self->meter.fragments = NULL;
	free(self->meter.queue.data);
	memset(&self->meter.queue, 0, sizeof self->meter.queue);
	file_close(&self->file);
}

static int is_open(MeterObject *self)
{
	if (self->meter.table.slots)
		return 1;
	PyErr_SetString(PyExc_ValueError, "the meter is closed");
	return 0;
}
#endif
