/* netmon.meter._native: the native executor of the meter as a CPython extension.
 *
 * One translation unit: the headers hold the core (types, ip, flow, tcp, account: shared with flow.bpf.c), then what only user
 * space does (link layers, tunnels, fragments, capture files). The class Meter does netmon.meter.contract's work on bytes and
 * integers; netmon/meter/native.py puts the contract's types around it. FlowRecord and Inspected are built here, since they
 * are the only objects made per flow and per frame.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "types.h"
#include "table.h"
#include "meter.h"
#include "ip.h"
#include "flow.h"
#include "tcp.h"
#include "account.h"
#include "fragment.h"
#include "link.h"
#include "tunnel.h"
#include "network.h"
#include "kernel.h"
#include "file.h"
#include "records.h"
#include "object.h"
#include "object_file.h"
#include "object_kernel.h"

static int Meter_init(MeterObject *self, PyObject *args, PyObject *keywords)
{
	static char *names[] = {"flow_record", "inspected", "capture_error", "flows", "inspect_packets", "inspect_bytes", "queue_bytes",
				"separate_interfaces", NULL};
	struct limits *l = &self->meter.limits;
	PyTypeObject *flow_record, *inspected;
	PyObject *capture_error;

	if (!PyArg_ParseTupleAndKeywords(args, keywords, "O!O!OIIIKp", names, &PyType_Type, &flow_record, &PyType_Type, &inspected,
					 &capture_error, &l->flows, &l->inspect_packets, &l->inspect_bytes, &l->queue_bytes,
					 &l->separate_interfaces))
		return -1;
	if (!PyType_IsSubtype(flow_record, &PyTuple_Type) || !PyType_IsSubtype(inspected, &PyTuple_Type)) {
		PyErr_SetString(PyExc_TypeError, "records must be tuples");
		return -1;
	}
	if (self->meter.table.slots) {
		PyErr_SetString(PyExc_TypeError, "a meter is opened once");
		return -1;
	}
	self->flow_record = (PyTypeObject *)Py_NewRef((PyObject *)flow_record);
	self->inspected = (PyTypeObject *)Py_NewRef((PyObject *)inspected);
	self->capture_error = Py_NewRef(capture_error);
	if (table_open(&self->meter.table, l->flows)) {
		PyErr_NoMemory();
		return -1;
	}
	return 0;
}

static void Meter_dealloc(MeterObject *self)
{
	PyTypeObject *type = Py_TYPE(self);

	release(self);
	Py_XDECREF(self->flow_record);
	Py_XDECREF(self->inspected);
	Py_XDECREF(self->capture_error);
	type->tp_free((PyObject *)self);
	Py_DECREF(type);
}

static PyObject *Meter_feed(MeterObject *self, PyObject *frames)
{
	PyObject *iterator, *frame;

	if (!is_open(self) || !(iterator = PyObject_GetIter(frames)))
		return NULL;
	while ((frame = PyIter_Next(iterator))) {
		unsigned long long now, wire, link_type, interface;
		Py_buffer data;
		PyObject *part;

		if (!PyTuple_Check(frame) || PyTuple_GET_SIZE(frame) != 5) {
			PyErr_SetString(PyExc_TypeError, "a Frame is expected");
			Py_DECREF(frame);
			break;
		}
		now = PyLong_AsUnsignedLongLongMask(PyTuple_GET_ITEM(frame, 0));
		wire = PyLong_AsUnsignedLongLongMask(PyTuple_GET_ITEM(frame, 1));
		link_type = PyLong_AsUnsignedLongLongMask(PyTuple_GET_ITEM(frame, 3));
		interface = PyLong_AsUnsignedLongLongMask(PyTuple_GET_ITEM(frame, 4));
		part = PyTuple_GET_ITEM(frame, 2);
		if (!PyErr_Occurred() && PyObject_GetBuffer(part, &data, PyBUF_SIMPLE) == 0) {
			meter_frame(&self->meter, now, (u32)wire, (u32)data.len, data.buf, (u32)link_type, (u32)interface);
			PyBuffer_Release(&data);
		}
		Py_DECREF(frame);
		if (PyErr_Occurred())
			break;
	}
	Py_DECREF(iterator);
	if (PyErr_Occurred())
		return NULL;
	Py_RETURN_NONE;
}

static PyObject *Meter_handler(MeterObject *self, PyObject *args)
{
	struct handler *h;
	u32 link_type, interface;
	unsigned long long since = 0, stop = 0, source = 0;
	int nanosecond;

	if (!PyArg_ParseTuple(args, "IIp|KKK", &link_type, &interface, &nanosecond, &since, &stop, &source) || !is_open(self))
		return NULL;
	if (!(h = calloc(1, sizeof *h)))
		return PyErr_NoMemory();
	*h = (struct handler){&self->meter, link_type, interface, nanosecond ? 1 : 1000, since,
			      (void (*)(void *))(size_t)stop, (void *)(size_t)source, self->handlers};
	self->handlers = h;
	return Py_BuildValue("KK", (unsigned long long)(size_t)pcap_callback, (unsigned long long)(size_t)h);
}

static PyObject *Meter_set_filter(MeterObject *self, PyObject *args)
{
	unsigned long long program, function;

	if (!PyArg_ParseTuple(args, "KK", &program, &function))
		return NULL;
	self->meter.filter_program = (const void *)(size_t)program;
	self->meter.filter = (filter_function)(size_t)function;
	Py_RETURN_NONE;
}

static PyObject *Meter_take_inspected(MeterObject *self, PyObject *Py_UNUSED(none))
{
	return is_open(self) ? take_inspected(&self->meter, self->inspected) : NULL;
}

static PyObject *Meter_changed(MeterObject *self, PyObject *Py_UNUSED(none))
{
	if (!is_open(self))
		return NULL;
	expire_fragments(&self->meter, 0);
	return PyLong_FromUnsignedLong(self->meter.table.changed_count);
}

static PyObject *Meter_read_changed(MeterObject *self, PyObject *args)
{
	u32 most;

	if (!PyArg_ParseTuple(args, "I", &most) || !is_open(self))
		return NULL;
	return read_changed(&self->meter, self->flow_record, most);
}

static PyObject *Meter_set_attention(MeterObject *self, PyObject *args)
{
	unsigned long long id;
	unsigned char attention;
	struct row *row;

	if (!PyArg_ParseTuple(args, "Kb", &id, &attention) || !is_open(self))
		return NULL;
	if ((row = table_by_id(&self->meter.table, id))) {
		row->attention = attention;
		kernel_mark(self->meter.kernel, row);
	}
	Py_RETURN_NONE;
}

static PyObject *Meter_step_over(MeterObject *self, PyObject *args)
{
	unsigned long long id;
	long long until;
	struct row *row;
	int side;

	if (!PyArg_ParseTuple(args, "KpL", &id, &side, &until) || !is_open(self))
		return NULL;
	if ((row = table_by_id(&self->meter.table, id))) {
		row->step_over[side != row->flow.initiator] = until;
		kernel_step(self->meter.kernel, row);
	}
	Py_RETURN_NONE;
}

static PyObject *Meter_endpoints(MeterObject *self, PyObject *id)
{
	unsigned long long number = PyLong_AsUnsignedLongLong(id);
	const struct flow *f;
	Py_ssize_t size;

	if (PyErr_Occurred() || !is_open(self))
		return NULL;
	if (!(f = (const struct flow *)table_by_id(&self->meter.table, number)))
		Py_RETURN_NONE;
	size = f->key.family == FAMILY_IPV6 ? 16 : f->key.family == FAMILY_LINK ? 6 : 4;
	return Py_BuildValue("y#y#", f->initiator ? (const char *)f->key.b : (const char *)f->key.a, size,
			     f->initiator ? (const char *)f->key.a : (const char *)f->key.b, size);
}

static PyObject *Meter_delete(MeterObject *self, PyObject *ids)
{
	PyObject *iterator, *id;
	struct row *row;

	if (!is_open(self) || !(iterator = PyObject_GetIter(ids)))
		return NULL;
	while ((id = PyIter_Next(iterator))) {
		unsigned long long number = PyLong_AsUnsignedLongLong(id);
		Py_DECREF(id);
		if (PyErr_Occurred())
			break;
		if (self->meter.kernel && (row = table_by_id(&self->meter.table, number)))
			kernel_delete(self->meter.kernel, row);
		table_delete(&self->meter.table, number);
	}
	Py_DECREF(iterator);
	if (PyErr_Occurred())
		return NULL;
	Py_RETURN_NONE;
}

static PyObject *Meter_totals(MeterObject *self, PyObject *Py_UNUSED(none))
{
	const u64 *t = (const u64 *)&self->meter.totals;
	const size_t shared = sizeof(struct totals) / sizeof(u64);
	PyObject *all = PyTuple_New(shared + 1);

	for (size_t i = 0; all && i < shared; i++)
		PyTuple_SET_ITEM(all, i, PyLong_FromUnsignedLongLong(t[i]));
	if (all)
		PyTuple_SET_ITEM(all, shared, PyLong_FromUnsignedLongLong(self->meter.spent));
	return all;
}

static PyObject *Meter_close(MeterObject *self, PyObject *Py_UNUSED(none))
{
	release(self);
	Py_RETURN_NONE;
}

static PyObject *Meter_last(MeterObject *self, void *Py_UNUSED(closure))
{
	return PyLong_FromUnsignedLongLong(self->meter.last_ns);
}

static PyObject *Meter_next(MeterObject *self, void *Py_UNUSED(closure))
{
	return PyLong_FromUnsignedLongLong(self->file.next);
}

static PyMethodDef Meter_methods[] = {
	{"feed", (PyCFunction)Meter_feed, METH_O, "Account frames."},
	{"handler", (PyCFunction)Meter_handler, METH_VARARGS, "(pcap_handler, user) for a live source."},
	{"mirror", (PyCFunction)Meter_mirror, METH_VARARGS, "Mirror the kernel's flow table."},
	{"read_kernel", (PyCFunction)Meter_read_kernel, METH_VARARGS, "(begin, most): take over what changed there; whether there is more."},
	{"unsettled", (PyCFunction)Meter_unsettled, METH_NOARGS, "How many records may have been read half way through a packet."},
	{"feed_chunk", (PyCFunction)Meter_feed_chunk, METH_VARARGS, "(chunk, until_ns): account a piece of a capture file."},
	{"end_of_file", (PyCFunction)Meter_end_of_file, METH_NOARGS, "What was left of a torn tail."},
	{"file_interfaces", (PyCFunction)Meter_file_interfaces, METH_NOARGS, "(name, link type, description, snap length) each."},
	{"set_filter", (PyCFunction)Meter_set_filter, METH_VARARGS, "A bpf_program and the address of pcap_offline_filter."},
	{"take_inspected", (PyCFunction)Meter_take_inspected, METH_NOARGS, "Frames worth inspecting."},
	{"changed", (PyCFunction)Meter_changed, METH_NOARGS, "How many rows have changed."},
	{"read_changed", (PyCFunction)Meter_read_changed, METH_VARARGS, "(most): records of rows that have changed, so many rows of them."},
	{"set_attention", (PyCFunction)Meter_set_attention, METH_VARARGS, "0 budget, 1 always, 2 done."},
	{"step_over", (PyCFunction)Meter_step_over, METH_VARARGS, "(flow, side, until): segments that end there are of no interest."},
	{"endpoints", (PyCFunction)Meter_endpoints, METH_O, "(initiator, responder) addresses of a flow, or None."},
	{"delete", (PyCFunction)Meter_delete, METH_O, "Forget flows."},
	{"totals", (PyCFunction)Meter_totals, METH_NOARGS, "The fields of MeterTotals."},
	{"close", (PyCFunction)Meter_close, METH_NOARGS, "Give back memory."},
	{NULL, NULL, 0, NULL},
};

static PyGetSetDef Meter_attributes[] = {
	{"last_timestamp_ns", (getter)Meter_last, NULL, "Latest timestamp seen.", NULL},
	{"next_timestamp_ns", (getter)Meter_next, NULL, "Of the packet that waits.", NULL},
	{NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot Meter_slots[] = {
	{Py_tp_doc, "The native meter."},
	{Py_tp_new, PyType_GenericNew},
	{Py_tp_init, Meter_init},
	{Py_tp_dealloc, Meter_dealloc},
	{Py_tp_methods, Meter_methods},
	{Py_tp_getset, Meter_attributes},
	{0, NULL},
};

static PyType_Spec Meter_spec = {"netmon.meter._native.Meter", sizeof(MeterObject), 0, Py_TPFLAGS_DEFAULT, Meter_slots};

static int module_exec(PyObject *module)
{
	PyObject *type = PyType_FromSpec(&Meter_spec);
	int result = type ? PyModule_AddObjectRef(module, "Meter", type) : -1;

	Py_XDECREF(type);
	return result;
}

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, module_exec}, {0, NULL}};

static struct PyModuleDef module = {
	PyModuleDef_HEAD_INIT, "_native", "The native executor of the meter.", 0, NULL, module_slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__native(void)
{
	return PyModuleDef_Init(&module);
}
