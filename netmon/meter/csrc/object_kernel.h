/* Methods of the native meter that make it the mirror of the kernel's table (kernel.h). */
#ifndef NETMON_OBJECT_KERNEL_H
#define NETMON_OBJECT_KERNEL_H

static PyObject *Meter_mirror(MeterObject *self, PyObject *args)
{
	int flows, retired, marks, fixed_clock;
	u32 places, limit;

	if (!PyArg_ParseTuple(args, "iiiIIp", &flows, &retired, &marks, &places, &limit, &fixed_clock) || !is_open(self))
		return NULL;
	if (self->meter.kernel || !places || (places & (places - 1))) {
		PyErr_SetString(PyExc_ValueError, "one mirror a meter, with a power of two of marks");
		return NULL;
	}
	if (!(self->meter.kernel = kernel_open(flows, retired, marks, places, limit, fixed_clock)))
		return PyErr_SetFromErrno(PyExc_OSError);
	Py_RETURN_NONE;
}

static PyObject *Meter_read_kernel(MeterObject *self, PyObject *Py_UNUSED(none))
{
	s64 count;

	if (!is_open(self))
		return NULL;
	if (!self->meter.kernel) {
		PyErr_SetString(PyExc_ValueError, "no mirror");
		return NULL;
	}
	if ((count = kernel_read(&self->meter)) < 0)
		return PyErr_SetFromErrno(PyExc_OSError);
	return PyLong_FromLongLong(count);
}
#endif
