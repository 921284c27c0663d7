"""What stands in front of the kernel's program on a socket: the capture filter (``classic`` translates it), or nothing but
the way on.

In: a capture descriptor, on which libpcap may have installed a filter. Out: a small program to attach, which applies the
same filter and goes on in the meter's. Without a filter too: a socket may only carry what fits into net.core.optmem_max,
20 KiB before Linux 6.8, and the meter's program is larger. Rules: where libpcap filters in user space itself (the socket
carries none) there is nothing to chain and that is an error, never an unfiltered count; nothing outlives ``close`` and the
socket.
"""

from __future__ import annotations

import ctypes
import os
import socket

from netmon.bpf import BpfError, library, reason

from .classic import ACCEPT_ALL, LONGEST, extended, instructions

SO_GET_FILTER = 26
_SOCKET_FILTER, _PROGRAM_ARRAY, _INSTRUCTION = 1, 3, 8


class KernelFilter:
    """One source's chain. Raises ``BpfError`` when the filter cannot be had in the kernel."""

    def __init__(self, descriptor: int, program: int, *, filtered: bool) -> None:
        """``program``: the descriptor of the meter's program for this source. ``filtered``: it has a capture filter."""
        self.program_fd = self._array = -1
        classic = instructions(installed(descriptor)) if filtered else ACCEPT_ALL
        if not classic:
            raise BpfError("the kernel has not taken the capture filter (-f)")
        try:
            self._array = _program_array(program)
            self.program_fd = _load(extended(classic, self._array))
        except ValueError as error:
            self.close()
            raise BpfError(f"the capture filter (-f) cannot be put before the kernel meter: {error}") from error
        except BpfError:
            self.close()
            raise

    def close(self) -> None:
        """Give the descriptors back: the kernel empties the array with its last one, so not before the source is closed."""
        for descriptor in (self.program_fd, self._array):
            if descriptor >= 0:
                os.close(descriptor)
        self.program_fd = self._array = -1


def installed(descriptor: int) -> bytes:
    """The classic program that a socket carries, as an array of struct sock_filter; empty when it carries none."""
    function = ctypes.CDLL(None, use_errno=True).getsockopt
    size = ctypes.c_uint32(LONGEST)  # in instructions, alone among socket options
    found = ctypes.create_string_buffer(LONGEST * _INSTRUCTION)
    if function(descriptor, socket.SOL_SOCKET, SO_GET_FILTER, found, ctypes.byref(size)) < 0:
        return b""
    return found.raw[: size.value * _INSTRUCTION]


def _program_array(program: int) -> int:
    """An array with this program at 0."""
    create = library().bpf_map_create
    create.argtypes = (ctypes.c_int, ctypes.c_char_p, *(ctypes.c_uint32,) * 3, ctypes.c_void_p)
    array = int(create(_PROGRAM_ARRAY, b"netmon_next", 4, 4, 1, None))
    if array < 0:
        raise BpfError(f"the kernel refuses a program array: {reason(-array)}", -array)
    key, value = ctypes.c_uint32(0), ctypes.c_uint32(program)
    code = int(library().bpf_map_update_elem(array, ctypes.byref(key), ctypes.byref(value), 0))
    if code < 0:
        os.close(array)
        raise BpfError(f"the kernel refuses a program array: {reason(-code)}", -code)
    return array


def _load(code: bytes) -> int:
    """A socket filter of these instructions."""
    load = library().bpf_prog_load
    load.argtypes = (ctypes.c_int, *(ctypes.c_char_p,) * 3, ctypes.c_size_t, ctypes.c_void_p)
    program = int(load(_SOCKET_FILTER, b"netmon_filter", b"Dual BSD/GPL", code, len(code) // _INSTRUCTION, None))
    if program < 0:
        raise BpfError(f"the kernel refuses the capture filter (-f): {reason(-program)}", -program)
    return program
