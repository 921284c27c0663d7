"""This machine's place in the network: interfaces, local addresses, gateways."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class InterfaceCounters:
    """The operating system's own counters of an interface, cumulative."""

    bytes_received: int
    bytes_sent: int
    packets_received: int
    packets_sent: int
    errors: int
    drops: int


@dataclass(frozen=True, slots=True)
class Interface:
    """An interface of this machine. Addresses are 4 or 16 bytes; ``prefixes`` are (address, prefix length) pairs."""

    name: str
    index: int = 0
    description: str = ""
    mac: bytes = b""
    mtu: int = 0
    up: bool = True
    loopback: bool = False
    kind: str = ""
    """``ethernet``, ``wireless``, ``loopback``, ``tunnel``, ``bridge``, ... as far as the system tells."""
    prefixes: tuple[tuple[bytes, int], ...] = ()
    counters: InterfaceCounters | None = None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A host on a link of this machine (ARP, RFC 826; neighbour discovery, RFC 4861)."""

    address: str
    """IPv4 dotted, IPv6 RFC 5952."""
    mac: str
    """With colons; empty when it does not answer."""
    interface: str = ""
    state: str = ""
    """RFC 4861 section 7.3.2, lower case: ``reachable``, ``stale``, ``delay``, ``probe``, ``incomplete``; and ``failed``,
    ``permanent``."""
    idle: float | None = None
    """Seconds since it was last known to be there, when the system was asked."""
    router: bool = False
    vendor: str = ""
    """Who made the network card, by its hardware address."""


@dataclass(frozen=True, slots=True)
class Network:
    """What is local, read anew every few seconds (features 1.14)."""

    interfaces: tuple[Interface, ...] = ()
    default_interface: str = ""
    """Interface of the IPv4 default route, else of the IPv6 one."""
    gateways: frozenset[bytes] = frozenset()
    local_addresses: frozenset[bytes] = frozenset()
    broadcast_addresses: frozenset[bytes] = frozenset()
    notes: tuple[str, ...] = field(default=())
    neighbours: tuple[Neighbour, ...] = ()
    """Those the operating system knows; empty where it is not asked (all but Linux)."""
