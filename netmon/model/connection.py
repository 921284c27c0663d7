"""Connections as every view, export and filter sees them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, NamedTuple

from .finding import Finding
from .health import NO_RTT, ResponseTime, Rtt, TcpHealth
from .kernel_tcp import KernelTcp
from .layout import mypyc_attr, u8, whole
from .owner import Owner, Process
from .surroundings import NOWHERE, Place, Surroundings


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


SAME: Final = "as in the surroundings"
SAME_LIST: Final[tuple[Any, ...]] = (SAME,)
SAME_PLACE: Final = Place(SAME)
"""What has not been given; told by identity."""


@mypyc_attr(acyclic=True)
@dataclass(init=False, slots=True, unsafe_hash=True)
class Connection:
    """One conversation. Source is who opened it (first seen when unknown); out = from source to destination.

    ``local_is_source`` says which end is this machine (``None``: neither or both); ``local_*`` and ``remote_*`` follow it
    and fall back to source and destination. Nothing in it changes once it has been handed out.
    """

    identifier: Final[str]
    """Stable within a run, and the same on every run over the same file."""
    flow_id: Final[int]
    protocol: Final[str]
    """``tcp``, ``udp``, ``icmp``, ``arp``, ``lldp``, ``ip-253``, ... lower case."""
    source: Final[str]
    """Address as text: IPv4 dotted, IPv6 RFC 5952, MAC with colons."""
    source_port: Final[int | None]
    destination: Final[str]
    destination_port: Final[int | None]
    direction: Final[Direction]
    local_is_source: Final[bool | None]
    state: Final[str]
    """The protocol's own word: ``ESTABLISHED``, ``QUIC_HANDSHAKE``, ``WHO_HAS 192.0.2.1``."""
    closed: Final[bool]
    first_seen: Final[float]
    """Unix time, seconds."""
    last_seen: Final[float]
    packets_out: Final[int]
    packets_in: Final[int]
    bytes_out: Final[int]
    bytes_in: Final[int]
    payload_out: Final[int]
    payload_in: Final[int]
    staleness: Final[Staleness]
    idle_timeout: Final[float]
    rate_out: float
    """Bytes per second, smoothed over 10 s."""
    rate_in: float
    track: bytes
    """The last minute and the peaks, see ``track``."""
    tcp: Final[TcpHealth | None]
    window_out: Final[int]
    """Last advertised TCP window, scaled, bytes."""
    window_in: Final[int]
    rtt: Final[Rtt]
    response_times: Final[tuple[ResponseTime, ...]]
    finding: Final[Finding | None]
    owner: Final[Owner | None]
    source_name: Final[Name | None]
    destination_name: Final[Name | None]
    ttl_out: Final[u8]
    ttl_in: Final[u8]
    dscp_out: Final[u8]
    dscp_in: Final[u8]
    kernel_tcp: Final[KernelTcp | None]
    """Of the local end (of both the source's), when the kernel was last asked."""
    surroundings: Final[Surroundings]
    """Shared by those that have them alike; what is in there can be read, and given to the constructor, by its own name."""

    def __init__(
        self,
        identifier: str,
        flow_id: int,
        protocol: str,
        source: str,
        source_port: int | None,
        destination: str,
        destination_port: int | None,
        direction: Direction,
        local_is_source: bool | None,
        state: str,
        closed: bool,
        first_seen: float,
        last_seen: float,
        packets_out: int,
        packets_in: int,
        bytes_out: int,
        bytes_in: int,
        payload_out: int = 0,
        payload_in: int = 0,
        vlans: tuple[int, ...] = SAME_LIST,
        interface: str = SAME,
        tunnel: tuple[str, ...] = SAME_LIST,
        staleness: Staleness = Staleness.FRESH,
        idle_timeout: float = 0.0,
        rate_out: float = 0.0,
        rate_in: float = 0.0,
        track: bytes = b"",
        tcp: TcpHealth | None = None,
        window_out: int = 0,
        window_in: int = 0,
        rtt: Rtt = NO_RTT,
        response_times: tuple[ResponseTime, ...] = (),
        finding: Finding | None = None,
        owner: Owner | None = None,
        service: str = SAME,
        source_name: Name | None = None,
        destination_name: Name | None = None,
        source_mac: str = SAME,
        destination_mac: str = SAME,
        source_kind: str = SAME,
        destination_kind: str = SAME,
        source_scope: str = SAME,
        destination_scope: str = SAME,
        ttl_out: u8 = 0,
        ttl_in: u8 = 0,
        dscp_out: u8 = 0,
        dscp_in: u8 = 0,
        source_place: Place | None = SAME_PLACE,
        destination_place: Place | None = SAME_PLACE,
        source_vendor: str = SAME,
        destination_vendor: str = SAME,
        kernel_tcp: KernelTcp | None = None,
        surroundings: Surroundings = NOWHERE,
    ) -> None:
        self.identifier = identifier
        self.flow_id = flow_id
        self.protocol = protocol
        self.source = source
        self.source_port = source_port
        self.destination = destination
        self.destination_port = destination_port
        self.direction = direction
        self.local_is_source = local_is_source
        self.state = state
        self.closed = closed
        self.first_seen = first_seen
        self.last_seen = last_seen
        self.packets_out = packets_out
        self.packets_in = packets_in
        self.bytes_out = bytes_out
        self.bytes_in = bytes_in
        self.payload_out = payload_out
        self.payload_in = payload_in
        self.staleness = staleness
        self.idle_timeout = idle_timeout
        self.rate_out = rate_out
        self.rate_in = rate_in
        self.track = track
        self.tcp = tcp
        self.window_out = window_out
        self.window_in = window_in
        self.rtt = rtt
        self.response_times = response_times
        self.finding = finding
        self.owner = owner
        self.source_name = source_name
        self.destination_name = destination_name
        self.ttl_out = ttl_out
        self.ttl_in = ttl_in
        self.dscp_out = dscp_out
        self.dscp_in = dscp_in
        self.kernel_tcp = kernel_tcp
        given = (
            vlans is not SAME_LIST or interface is not SAME or tunnel is not SAME_LIST or service is not SAME
            or source_mac is not SAME or destination_mac is not SAME or source_kind is not SAME
            or destination_kind is not SAME or source_scope is not SAME or destination_scope is not SAME
            or source_place is not SAME_PLACE or destination_place is not SAME_PLACE or source_vendor is not SAME
            or destination_vendor is not SAME
        )  # fmt: skip
        if given:
            surroundings = Surroundings(
                surroundings.vlans if vlans is SAME_LIST else vlans,
                surroundings.interface if interface is SAME else interface,
                surroundings.tunnel if tunnel is SAME_LIST else tunnel,
                surroundings.service if service is SAME else service,
                surroundings.source_mac if source_mac is SAME else source_mac,
                surroundings.destination_mac if destination_mac is SAME else destination_mac,
                surroundings.source_kind if source_kind is SAME else source_kind,
                surroundings.destination_kind if destination_kind is SAME else destination_kind,
                surroundings.source_scope if source_scope is SAME else source_scope,
                surroundings.destination_scope if destination_scope is SAME else destination_scope,
                surroundings.source_place if source_place is SAME_PLACE else source_place,
                surroundings.destination_place if destination_place is SAME_PLACE else destination_place,
                surroundings.source_vendor if source_vendor is SAME else source_vendor,
                surroundings.destination_vendor if destination_vendor is SAME else destination_vendor,
            )
        self.surroundings = surroundings

    def __reduce__(self) -> tuple[Callable[[], Any], tuple[()]]:
        return whole(self)

    def settle_rates(self, out: float, inward: float, track: bytes) -> None:
        """What has been counted meanwhile, before anybody has seen it."""
        self.rate_out, self.rate_in, self.track = out, inward, track

    @property
    def vlans(self) -> tuple[int, ...]:
        """As in the surroundings."""
        return self.surroundings.vlans

    @property
    def interface(self) -> str:
        """As in the surroundings."""
        return self.surroundings.interface

    @property
    def tunnel(self) -> tuple[str, ...]:
        """As in the surroundings."""
        return self.surroundings.tunnel

    @property
    def service(self) -> str:
        """As in the surroundings."""
        return self.surroundings.service

    @property
    def source_mac(self) -> str:
        """As in the surroundings."""
        return self.surroundings.source_mac

    @property
    def destination_mac(self) -> str:
        """As in the surroundings."""
        return self.surroundings.destination_mac

    @property
    def source_kind(self) -> str:
        """As in the surroundings."""
        return self.surroundings.source_kind

    @property
    def destination_kind(self) -> str:
        """As in the surroundings."""
        return self.surroundings.destination_kind

    @property
    def source_scope(self) -> str:
        """As in the surroundings."""
        return self.surroundings.source_scope

    @property
    def destination_scope(self) -> str:
        """As in the surroundings."""
        return self.surroundings.destination_scope

    @property
    def source_place(self) -> Place | None:
        """As in the surroundings."""
        return self.surroundings.source_place

    @property
    def destination_place(self) -> Place | None:
        """As in the surroundings."""
        return self.surroundings.destination_place

    @property
    def source_vendor(self) -> str:
        """As in the surroundings."""
        return self.surroundings.source_vendor

    @property
    def destination_vendor(self) -> str:
        """As in the surroundings."""
        return self.surroundings.destination_vendor

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
