"""What many connections have alike, kept once for all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from .layout import mypyc_attr, whole


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


@mypyc_attr(acyclic=True)
@dataclass(init=False, slots=True, unsafe_hash=True)
class Surroundings:
    """Where a conversation was seen, and what its ends are besides their addresses."""

    vlans: Final[tuple[int, ...]]
    interface: Final[str]
    tunnel: Final[tuple[str, ...]]
    """``vxlan:42``; empty for an outer conversation."""
    service: Final[str]
    """IANA service name of the responder's port."""
    source_mac: Final[str]
    destination_mac: Final[str]
    source_kind: Final[str]
    """``unicast``, ``broadcast``, ``multicast``, ``gateway``."""
    destination_kind: Final[str]
    source_scope: Final[str]
    """``PUBLIC``, ``PRIVATE``, ``LOOPBACK``, ... (features 1.14)."""
    destination_scope: Final[str]
    source_place: Final[Place | None]
    destination_place: Final[Place | None]
    """``None`` where nothing is known (no GeoIP files, a private address)."""
    source_vendor: Final[str]
    """Who made the network card, by its hardware address."""
    destination_vendor: Final[str]

    def __init__(
        self,
        vlans: tuple[int, ...] = (),
        interface: str = "",
        tunnel: tuple[str, ...] = (),
        service: str = "",
        source_mac: str = "",
        destination_mac: str = "",
        source_kind: str = "",
        destination_kind: str = "",
        source_scope: str = "",
        destination_scope: str = "",
        source_place: Place | None = None,
        destination_place: Place | None = None,
        source_vendor: str = "",
        destination_vendor: str = "",
    ) -> None:
        self.vlans = vlans
        self.interface = interface
        self.tunnel = tunnel
        self.service = service
        self.source_mac = source_mac
        self.destination_mac = destination_mac
        self.source_kind = source_kind
        self.destination_kind = destination_kind
        self.source_scope = source_scope
        self.destination_scope = destination_scope
        self.source_place = source_place
        self.destination_place = destination_place
        self.source_vendor = source_vendor
        self.destination_vendor = destination_vendor

    def __reduce__(self) -> tuple[Callable[[], Any], tuple[()]]:
        return whole(self)


NOWHERE: Final = Surroundings()
