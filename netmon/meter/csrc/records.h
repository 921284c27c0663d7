/* Rows and queued frames as the NamedTuples of netmon.model.flow, filled in place: no calls, no keyword arguments.
 *
 * The order of fields is that of FlowRecord and Inspected; tests/meter checks it by comparing with the reference. A tuple
 * whose fields are all immutable leaves hold no cycle, so it is taken away from the garbage collector at once.
 */
#ifndef NETMON_RECORDS_H
#define NETMON_RECORDS_H

#define RECORD_FIELDS 57
#define INSPECTED_FIELDS 11

struct filler { PyObject *tuple; Py_ssize_t at; };

static inline void put(struct filler *to, PyObject *value)
{
	PyTuple_SET_ITEM(to->tuple, to->at++, value);
}

static inline void put_number(struct filler *to, u64 value)
{
	put(to, value < 0x7fffffff ? PyLong_FromLong((long)value) : PyLong_FromUnsignedLongLong(value));
}

static inline void put_bytes(struct filler *to, const void *data, size_t n)
{
	put(to, PyBytes_FromStringAndSize(data, (Py_ssize_t)n));
}

#define PUT_BOTH(to, f, field) (put_number(to, (f)->dir[0].field), put_number(to, (f)->dir[1].field))

static PyObject *finish(struct filler *to)
{
	for (Py_ssize_t i = 0; i < to->at; i++)
		if (!PyTuple_GET_ITEM(to->tuple, i)) {
			Py_DECREF(to->tuple);
			return NULL;
		}
	PyObject_GC_UnTrack(to->tuple);
	return to->tuple;
}

/* Whether packets of this hop limit were sent on this link: nobody on the way has counted it down. */
static int undiminished(u8 ttl)
{
	return ttl == 64 || ttl == 128 || ttl == 255;
}

/* The path's round trip is the sum of both halves as the tap sees them. The far half carries the smoothed value, the near half
 * only its minimum: what varies on the near side is mostly the host's own delayed ACKs. Joined in the middle of a transfer only
 * one half is there: where this link's own host gives the ACKs that is its delay, not the path's. */
static void put_round_trips(struct filler *to, const struct flow *f)
{
	const struct direction *far = &f->dir[0], *near = &f->dir[1];

	if (far->rtt_min < near->rtt_min) {
		far = &f->dir[1];
		near = &f->dir[0];
	}
	if (!f->rtt_handshake && !near->rtt_min && undiminished(near->ttl)) {
		for (int i = 0; i < 4; i++)
			put_number(to, 0);
		return;
	}
	put_number(to, f->rtt_handshake);
	put_number(to, far->rtt ? far->rtt + near->rtt_min : 0);
	put_number(to, far->rtt_min + near->rtt_min);
	put_number(to, far->rtt_variation);
}

static PyObject *make_record(const struct row *row, PyTypeObject *type)
{
	const struct flow *f = &row->flow;
	const struct flow_key *k = &f->key;
	struct filler to = {type->tp_alloc(type, RECORD_FIELDS), 0};

	if (!to.tuple)
		return NULL;
	put_number(&to, row->id);
	put_number(&to, k->family);
	put_number(&to, k->protocol);
	put_bytes(&to, k->a, 16);
	put_bytes(&to, k->b, 16);
	put_number(&to, k->port_a);
	put_number(&to, k->port_b);
	put_number(&to, k->vlan);
	put_number(&to, k->vlan_inner);
	put_number(&to, f->interface);
	put_number(&to, k->tunnel);
	put_number(&to, f->initiator);
	put_number(&to, f->generation);
	put_number(&to, f->tcp_bits);
	put_number(&to, f->first_ns);
	put_number(&to, f->last_ns);
	PUT_BOTH(&to, f, last_ns);
	PUT_BOTH(&to, f, packets);
	PUT_BOTH(&to, f, bytes);
	PUT_BOTH(&to, f, payload);
	PUT_BOTH(&to, f, retransmissions);
	PUT_BOTH(&to, f, out_of_order);
	PUT_BOTH(&to, f, duplicate_acks);
	PUT_BOTH(&to, f, fast_retransmissions);
	PUT_BOTH(&to, f, zero_windows);
	PUT_BOTH(&to, f, fragments);
	PUT_BOTH(&to, f, mss);
	PUT_BOTH(&to, f, window_scale);
	PUT_BOTH(&to, f, window);
	PUT_BOTH(&to, f, sack);
	PUT_BOTH(&to, f, ttl);
	PUT_BOTH(&to, f, tos);
	PUT_BOTH(&to, f, tcp_flags);
	put_round_trips(&to, f);
	put_number(&to, f->last_type);
	put_bytes(&to, f->dir[0].mac, 6);
	put_bytes(&to, f->dir[1].mac, 6);
	return finish(&to);
}

/* The first ``most`` rows of the list of changed ones leave it; those deleted meanwhile are freed now. */
static PyObject *read_changed(struct meter *m, PyTypeObject *type, u32 most)
{
	struct table *t = &m->table;
	PyObject *list = PyList_New(0);
	u32 number = t->changed_first;
	int failed = !list;

	for (; !failed && number != NO_ROW && most; most--) {
		struct row *row = row_at(t, number);
		number = row->next;
		row->changed = 0;
		t->changed_count--;
		if (row->dead) {
			table_free(t, row);
			continue;
		}
		PyObject *record = make_record(row, type);
		failed = !record || PyList_Append(list, record);
		Py_XDECREF(record);
	}
	t->changed_first = number;
	if (number == NO_ROW)
		t->changed_last = NO_ROW;
	if (failed)
		Py_CLEAR(list);
	return list;
}

static PyObject *make_inspected(const struct item *item, PyTypeObject *type)
{
	struct filler to = {type->tp_alloc(type, INSPECTED_FIELDS), 0};

	if (!to.tuple)
		return NULL;
	put_number(&to, item->flow_id);
	put_number(&to, item->kind);
	put_number(&to, item->side);
	put_number(&to, item->now);
	put(&to, PyLong_FromLongLong(item->offset));
	put_number(&to, item->flags);
	put_number(&to, item->length);
	put_number(&to, item->source_port);
	put_number(&to, item->destination_port);
	put(&to, PyBool_FromLong(item->midstream));
	put_bytes(&to, item + 1, item->captured);
	return finish(&to);
}

static PyObject *take_inspected(struct meter *m, PyTypeObject *type)
{
	PyObject *list = PyList_New((Py_ssize_t)m->queued);
	size_t at = 0;

	for (Py_ssize_t n = 0; list && at < m->queue.length; n++) {
		const struct item *item = (const struct item *)(m->queue.data + at);
		PyObject *inspected = make_inspected(item, type);
		if (!inspected) {
			Py_CLEAR(list);
			break;
		}
		PyList_SET_ITEM(list, n, inspected);
		at += sizeof *item + padded(item->captured);
	}
	m->queue.length = 0;
	m->queue_cost = m->queued = 0;
	return list;
}
#endif
