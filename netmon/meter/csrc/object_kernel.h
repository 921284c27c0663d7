/* Methods of the native meter that make it the mirror of the kernel's table (kernel.h). */
#ifndef NETMON_OBJECT_KERNEL_H
#define NETMON_OBJECT_KERNEL_H

static PyObject *Meter_mirror(MeterObject *self, PyObject *args)
{
	int flows, retired, marks, steps, fixed_clock;
	u32 places, limit;

	if (!PyArg_ParseTuple(args, "iiiiIIp", &flows, &retired, &marks, &steps, &places, &limit, &fixed_clock) || !is_open(self))
		return NULL;
	if (self->meter.kernel || !places || (places & (places - 1))) {
		PyErr_SetString(PyExc_ValueError, "one mirror a meter, with a power of two of marks");
		return NULL;
	}
	if (!(self->meter.kernel = kernel_open(flows, retired, marks, steps, places, limit, fixed_clock)))
		return PyErr_SetFromErrno(PyExc_OSError);
	Py_RETURN_NONE;
}

static int is_mirror(MeterObject *self)
{
	if (!is_open(self))
		return 0;
	if (!self->meter.kernel)
		PyErr_SetString(PyExc_ValueError, "no mirror");
	return self->meter.kernel != NULL;
}

static PyObject *Meter_read_kernel(MeterObject *self, PyObject *args)
{
	u32 most;
	int begin, more;

	if (!PyArg_ParseTuple(args, "pI", &begin, &most) || !is_mirror(self))
		return NULL;
	if (begin)
		kernel_begin(&self->meter);
	if ((more = kernel_read(&self->meter, most)) < 0)
		return PyErr_SetFromErrno(PyExc_OSError);
	return PyBool_FromLong(more);
}

static PyObject *Meter_unsettled(MeterObject *self, PyObject *Py_UNUSED(none))
{
	return is_mirror(self) ? PyLong_FromUnsignedLong(self->meter.kernel->unsettled) : NULL;
}
#endif
