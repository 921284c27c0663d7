/* Methods of the native meter that read capture files. */
#ifndef NETMON_OBJECT_FILE_H
#define NETMON_OBJECT_FILE_H

static PyObject *Meter_feed_chunk(MeterObject *self, PyObject *args)
{
	unsigned long long until;
	PyObject *chunk;
	size_t taken;
	int fed;

	if (!PyArg_ParseTuple(args, "OK", &chunk, &until) || !is_open(self))
		return NULL;
	if (!self->chunk.obj && PyObject_GetBuffer(chunk, &self->chunk, PyBUF_SIMPLE))
		return NULL;
	if (self->chunk.obj != chunk && PyObject_Size(chunk)) {
		PyErr_SetString(PyExc_ValueError, "the last chunk is not eaten yet");
		return NULL;
	}
	self->file.until = until;
	fed = file_feed(&self->file, &self->meter, (const u8 *)self->chunk.buf + self->chunk_read,
			(size_t)self->chunk.len - self->chunk_read, &taken);
	self->chunk_read += taken;
	if (fed == FED_EATEN || fed == FED_DAMAGED)
		release_chunk(self);
	if (fed == FED_DAMAGED) {
		PyErr_SetString(self->capture_error, self->file.problem);
		return NULL;
	}
	return PyLong_FromLong(fed);
}

static PyObject *Meter_end_of_file(MeterObject *self, PyObject *Py_UNUSED(none))
{
	struct capture_file *c = &self->file;

	if (!is_open(self))
		return NULL;
	expire_fragments(&self->meter, 1);
	if (c->problem[0] || !c->position)
		return PyUnicode_FromString("");
	if (!c->begun)
		return PyUnicode_FromFormat("the capture file ends within its header, after %llu bytes", c->position);
	if (c->carry.length || c->skip)
		return PyUnicode_FromFormat("the capture file ends within a record: read up to byte %llu of %llu",
					    c->position - c->carry.length, c->position);
	return PyUnicode_FromString("");
}

static PyObject *Meter_file_interfaces(MeterObject *self, PyObject *Py_UNUSED(none))
{
	PyObject *list = PyList_New(self->file.interface_count), *entry;

	for (u32 n = 0; list && n < self->file.interface_count; n++) {
		struct file_interface *i = &self->file.interfaces[n];
		PyObject *name = PyUnicode_DecodeUTF8(i->name, strlen(i->name), "replace");
		PyObject *description = PyUnicode_DecodeUTF8(i->description, strlen(i->description), "replace");
		entry = name && description ? Py_BuildValue("OIOI", name, i->link_type, description, i->snap_length) : NULL;
		Py_XDECREF(name);
		Py_XDECREF(description);
		if (!entry)
			Py_CLEAR(list);
		else
			PyList_SET_ITEM(list, n, entry);
	}
	return list;
}
#endif
