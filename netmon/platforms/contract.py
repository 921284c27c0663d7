"""What netmon asks of an operating system. Each system's folder answers with the same file names.

All methods block and are called in a worker thread; none raises for a process that vanished or may not be read (the scan
goes on and says so in ``notes``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from netmon.model.kernel_tcp import KernelTcp
from netmon.model.network import Network
from netmon.model.owner import EventStatistics, Process, SocketEvent, SocketTable

Ends = tuple[str, int, str, int]
"""A connection as its socket sees it: local address, port, remote address, port."""


class SocketEvents(Protocol):
    """What the kernel tells as it happens. All methods are quick and called in the event loop."""

    attribution: str
    """For people: ``eBPF``."""
    notes: tuple[str, ...]
    """One line for each hook that is missing: what is lost, why."""
    hooks: int
    """How many are there."""

    def fileno(self) -> int:
        """Readable when there are events."""

    def drain(self) -> list[SocketEvent]:
        """The events since the last call, oldest first, bounded; events wait in the kernel until they are taken."""

    def statistics(self) -> EventStatistics:
        """How many were seen and lost."""

    def close(self) -> None:
        """Detach from the kernel; idempotent."""


class Platform(Protocol):
    """One operating system."""

    name: str
    """``linux``, ``darwin``, ``windows``, ``freebsd``, ..., ``unsupported``."""
    attribution: str
    """How processes are found, for people: ``/proc``, ``psutil``."""

    def sockets(self) -> SocketTable:
        """All sockets with their processes (one scan). Raises ``PlatformError`` when nothing can be had at all."""

    def set_hashing(self, wanted: bool, /) -> None:
        """Whether scans also work out the SHA-256 of executables (``Process.sha256``)."""

    def open_events(self) -> SocketEvents | None:
        """Kernel events, ``None`` where the system has none. Raises ``PlatformError`` when they cannot be had."""

    def tcp_figures(self, ends: Sequence[Ends], now: float, /) -> Sequence[KernelTcp | None]:
        """What the kernel knows of its own sockets, for each of ``ends``; empty where the system does not tell. Raises
        ``PlatformError`` when it refuses to."""

    def process(self, pid: int) -> Process | None:
        """Everything about one process, ``None`` when it is gone."""

    def network(self) -> Network:
        """Interfaces, addresses, counters, gateways."""

    def capture_permission_advice(self) -> str:
        """The exact line to run when live capture is refused (``sudo ...`` or ``setcap ...``)."""
