"""Live capture on one interface through libpcap, on a nonblocking descriptor (features 1.1, 1.4, 1.5).

In: an interface name. Out: frames, delivered by ``drain`` in bounded batches either straight into a C ``pcap_handler``
(no Python per packet) or as ``Frame`` values; drop counts by cause. Rules never to be broken: the interface is not made
promiscuous; ``drain`` never blocks and never delivers more than its limit (an unbounded drain starves everything else
under steady traffic); every failure is a ``CaptureError`` that names the interface.

No immediate mode: with it Linux falls back to TPACKET_V2, one wake-up per packet and up to 8 % loss at 75,000
packets/s; without, the kernel hands over a block when it is full or after ``TIMEOUT_MS`` (facts: median delay 52 ms).
"""

from __future__ import annotations

import os
import socket
import sys
from ctypes import c_long, c_void_p, cast, sizeof, string_at
from pathlib import Path
from struct import Struct

from netmon.errors import CaptureError, CapturePermissionError, NoInterfaceError
from netmon.model.frame import CaptureInterface, CaptureStatistics, Frame

from . import _pcap, interfaces
from .contract import Sink

TIMEOUT_MS = 100
MINIMUM_BUFFER = 16 * 1024 * 1024
DEFAULT_SNAP_LENGTH = 262_144

LINKTYPE_LINUX_SLL2 = 276
# Where DLT_ and LINKTYPE_ differ (pcap-linktype(7)): raw IP is 12 (14 on OpenBSD), PKTAP has a private number on macOS.
LINK_TYPES = {11: 100, 12: 101, 14: 101, 149: 258 if sys.platform == "darwin" else 149}

# struct pcap_pkthdr begins with struct timeval. The sub-second part is below 2**32 whatever its width, so reading its
# low half serves systems where it is a padded 32-bit number (macOS) as well as those where it is 64 bits wide.
_HEADER = Struct("@lLII") if sizeof(c_long) == 4 else Struct("<qI4xII" if sys.byteorder == "little" else ">q4xIII")


def open_live(
    name: str,
    *,
    index: int = 0,
    snap_length: int = DEFAULT_SNAP_LENGTH,
    buffer_size: int = MINIMUM_BUFFER,
    nanosecond: bool = True,
) -> PcapLiveSource:
    """Start capturing on ``name`` (as ``interfaces.resolve`` gives it).

    ``index`` is what frames say in ``Frame.interface``. A buffer below 16 MB is raised to it. ``CapturePermissionError``
    ends with what to do; ``CaptureError`` for an interface that is not there lists those there are.
    """
    handle = _pcap.create(name)
    try:
        _pcap.prepare(handle, snap_length, max(buffer_size, MINIMUM_BUFFER), TIMEOUT_MS, nanosecond)
        want_pktap = getattr(_pcap.library(), "pcap_set_want_pktap", None)
        if want_pktap is not None and interfaces.is_pktap(name):  # Apple's libpcap: headers that name the process
            want_pktap(c_void_p(handle), 1)
        status, text = _pcap.activate(handle)
        if status < 0:
            raise _refusal(name, status, text)
        if name == "any":  # SLL2 says which interface each frame came from; SLL does not
            _pcap.set_link_type(handle, LINKTYPE_LINUX_SLL2)
        _pcap.set_nonblocking(handle)
        return PcapLiveSource(name, handle, index, snap_length, text)
    except BaseException:
        _pcap.close(handle)
        raise


class PcapLiveSource:
    """``LiveSource`` on a ``pcap_t``."""

    def __init__(self, name: str, handle: int, index: int, snap_length: int, warning: str) -> None:
        """Take over an activated, nonblocking handle."""
        link_type = _pcap.link_type(handle)
        self.interface = CaptureInterface(name, LINK_TYPES.get(link_type, link_type), snap_length=snap_length)
        self.nanosecond = _pcap.is_nanosecond(handle)
        self.warning = warning
        """What libpcap said on opening although it opened; empty mostly."""
        self._handle = handle
        self._descriptor = _pcap.selectable_descriptor(handle)
        self._index = index
        self._batch: list[Frame] = []
        self._programs: list[_pcap.Program] = []
        self._last = (0, 0, 0)
        self._totals = (0, 0, 0)
        self._problem = ""
        self._callback = _pcap.HANDLER(self._collect)
        self._callback_address = cast(self._callback, c_void_p).value or 0

    def fileno(self) -> int:
        """The selectable descriptor."""
        self._check_open()
        return self._descriptor

    @property
    def gone(self) -> bool:
        """See ``LiveSource``."""
        family = getattr(socket, "AF_PACKET", None)
        if self.interface.name == "any" or family is None:
            return False
        with socket.socket(fileno=os.dup(self.fileno())) as ours:
            return ours.family == family and not ours.getsockname()[0]

    def drain(self, sink: Sink, limit: int) -> int:
        """Deliver at most ``limit`` waiting frames; see ``LiveSource``."""
        self._check_open()
        if sink.function:
            count = _pcap.dispatch(self._handle, limit, sink.function, sink.user)
            if count == _pcap.STOPPED:
                return limit
        else:
            count = _pcap.dispatch(self._handle, limit, self._callback_address, 0)
            if self._batch:
                batch, self._batch = self._batch, []
                sink.feed(batch)
        if count < 0:
            self._problem = f"{self.interface.name}: {_pcap.error(self._handle) or 'capture failed'}"
            raise CaptureError(self._problem)
        return count

    def stopper(self) -> tuple[int, int]:
        """``pcap_breakloop`` and the handle."""
        return _pcap.break_loop_address(), self._handle

    def compile_filter(self, expression: str) -> tuple[int, int]:
        """Compile, apply in the kernel, and return what ``Meter.set_filter`` takes.

        The program stays valid until ``close``. An eBPF program attached to the descriptor later replaces the kernel's
        copy, so a kernel meter must apply the returned program itself.
        """
        self._check_open()
        program = _pcap.compile_filter(self._handle, expression)
        self._programs.append(program)
        _pcap.set_filter(self._handle, program)
        return _pcap.address_of(program), _pcap.offline_filter_address()

    def statistics(self) -> CaptureStatistics:
        """Frames accepted into the buffer and drops by cause; after a failure or ``close`` the last known figures."""
        now = _pcap.statistics(self._handle) if self._handle else None
        if now is not None:
            # libpcap counts in 32 bits; differences modulo 2**32 are right as long as we ask once per 4 G packets.
            growth = ((new - old) & 0xFFFFFFFF for new, old in zip(now, self._last, strict=True))
            received, dropped, interface = (total + more for total, more in zip(self._totals, growth, strict=True))
            self._last, self._totals = now, (received, dropped, interface)
        received, dropped, interface = self._totals
        # On Linux ps_recv includes what the full buffer dropped.
        return CaptureStatistics(max(0, received - dropped), dropped, interface, problem=self._problem)

    def close(self) -> None:
        """Release the descriptor; idempotent."""
        if not self._handle:
            return
        self.statistics()
        for program in self._programs:
            _pcap.free_program(program)
        self._programs.clear()
        handle, self._handle = self._handle, 0
        _pcap.close(handle)

    def _collect(self, _user: int, header: int, data: int) -> None:
        seconds, fraction, captured, wire = _HEADER.unpack(string_at(header, _HEADER.size))
        timestamp = seconds * 1_000_000_000 + (fraction if self.nanosecond else fraction * 1000)
        self._batch.append(Frame(timestamp, wire, string_at(data, captured), self.interface.link_type, self._index))

    def _check_open(self) -> None:
        if not self._handle:
            raise CaptureError(f"{self.interface.name}: the capture is closed")


def _refusal(name: str, status: int, text: str) -> CaptureError:
    """Why ``pcap_activate`` refused. An unknown name comes first: without rights libpcap reports those instead."""
    there = interfaces.available()
    if name not in {interface.name for interface in there} and status != _pcap.ERROR_NOT_UP:
        return NoInterfaceError(interfaces.unknown(name, there))
    if status in _pcap.PERMISSION_ERRORS:
        return CapturePermissionError(f"{name}: this user may not capture; {permission_advice()}")
    if status == _pcap.ERROR_NOT_UP:
        return CaptureError(f"{name}: the interface is down")
    return CaptureError(f"{name}: {text}")


def permission_advice(executable: str = sys.executable) -> str:
    """What gives the right to capture, ready to be copied.

    File capabilities work only on the real binary: a virtual environment's ``python`` is a symbolic link.
    """
    if not sys.platform.startswith("linux"):
        return "run netmon with sudo (macOS: or install ChmodBPF, so that /dev/bpf* can be read)"
    return (
        "run netmon with sudo, or allow this Python to capture: "
        f"sudo setcap cap_net_raw,cap_net_admin,cap_bpf,cap_perfmon=eip {Path(executable).resolve()}"
    )
