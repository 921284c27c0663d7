"""The kernel executor without a device: its program run by BPF_PROG_TEST_RUN on frames of our own, with their own time."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache

from netmon.bpf import BpfError, library
from netmon.errors import MeterError
from netmon.meter.contract import MeterLimits
from netmon.model.frame import Frame

try:
    from netmon.meter.kernel import KernelMeter
except ImportError as error:  # the native part is not built
    MISSING = str(error)
else:
    MISSING = ""

SECOND = 1_000_000_000
MARK, PRIORITY, CONTEXT = 8, 32, 192
LONGEST = 3_000
"""Bytes of a frame that the kernel's test run takes for certain."""


class _Options(ctypes.Structure):
    """struct bpf_test_run_opts."""

    _fields_ = (
        ("size", ctypes.c_size_t),
        ("data_in", ctypes.c_char_p),
        ("data_out", ctypes.c_void_p),
        ("data_size_in", ctypes.c_uint32),
        ("data_size_out", ctypes.c_uint32),
        ("context_in", ctypes.c_char_p),
        ("context_out", ctypes.c_void_p),
        ("context_size_in", ctypes.c_uint32),
        ("context_size_out", ctypes.c_uint32),
        ("result", ctypes.c_uint32),
        ("repeat", ctypes.c_int),
        ("rest", ctypes.c_uint32 * 4),
    )


class _Header(ctypes.Structure):
    """struct pcap_pkthdr."""

    _fields_ = (
        ("seconds", ctypes.c_long),
        ("fraction", ctypes.c_long),
        ("captured", ctypes.c_uint32),
        ("wire", ctypes.c_uint32),
    )


if not MISSING:

    class ProgramMeter(KernelMeter):
        """Every frame goes through the program first, as on a socket, and up only if the program says so.

        The test run shows frames from the network header on, so the link header is counted as libpcap's pseudo-header is.
        """

        fixed_clock = True

        def __init__(self, limits: MeterLimits) -> None:
            super().__init__(limits)
            self._since[0] = 1
            self.passed = 0

        def constants(self, length: int, extra: int, interface: int) -> dict[str, int]:
            assert (length, extra) == (14, 0)
            return super().constants(0, 14, interface) | {"TIME_IN_MARK": 1, "LOOPBACK": 0}

        def feed(self, frames: Iterable[Frame]) -> None:
            handler = self.handler(1, 0, nanosecond=True)
            assert handler is not None
            deliver = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)(handler.function)
            program = self._first.program_fd("meter")
            with one_processor():
                for frame in frames:
                    assert frame.link_type == 1 and frame.wire_length == len(frame.data) <= LONGEST
                    if run(program, frame):
                        self.passed += 1
                        header = _Header(*divmod(frame.timestamp_ns, SECOND), len(frame.data), frame.wire_length)
                        deliver(handler.user, ctypes.addressof(header), frame.data)


@contextmanager
def one_processor() -> Iterator[None]:
    """Always the same: each counts for itself, also which packets of a full table it lets through."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def run(program: int, frame: Frame, segments: int = 0) -> int:
    """What the program returns for this frame."""
    context = bytearray(CONTEXT)
    struct.pack_into("=I", context, MARK, frame.timestamp_ns >> 32)
    struct.pack_into("=I", context, PRIORITY, frame.timestamp_ns & 0xFFFFFFFF)
    struct.pack_into("=I", context, 164, segments)
    options = _Options(size=ctypes.sizeof(_Options), data_in=frame.data, data_size_in=len(frame.data))
    options.context_in, options.context_size_in = bytes(context), CONTEXT
    options.repeat = 1
    call = library().bpf_prog_test_run_opts
    call.argtypes = (ctypes.c_int, ctypes.c_void_p)
    code = call(program, ctypes.byref(options))
    assert code == 0, os.strerror(-code)
    return int(options.result)


@lru_cache(maxsize=1)
def missing() -> str:
    """Why the kernel executor cannot be tested here; empty when it can."""
    if MISSING:
        return MISSING
    try:
        meter = ProgramMeter(MeterLimits(flows=16))
    except (MeterError, BpfError) as error:
        return f"no eBPF here: {error}"
    meter.close()
    return ""
