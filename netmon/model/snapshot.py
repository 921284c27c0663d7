"""What the screen and the outputs are handed: events of connections, the monitor's own state, all there is at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from .connection import Connection
from .flow import MeterTotals
from .frame import CaptureStatistics
from .network import Interface, Neighbour
from .owner import ProcessTotals
from .status import InspectionStatistics, Playback, QueueStatistics, Stretch


class EventKind(Enum):
    """What happened to a connection; the value is the JSON word."""

    OPENED = "opened"
    UPDATED = "updated"
    """A periodic record of a long one, or a correction of one already closed (late packets)."""
    CLOSED = "closed"
    ACTIVE = "active"
    """Still open when the run ended."""


class ConnectionEvent(NamedTuple):
    """Something happened to a connection at ``when`` (Unix time)."""

    kind: EventKind
    connection: Connection
    when: float


@dataclass(frozen=True, slots=True)
class SystemStatus:
    """The state of the monitor itself, for the System panel and the summary record."""

    source: str = ""
    """Interface names or the file name."""
    meter: str = "reference"
    meter_reason: str = ""
    """Why it is not the best one; empty when it is."""
    totals: MeterTotals = MeterTotals()
    capture: CaptureStatistics = CaptureStatistics()
    interfaces: tuple[Interface, ...] = ()
    coverage: tuple[int, int] = (0, 0)
    """Bytes captured, and bytes the interfaces counted meanwhile; zeros while that is not known."""
    queues: tuple[QueueStatistics, ...] = ()
    notes: tuple[str, ...] = ()
    """Degradations: one line each, what, why, what to do."""
    attribution: str = ""
    """How processes are found: ``/proc``, ``psutil``, ``eBPF + sock_diag``, ..."""
    resolving: bool = False
    playback: Playback | None = None
    rate_down: float = 0.0
    rate_up: float = 0.0
    history_down: tuple[int, ...] = ()
    """Bytes per second, last 60 s, oldest first."""
    history_up: tuple[int, ...] = ()
    history_opened: tuple[int, ...] = ()
    """Connections that began in each of the same seconds."""
    history_closed: tuple[int, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    """The same over longer times, shortest first."""
    packets_per_second: float = 0.0
    opened: int = 0
    closed: int = 0
    evicted: int = 0
    inspection: InspectionStatistics = InspectionStatistics()
    sandbox: tuple[str, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    """Those the operating system knows, on the interfaces of the capture."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything there is to show at one moment. Unchanged connections are the same objects as in the last snapshot."""

    now: float
    connections: tuple[Connection, ...] = ()
    """Live ones, in order of first appearance."""
    closed: tuple[Connection, ...] = ()
    """Recently closed ones, newest last, bounded."""
    status: SystemStatus = SystemStatus()
    gone: tuple[ProcessTotals, ...] = ()
    """Totals of the connections that are in neither list any more, by process (features 7.4)."""
