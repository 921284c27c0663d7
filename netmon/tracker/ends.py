"""The part of a ``Connection`` that does not change with packets, while it is being worked out; the names are those of
``Connection``.
"""

from __future__ import annotations

from netmon.model.connection import Connection, Direction, Name
from netmon.model.surroundings import NOWHERE, Place, Surroundings

from .address import Address


class Ends:
    """Who talks to whom, by what."""

    __slots__ = (
        "destination", "destination_kind", "destination_mac", "destination_name", "destination_place", "destination_port",
        "destination_scope", "destination_vendor", "direction", "flow_id", "identifier", "interface", "local_is_source",
        "protocol", "service", "source", "source_kind", "source_mac", "source_name", "source_place", "source_port",
        "source_scope", "source_vendor", "surroundings", "tunnel", "vlans",
    )  # fmt: skip

    def __init__(self, identifier: str, flow_id: int, protocol: str, source: Address, destination: Address) -> None:
        self.identifier = identifier
        self.flow_id = flow_id
        self.protocol = protocol
        self.source, self.source_scope, self.source_kind = source.text, source.scope, source.kind
        self.destination, self.destination_scope = destination.text, destination.scope
        self.destination_kind = destination.kind
        self.local_is_source: bool | None = None if source.local == destination.local else source.local
        self.source_port: int | None = None
        self.destination_port: int | None = None
        self.direction = Direction.UNKNOWN
        self.vlans: tuple[int, ...] = ()
        self.interface = ""
        self.tunnel: tuple[str, ...] = ()
        self.service = ""
        self.source_name: Name | None = None
        self.destination_name: Name | None = None
        self.source_mac = self.destination_mac = ""
        self.source_place: Place | None = None
        self.destination_place: Place | None = None
        self.source_vendor = self.destination_vendor = ""
        self.surroundings = NOWHERE
        """All of it that others may have alike, as soon as it is known."""

    def take_over(self, old: Connection) -> None:
        """What the packets have told and no later knowledge changes."""
        self.interface, self.vlans, self.tunnel = old.interface, old.vlans, old.tunnel
        self.source_port, self.destination_port = old.source_port, old.destination_port
        self.source_mac, self.destination_mac = old.source_mac, old.destination_mac

    def gather(self) -> Surroundings:
        """What others may have alike."""
        return Surroundings(
            self.vlans, self.interface, self.tunnel, self.service, self.source_mac, self.destination_mac, self.source_kind,
            self.destination_kind, self.source_scope, self.destination_scope, self.source_place, self.destination_place,
            self.source_vendor, self.destination_vendor,
        )  # fmt: skip
