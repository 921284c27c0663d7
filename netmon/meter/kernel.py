"""The kernel executor: ``flow.bpf.o`` on every live source's descriptor counts there; the native table mirrors it here.

In: an opened capture descriptor (``attach``). Out: the contract's records and frames. The program returns only frames
that inspection wants or that it does not count itself (fragments, link-layer rows, tunnels); those pass through the native
parser, which counts what the kernel does not. Rules: a source the kernel cannot serve is counted by the native code, and
the reason is given; nothing stays in the kernel when this process ends, however it ends (no pins, descriptors only).
"""

from __future__ import annotations

import errno
import logging
import os
import socket
import time
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from netmon.bpf import BTF, BpfError, BpfObject, interruptible, locked_down, log, possible_processors
from netmon.errors import MeterError
from netmon.model.flow import FlowRecord, MeterTotals

from .contract import WHOLE, MeterLimits, NativeHandler
from .kernel_filter import KernelFilter
from .native import NativeMeter

_LOG = logging.getLogger("netmon.meter")
OBJECT = Path(__file__).with_name("flow.bpf.o")
FORGETFUL = Path(__file__).with_name("flow.without_perfmon.bpf.o")
"""The same for verifiers that look further without CAP_PERFMON, and some percent slower."""
REALTIME = Path(__file__).with_name("flow.realtime.bpf.o")
"""The same as the last, undisturbed, for kernels where packets of one processor interrupt each other."""
SO_ATTACH_BPF = 50
SMALLEST = 16_384
"""Flows below which a table in the kernel is not worth having."""
LINKS = {1: (14, 0), 12: (0, 0), 101: (0, 0), 113: (0, 16), 276: (0, 20)}
"""LINKTYPE_ -> (link header bytes that the socket shows, length of the pseudo-header that libpcap shows instead)."""
SHARED = ("flows", "retired", "marks", "steps", "totals", "blank")
_PACKETS, _BYTES, _CAPTURED, _FLOWS, _TABLE_FULL = 0, 1, 2, 3, 8
_TOTALS = len(MeterTotals._fields) - 1
"""Counters the kernel's program has; what inspection spends is counted here."""


class KernelMeter(NativeMeter):
    """See the module. Raises ``MeterError`` when the kernel will not have it; the text says why in one line."""

    name = "kernel"
    reads_files = False

    def __init__(self, limits: MeterLimits, *, required: bool = False, filtered: bool = False) -> None:
        """``required``: the user asked for this meter, so a source it cannot serve is an error. ``filtered``: sources come
        with a capture filter, which counts here as it does elsewhere."""
        super().__init__(limits)
        self._limits = limits
        self._required = required
        self._filtered = filtered
        self._filters: dict[int, KernelFilter] = {}
        self._since: dict[int, int] = {}
        self._object = REALTIME if interruptible() else OBJECT
        self._programs: dict[tuple[int, int, int], BpfObject] = {}
        self._counted = (-1, -1)
        """Packets in the kernel at the last two readings."""
        self.note = ""
        """What is less than wanted although it works; empty mostly."""
        try:
            self._processors = possible_processors()
            self._first = self._load_smaller(1, 0)
            places = _power_of_two(self.flows)
            flows, retired, marks, steps = (self._first.map_fd(name) for name in ("flows", "retired", "marks", "steps"))
            self._core.mirror(flows, retired, marks, steps, places, self.flows, self.fixed_clock)
            self._core.read_kernel(True, 1)  # an old kernel cannot read in batches: found out now
        except BpfError as error:
            self.close()
            raise MeterError(explain(error)) from error
        except OSError as error:
            self.close()
            raise MeterError(f"the kernel's tables cannot be read ({error.strerror}): it is older than 5.6") from error

    fixed_clock = False
    """Tests run the program with the packets' own time."""

    def _load_smaller(self, link_type: int, interface: int) -> BpfObject:
        """The first program with its maps; as many flows as there is memory for."""
        self.flows = self._limits.flows
        while True:
            try:
                return self._load(link_type, interface)
            except BpfError as error:
                if _refused_by_verifier():
                    if self._object in (FORGETFUL, REALTIME) or not FORGETFUL.exists():
                        raise
                    _LOG.info("the verifier refuses %s: %s", self._object.name, _last_words())
                    self._object = FORGETFUL
                    continue
                if error.number not in (errno.ENOMEM, errno.E2BIG) or self.flows <= SMALLEST:
                    raise
                self.flows = max(SMALLEST, self.flows // 4)
                self.note = f"memory for {self.flows} flows in the kernel only, {self._limits.flows} wanted"

    def _load(self, link_type: int, interface: int) -> BpfObject:
        length, extra = LINKS[link_type]
        key = (length, extra, interface)
        if key in self._programs:
            return self._programs[key]
        program = BpfObject.from_file(self._object)
        try:
            program.set_constants(self.constants(length, extra, interface))
            if self._programs:
                for name in SHARED:
                    program.share_map(name, self._first)
            else:
                program.set_max_entries("flows", self.flows)
                program.set_max_entries("retired", max(self.flows // 4, 1024))
                program.set_max_entries("marks", _power_of_two(self.flows))
            program.load()
        except BpfError:
            program.close()
            raise
        self._programs[key] = program
        return program

    def constants(self, length: int, extra: int, interface: int) -> dict[str, int]:
        """What one instance of the program is made for."""
        return {
            "LINK_LENGTH": length,
            "LINK_EXTRA": extra,
            "INTERFACE": interface,
            "SEPARATE": int(self._limits.separate_interfaces),
            "INSPECT_PACKETS": self._limits.inspect_packets,
            "INSPECT_BYTES": self._limits.inspect_bytes,
            "MARKS_MASK": _power_of_two(self.flows) - 1,
            "PROCESSORS": self._processors,
        }

    def attach(self, descriptor: int, link_type: int, interface: int) -> str:
        """From now on the kernel counts this descriptor's packets; otherwise the reason why the native code does."""
        self._since.pop(interface, None)
        problem = ""
        if link_type not in LINKS:
            problem = f"the kernel meter does not know link type {link_type}"
        else:
            try:
                program = self._behind_filter(self._load(link_type, interface).program_fd("meter"), descriptor, interface)
                with socket.socket(fileno=os.dup(descriptor)) as duplicate:
                    duplicate.setsockopt(socket.SOL_SOCKET, SO_ATTACH_BPF, program)
                self._since[interface] = time.time_ns()
            except BpfError as error:
                problem = explain(error)
            except OSError as error:
                problem = f"the kernel meter cannot be attached: {error.strerror}"
        if problem and self._required:
            raise MeterError(f"--meter kernel: {problem}")
        return problem

    def _behind_filter(self, program: int, descriptor: int, interface: int) -> int:
        """The program to attach, which goes on in the meter's: after the source's capture filter, where it has one."""
        earlier = self._filters.pop(interface, None)
        if earlier is not None:
            earlier.close()
        self._filters[interface] = KernelFilter(descriptor, program, filtered=self._filtered)
        return self._filters[interface].program_fd

    def handler(
        self, link_type: int, interface: int, nanosecond: bool, stopper: tuple[int, int] = (0, 0)
    ) -> NativeHandler | None:
        """For an attached source one that counts only what the kernel does not; there the kernel has spent the budget before
        anything is drained, so it does not stop."""
        since = self._since.get(interface, 0)
        return NativeHandler(*self._core.handler(link_type, interface, nanosecond, since, *((0, 0) if since else stopper)))

    def read_changed(self) -> list[FlowRecord]:
        """Records changed since the last call, here and in the kernel."""
        return list(chain.from_iterable(self.read_parts(WHOLE)))

    def read_parts(self, most: int) -> Iterator[list[FlowRecord]]:
        """The same in parts. The kernel's table is passed over while nothing has been counted there."""
        packets = self._first.sums("totals", _TOTALS)[_PACKETS]
        # Twice: a packet that is being counted right now may be in the sum and not yet in its record.
        more = begin = self._counted != (packets, packets) or self._core.unsettled() > 0
        self._counted = (self._counted[1], packets)
        while True:
            if more:
                more = self._core.read_kernel(begin, most)
                begin = False
            yield from super().read_parts(most)
            if not more:
                return

    def delete(self, flow_ids: Iterable[int]) -> None:
        """Forget finished flows, in the kernel too."""
        self._core.delete(flow_ids)

    def totals(self) -> MeterTotals:
        """Both sides together."""
        mine = list(self._core.totals())
        theirs = self._first.sums("totals", _TOTALS)
        for index in (_PACKETS, _BYTES, _CAPTURED, _FLOWS, _TABLE_FULL):
            mine[index] += theirs[index]
        return MeterTotals(*mine)

    def close(self) -> None:
        """Unload; sockets that still carry the program keep it until they close."""
        super().close()
        for behind in self._filters.values():
            behind.close()
        self._filters.clear()
        for program in self._programs.values():
            program.close()
        self._programs.clear()


def explain(error: BpfError) -> str:
    """Why the kernel meter does not work here, in plain words."""
    if error.number in (errno.EPERM, errno.EACCES) and not _refused_by_verifier():
        if locked_down():
            return "this kernel is locked down (confidentiality): it allows no eBPF"
        return "eBPF is not permitted to this user: run with sudo, or with CAP_BPF (and CAP_PERFMON for full speed)"
    if _refused_by_verifier():
        words = _last_words()
        _LOG.warning("the verifier refuses %s: %s", OBJECT.name, words)
        if error.number in (errno.EFAULT, errno.E2BIG):
            return f"too much for this kernel's verifier, which looks further without CAP_PERFMON ({words})"
        return f"this kernel's verifier refuses the program ({words})"
    if error.number == errno.E2BIG:
        return "the flow table is larger than the kernel allows"
    if error.number == errno.ENOMEM:
        return "the kernel has no memory for the flow table"
    if error.number == errno.ESRCH:
        return f"on a real-time kernel it needs the kernel's type information ({BTF}), which is missing"
    return str(error)


def _refused_by_verifier() -> bool:
    return any("processed " in line and " insns" in line for line in log())


def _last_words() -> str:
    """The verifier's last line before its statistics."""
    lines = [line.strip() for line in log()]
    end = next((index for index, line in enumerate(lines) if line.startswith("processed ")), len(lines))
    return lines[end - 1] if end else "no reason given"


def _power_of_two(count: int) -> int:
    """The next one that holds ``count``."""
    return 1 << max(0, count - 1).bit_length()
