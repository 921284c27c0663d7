"""Connections as every view, export and filter sees them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from .finding import Finding
from .flow import MeterTotals
from .frame import CaptureStatistics
from .health import ResponseTime, Rtt, TcpHealth
from .kernel_tcp import KernelTcp
from .network import Interface, Neighbour
from .owner import Owner, Process, ProcessTotals
from .status import InspectionStatistics, Playback, QueueStatistics, Stretch


class Direction(Enum):
    """Who opened it, seen from this machine; the value is the JSON word."""

    OUTGOING = "outgoing"
    INCOMING = "incoming"
    LOCAL = "local"
    FORWARDED = "forwarded"
    UNKNOWN = "unknown"


class Staleness(Enum):
    """Idle time over idle timeout: < 0.75, < 0.90, above (features 2.4)."""

    FRESH = "fresh"
    AGEING = "ageing"
    EXPIRING = "expiring"


class Name(NamedTuple):
    """A name of an address and how it is known: ``ptr``, ``dns`` (seen on the wire), ``sni``, ``http``, ``hosts``."""

    text: str
    source: str
    learned: float = 0.0
    """Unix time."""

    @property
    def inferred(self) -> bool:
        """Not told by the address's owner but learned from traffic (shown with ``~``)."""
        return self.source in ("dns",)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address is, as far as the GeoIP files tell; empty or ``None`` = not known."""

    country: str = ""
    """ISO 3166-1 alpha-2 code."""
    country_name: str = ""
    city: str = ""
    asn: int | None = None
    """Number of the autonomous system, and who runs it."""
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Connection:
    """One conversation. Source is who opened it (first seen when unknown); out = from source to destination.

    ``local_is_source`` says which end is this machine (``None``: neither or both); ``local_*`` and ``remote_*`` follow it
    and fall back to source and destination.
    """

    identifier: str
    """Stable within a run, and the same on every run over the same file."""
    flow_id: int
    protocol: str
    """``tcp``, ``udp``, ``icmp``, ``arp``, ``lldp``, ``ip-253``, ... lower case."""
    source: str
    """Address as text: IPv4 dotted, IPv6 RFC 5952, MAC with colons."""
    source_port: int | None
    destination: str
    destination_port: int | None
    direction: Direction
    local_is_source: bool | None
    state: str
    """The protocol's own word: ``ESTABLISHED``, ``QUIC_HANDSHAKE``, ``WHO_HAS 192.0.2.1``."""
    closed: bool
    first_seen: float
    """Unix time, seconds."""
    last_seen: float
    packets_out: int
    packets_in: int
    bytes_out: int
    bytes_in: int
    payload_out: int = 0
    payload_in: int = 0
    vlans: tuple[int, ...] = ()
    interface: str = ""
    tunnel: tuple[str, ...] = ()
    """``vxlan:42``; empty for an outer conversation."""
    staleness: Staleness = Staleness.FRESH
    idle_timeout: float = 0.0
    rate_out: float = 0.0
    """Bytes per second, smoothed over 10 s."""
    rate_in: float = 0.0
    track: bytes = b""
    """The last minute and the peaks, see ``track``."""
    tcp: TcpHealth | None = None
    rtt: Rtt = Rtt()
    response_times: tuple[ResponseTime, ...] = ()
    finding: Finding | None = None
    owner: Owner | None = None
    service: str = ""
    """IANA service name of the responder's port."""
    source_name: Name | None = None
    destination_name: Name | None = None
    source_mac: str = ""
    destination_mac: str = ""
    source_kind: str = ""
    """``unicast``, ``broadcast``, ``multicast``, ``gateway``."""
    destination_kind: str = ""
    source_scope: str = ""
    """``PUBLIC``, ``PRIVATE``, ``LOOPBACK``, ... (features 1.14)."""
    destination_scope: str = ""
    ttl_out: int = 0
    ttl_in: int = 0
    dscp_out: int = 0
    dscp_in: int = 0
    source_place: Place | None = None
    destination_place: Place | None = None
    """``None`` where nothing is known (no GeoIP files, a private address)."""
    source_vendor: str = ""
    """Who made the network card, by its hardware address."""
    destination_vendor: str = ""
    kernel_tcp: KernelTcp | None = None
    """Of the local end (of both the source's), when the kernel was last asked."""

    @property
    def local(self) -> str:
        """Address of the end that is this machine (the source when neither or both are)."""
        return self.destination if self.local_is_source is False else self.source

    @property
    def local_port(self) -> int | None:
        """Port of the local end."""
        return self.destination_port if self.local_is_source is False else self.source_port

    @property
    def remote(self) -> str:
        """Address of the other end."""
        return self.source if self.local_is_source is False else self.destination

    @property
    def remote_port(self) -> int | None:
        """Port of the other end."""
        return self.source_port if self.local_is_source is False else self.destination_port

    @property
    def remote_name(self) -> Name | None:
        """Name of the other end's address."""
        return self.source_name if self.local_is_source is False else self.destination_name

    @property
    def local_name(self) -> Name | None:
        """Name of the local end's address."""
        return self.destination_name if self.local_is_source is False else self.source_name

    @property
    def remote_place(self) -> Place | None:
        """Where the other end is."""
        return self.source_place if self.local_is_source is False else self.destination_place

    @property
    def local_place(self) -> Place | None:
        """Where the local end is."""
        return self.destination_place if self.local_is_source is False else self.source_place

    @property
    def rate_down(self) -> float:
        """Bytes per second towards this machine."""
        return self.rate_out if self.local_is_source is False else self.rate_in

    @property
    def rate_up(self) -> float:
        """Bytes per second away from this machine."""
        return self.rate_in if self.local_is_source is False else self.rate_out

    @property
    def bytes_down(self) -> int:
        """Bytes towards this machine."""
        return self.bytes_out if self.local_is_source is False else self.bytes_in

    @property
    def bytes_up(self) -> int:
        """Bytes away from this machine."""
        return self.bytes_in if self.local_is_source is False else self.bytes_out

    @property
    def process(self) -> Process | None:
        """The owner's process."""
        return self.owner.process if self.owner else None

    @property
    def is_loopback(self) -> bool:
        """This machine talking to itself (features 1.15)."""
        return self.direction is Direction.LOCAL or self.source_scope == self.destination_scope == "LOOPBACK"

    @property
    def application(self) -> str:
        """The application, behind what it runs inside (``SMTP.TLS``); empty when nothing is known."""
        return self.finding.name if self.finding else ""


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
