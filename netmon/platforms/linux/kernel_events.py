"""Kernel events as ``SocketEvent``: which process opened, accepted, bound or sent, told when it happened.

In: the two ring buffers that csrc/attribution.bpf.c fills (layouts: csrc/attribution.h). Out: events with processes. A
process is read from ``/proc`` when it still lives and its start time is the event's; else it is what the kernel copied from
it: name, arguments, parent, user, control group. Rules: events wait in the kernel until they are taken, losses are counted;
the work of one ``drain`` is bounded; what processes call themselves is made fit to be shown.
"""

from __future__ import annotations

import struct
import threading  # noqa: TID251  # no thread is started: events, table and closing are asked for by different workers
import time
from collections.abc import Iterable

from netmon.bpf import BpfError
from netmon.errors import PlatformError
from netmon.model.owner import EventStatistics, SocketEvent, SocketEventKind

from .event_processes import EventProcesses
from .hooks import SEED, Hooks
from .hooks import attach as attach_hooks
from .owners import INITIAL_PID_NAMESPACE, namespace_of
from .proc_net import unmapped
from .processes import ProcessReader
from .ring import Ring

FLOW = struct.Struct("=QQQIIIHHHHB11x16s16s")
FLOW_RING, PROCESS_RING = 1 << 22, 1 << 22
INET, INET6, ARP = 2, 10, 0x0806
LOST_COUNTERS = 3
LOCK_SECONDS = 2.0
BATCHES = 32
UNFINISHED_SECONDS = 0.0002
"""Waited for a process record that is being written, at most ``BATCHES`` times."""
_KINDS = {kind.value: kind for kind in SocketEventKind}


class KernelEvents:
    """See ``netmon.platforms.contract.SocketEvents``."""

    attribution = "eBPF"

    def __init__(self, hooks: Hooks, processes: EventProcesses, own_namespace: int) -> None:
        """Raises ``PlatformError`` when the ring buffers cannot be mapped."""
        self._hooks = hooks
        self._processes = processes
        self._own_namespace = own_namespace
        self._seen = self._lost = 0
        self._closed = False
        self._lock = threading.Lock()
        try:
            self._flows = Ring(hooks.code.map_fd("flows"), FLOW_RING)
            self._told = Ring(hooks.code.map_fd("processes"), PROCESS_RING)
        except OSError as error:
            hooks.close()
            raise PlatformError(f"kernel events cannot be read: {error.strerror}") from error
        self.notes = tuple(hooks.notes)
        self.attached = frozenset(hooks.attached)
        self.hooks = len(self.attached)

    def fileno(self) -> int:
        """The ring buffer of flow events."""
        return self._flows.descriptor

    def drain(self) -> list[SocketEvent]:
        """The events since the last call, oldest first; none when closed, or when another worker is stuck in the middle."""
        if not self._lock.acquire(timeout=LOCK_SECONDS):
            return []
        try:
            if self._closed:
                return []
            flows = self._flows.take()
            self._learn()
            self._seen += len(flows)
            return list(self._events(flows)) if flows else []
        finally:
            self._lock.release()

    def _learn(self) -> None:
        """Every process told by now. After the flows: the kernel tells a process before its first flow.

        A program may be interrupted in the middle of a record, and those behind it wait until it goes on.
        """
        for _ in range(BATCHES):
            found = self._told.take()
            self._processes.learn(found)
            if not self._told.more:
                return
            if not found:
                time.sleep(UNFINISHED_SECONDS)  # noqa: TID251  # a worker thread: the kernel is writing

    def _events(self, flows: Iterable[bytes]) -> Iterable[SocketEvent]:
        offset = time.clock_gettime(time.CLOCK_REALTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)
        unpack, process_of, own = FLOW.unpack, self._processes.process, self._own_namespace
        for raw in flows:
            (
                when, started, cgroup, pid, uid, namespace, local_port, remote_port, family, protocol, kind, local, remote,
            ) = unpack(raw)  # fmt: skip
            process = process_of(pid, started, uid, cgroup)
            if family == INET6:
                local, remote = unmapped(local), unmapped(remote)
            else:
                local, remote = local[:4], remote[:4]
                if family == ARP:
                    protocol = ARP
            if kind == SocketEventKind.BOUND.value:
                remote = b""
            foreign = bool(own and namespace and namespace != own)
            yield SocketEvent(
                _KINDS[kind], protocol, local, local_port, remote, remote_port, process, when / 1e9 + offset, foreign
            )

    @property
    def lists_sockets(self) -> bool:
        """Whether ``socket_records`` can answer."""
        return SEED in self.attached

    def socket_records(self) -> bytes:
        """Every descriptor that is a socket, with its process (``kernel_table``); empty when that cannot be had."""
        if not self._lock.acquire(timeout=LOCK_SECONDS):
            return b""
        try:
            return self._hooks.code.run_iterator(SEED) if self.lists_sockets and not self._closed else b""
        except BpfError:
            return b""
        finally:
            self._lock.release()

    def statistics(self) -> EventStatistics:
        """How many were seen and lost."""
        if not self._closed:
            self._lost = sum(self._hooks.code.counters("lost", LOST_COUNTERS))
        return EventStatistics(self._seen, self._lost)

    def close(self) -> None:
        """Detach; idempotent."""
        if not self._lock.acquire(timeout=LOCK_SECONDS):
            return  # a worker is stuck reading a process; the kernel detaches when we exit
        try:
            self.statistics()
            self._closed = True
            self._flows.close()
            self._told.close()
            self._hooks.close()
        finally:
            self._lock.release()


def open_kernel_events(reader: ProcessReader) -> KernelEvents:
    """Load, attach, map. Raises ``BpfError`` or ``PlatformError`` with the reason."""
    if namespace_of("/proc", "self", "pid") not in (0, INITIAL_PID_NAMESPACE):
        raise PlatformError("they need the host's process numbers, and netmon has a PID namespace of its own (--pid=host)")
    hooks = attach_hooks()
    processes = EventProcesses(reader, f"/proc/self/fd/{hooks.group}" if hooks.group >= 0 else "")
    return KernelEvents(hooks, processes, namespace_of("/proc", "self"))
