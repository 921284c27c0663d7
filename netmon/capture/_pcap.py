"""The only file that touches libpcap: typed, thin functions; foreign errors leave as ``CaptureError``.

In: device names, filter expressions, handles. Out: handles (the raw ``pcap_t *`` as an integer, so that a C
``pcap_handler`` can be given to ``pcap_dispatch``), numbers, text. Rule never to be broken: nothing here is loaded
before a function is called, and no ctypes object but ``Program`` leaves.

Why our own declarations and not ``import libpcap``: measured on CPython 3.11 (best of 4), importing the PyPI package
costs 145 ms, of which its ``pkg_about`` spends 104 ms importing PyPA ``build``; importing only its submodules still
costs 107 ms (``utlx`` does the same), with that part stubbed out 68 ms, and it forks ``ldconfig``. These declarations
cost 15 ms. With trio, asciimatics, aiodns and psutil before the first screen (0.3 s), only the last fits into 0.5 s.
The package stays useful: where the system has no libpcap, the one bundled with it is loaded (without importing it).
"""

from __future__ import annotations

import ctypes
import socket
import sys
from collections.abc import Iterator
from ctypes import CDLL, CFUNCTYPE, POINTER, Structure, byref, c_char_p, c_int, c_uint, c_void_p
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from netmon.errors import CaptureError

SYSTEM_NAMES = ("libpcap.so.1", "libpcap.so.0.8", "libpcap.so", "libpcap.A.dylib", "libpcap.dylib", "wpcap.dll")
ERROR_BUFFER = 256
PRECISION_NANOSECONDS = 1
NETMASK_UNKNOWN = 0xFFFFFFFF

ERROR_NO_SUCH_DEVICE = -5
ERROR_PERMISSION = -8
ERROR_NOT_UP = -9
ERROR_PROMISCUOUS_PERMISSION = -11
PERMISSION_ERRORS = (ERROR_PERMISSION, ERROR_PROMISCUOUS_PERMISSION)

FLAG_LOOPBACK = 1
FLAG_UP = 2

FAMILY_PACKET = 17  # AF_PACKET: the link-layer address on Linux
# libpcap allocates exactly this much; reading more would read beyond the heap block.
SOCKADDR_SIZES = {socket.AF_INET: 16, socket.AF_INET6: 28, FAMILY_PACKET: 20}

# pcap_handler; the header comes as a bare address because reading it with string_at is three times cheaper than
# going through a Structure.
HANDLER = CFUNCTYPE(None, c_void_p, c_void_p, c_void_p)


class Program(Structure):
    """``struct bpf_program``; must outlive everybody who was given its address."""

    _fields_ = (("length", c_uint), ("instructions", c_void_p))


class _Statistics(Structure):
    _fields_ = (("received", c_uint), ("dropped", c_uint), ("interface_dropped", c_uint), ("spare", c_uint * 5))


class _Address(Structure):
    pass


_Address._fields_ = (
    ("next", POINTER(_Address)),
    ("address", c_void_p),
    ("netmask", c_void_p),
    ("broadcast", c_void_p),
    ("destination", c_void_p),
)


class _Device(Structure):
    pass


_Device._fields_ = (
    ("next", POINTER(_Device)),
    ("name", c_char_p),
    ("description", c_char_p),
    ("addresses", POINTER(_Address)),
    ("flags", c_uint),
)


class Device(NamedTuple):
    """One row of ``pcap_findalldevs``; addresses are (family, raw sockaddr after the family, raw netmask)."""

    name: str
    description: str
    flags: int
    addresses: tuple[tuple[int, bytes, bytes], ...]


_PROTOTYPES: tuple[tuple[str, object, tuple[object, ...]], ...] = (  # names without pcap_
    ("create", c_void_p, (c_char_p, c_char_p)),
    ("set_snaplen", c_int, (c_void_p, c_int)),
    ("set_promisc", c_int, (c_void_p, c_int)),
    ("set_timeout", c_int, (c_void_p, c_int)),
    ("set_buffer_size", c_int, (c_void_p, c_int)),
    ("set_tstamp_precision", c_int, (c_void_p, c_int)),
    ("get_tstamp_precision", c_int, (c_void_p,)),
    ("activate", c_int, (c_void_p,)),
    ("setnonblock", c_int, (c_void_p, c_int, c_char_p)),
    ("get_selectable_fd", c_int, (c_void_p,)),
    ("dispatch", c_int, (c_void_p, c_int, c_void_p, c_void_p)),
    ("datalink", c_int, (c_void_p,)),
    ("set_datalink", c_int, (c_void_p, c_int)),
    ("stats", c_int, (c_void_p, POINTER(_Statistics))),
    ("compile", c_int, (c_void_p, POINTER(Program), c_char_p, c_int, c_uint)),
    ("setfilter", c_int, (c_void_p, POINTER(Program))),
    ("freecode", None, (POINTER(Program),)),
    ("geterr", c_char_p, (c_void_p,)),
    ("statustostr", c_char_p, (c_int,)),
    ("open_dead", c_void_p, (c_int, c_int)),
    ("close", None, (c_void_p,)),
    ("findalldevs", c_int, (POINTER(POINTER(_Device)), c_char_p)),
    ("freealldevs", None, (POINTER(_Device),)),
    ("lib_version", c_char_p, ()),
)


def _candidates() -> Iterator[str]:
    yield from SYSTEM_NAMES
    package = find_spec("libpcap")  # finds the folder without running the package
    for place in (package.submodule_search_locations or ()) if package else ():
        yield from (str(path) for path in sorted(Path(place).glob("_platform/*/*/*/*pcap*")) if path.is_file())


@cache
def library() -> CDLL:
    """The system's libpcap, else the one bundled with the ``libpcap`` package."""
    for name in _candidates():
        try:
            loaded = CDLL(name)
            for function, result, arguments in _PROTOTYPES:
                entry = getattr(loaded, f"pcap_{function}")
                entry.restype, entry.argtypes = result, arguments
        except (OSError, AttributeError):  # not there, for another machine, or too old
            continue
        return loaded
    how = "Debian: apt install libpcap0.8; Windows: Npcap, npcap.com; PyPI: pip install libpcap"
    raise CaptureError(f"libpcap was not found: install it ({how})")


def version() -> str:
    """``libpcap version 1.10.3 (with TPACKET_V3)``."""
    return _text(library().pcap_lib_version())


def _text(raw: bytes | None) -> str:
    return " ".join((raw or b"").decode("utf-8", "replace").split())


def create(name: str) -> int:
    """A handle that is not yet active."""
    buffer = ctypes.create_string_buffer(ERROR_BUFFER)
    handle = library().pcap_create(name.encode("utf-8", "surrogateescape"), buffer)
    if not handle:
        raise CaptureError(f"{name}: {_text(buffer.value)}")
    return int(handle)


def prepare(handle: int, snap_length: int, buffer_size: int, timeout_ms: int, nanosecond: bool) -> None:
    """What must be set before ``activate``: not promiscuous, no immediate mode (so that Linux uses TPACKET_V3)."""
    loaded = library()
    loaded.pcap_set_snaplen(handle, snap_length)
    loaded.pcap_set_promisc(handle, 0)
    loaded.pcap_set_timeout(handle, timeout_ms)
    loaded.pcap_set_buffer_size(handle, buffer_size)
    if nanosecond:  # refused where the system has microseconds only: is_nanosecond tells afterwards
        loaded.pcap_set_tstamp_precision(handle, PRECISION_NANOSECONDS)


def activate(handle: int) -> tuple[int, str]:
    """(status, text): below 0 an error, above 0 a warning. The text is libpcap's own, on one line."""
    loaded = library()
    status = int(loaded.pcap_activate(handle))
    if status == 0:
        return 0, ""
    detail = error(handle)
    return status, detail or _text(loaded.pcap_statustostr(status))


def error(handle: int) -> str:
    """libpcap's last message for this handle, on one line."""
    return _text(library().pcap_geterr(handle))


def set_nonblocking(handle: int) -> None:
    """From now on ``dispatch`` returns at once."""
    buffer = ctypes.create_string_buffer(ERROR_BUFFER)
    if library().pcap_setnonblock(handle, 1, buffer) < 0:
        raise CaptureError(_text(buffer.value))


def selectable_descriptor(handle: int) -> int:
    """The descriptor to wait on."""
    descriptor = int(library().pcap_get_selectable_fd(handle))
    if descriptor < 0:
        raise CaptureError("this interface has no descriptor to wait on")
    return descriptor


STOPPED = -2
"""PCAP_ERROR_BREAK: ``pcap_breakloop`` was called while packets were delivered."""


def break_loop_address() -> int:
    """The address of ``pcap_breakloop``."""
    return ctypes.cast(library().pcap_breakloop, c_void_p).value or 0


def dispatch(handle: int, limit: int, function: int, user: int) -> int:
    """Call ``function`` (a C ``pcap_handler``) for at most ``limit`` waiting packets; ``STOPPED``, or another number
    below 0 for an error."""
    return int(library().pcap_dispatch(handle, limit, function, user))


def link_type(handle: int) -> int:
    """The DLT_ value of this handle."""
    return int(library().pcap_datalink(handle))


def set_link_type(handle: int, value: int) -> bool:
    """Whether the handle now yields this DLT_ value."""
    return int(library().pcap_set_datalink(handle, value)) == 0


def is_nanosecond(handle: int) -> bool:
    """Whether ``tv_usec`` holds nanoseconds."""
    return int(library().pcap_get_tstamp_precision(handle)) == PRECISION_NANOSECONDS


def statistics(handle: int) -> tuple[int, int, int] | None:
    """(received by the filter, dropped by the kernel, dropped by the interface), each modulo 2**32."""
    counters = _Statistics()
    if library().pcap_stats(handle, byref(counters)) < 0:
        return None
    return counters.received, counters.dropped, counters.interface_dropped


def compile_filter(handle: int, expression: str) -> Program:
    """Compile a pcap-filter(7) expression; ``CaptureError`` has libpcap's message."""
    program = Program()
    if library().pcap_compile(handle, byref(program), expression.encode(), 1, NETMASK_UNKNOWN) < 0:
        raise CaptureError(f"capture filter {expression!r}: {error(handle)}")
    return program


def set_filter(handle: int, program: Program) -> None:
    """Apply a compiled filter in the kernel (libpcap filters itself where the kernel refuses)."""
    if library().pcap_setfilter(handle, byref(program)) < 0:
        raise CaptureError(f"capture filter: {error(handle)}")


def free_program(program: Program) -> None:
    """Give back the instructions."""
    library().pcap_freecode(byref(program))


def address_of(program: Program) -> int:
    """The address to hand to C."""
    return ctypes.addressof(program)


def offline_filter_address() -> int:
    """The address of ``pcap_offline_filter``."""
    return ctypes.cast(library().pcap_offline_filter, c_void_p).value or 0


def close(handle: int) -> None:
    """Release the handle."""
    library().pcap_close(handle)


def find_all_devices() -> list[Device]:
    """Everything libpcap can open."""
    loaded, first = library(), POINTER(_Device)()
    buffer = ctypes.create_string_buffer(ERROR_BUFFER)
    if loaded.pcap_findalldevs(byref(first), buffer) < 0:
        raise CaptureError(f"cannot list the interfaces: {_text(buffer.value)}")
    devices, node = [], first
    while node:
        entry = node.contents
        name = entry.name.decode("utf-8", "surrogateescape")
        devices.append(Device(name, _text(entry.description), entry.flags, tuple(_addresses(entry.addresses))))
        node = entry.next
    loaded.pcap_freealldevs(first)
    return devices


def _addresses(node: ctypes._Pointer[_Address]) -> Iterator[tuple[int, bytes, bytes]]:
    while node:
        entry = node.contents
        if entry.address:
            family = _family(entry.address)
            size = SOCKADDR_SIZES.get(family, 2)
            netmask = ctypes.string_at(entry.netmask, size)[2:] if entry.netmask else b""
            yield family, ctypes.string_at(entry.address, size)[2:], netmask
        node = entry.next


def _family(address: int) -> int:
    raw = ctypes.string_at(address, 2)
    number = int.from_bytes(raw, sys.byteorder)
    # BSD and macOS: one byte of length, then one byte of family; Linux: two bytes, all families below 256.
    return number if number < 256 else raw[1]
