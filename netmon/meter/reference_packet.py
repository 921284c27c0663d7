"""One packet on its way through the plain Python meter, and the checked reads every parser uses.

Offsets count from the start of the frame. ``end`` is where the packet ends on the wire: reads beyond it, or beyond what was
captured, raise ``Short``, which never leaves this room.
"""

from __future__ import annotations

from typing import Final

from netmon.model.flow import LinkNumbers

EMPTY16: Final = bytes(16)
NO_MAC: Final = bytes(6)


class Short(Exception):
    """Fewer bytes than the header needs."""


class Packet:
    """Fields as ``csrc/types.h`` has them in ``struct packet``; see there."""

    __slots__ = (
        "ack", "data", "data_length", "data_offset", "destination", "destination_mac", "destination_port", "direction",
        "end", "ethertype", "family", "flags", "fragment", "fragment_offset", "has_link", "has_ports", "has_tcp", "ident",
        "interface", "l3", "l4", "last_type", "midstream", "more", "now", "offset", "plain", "process", "protocol", "seq",
        "source", "source_mac", "source_port", "space", "tcp_header", "tos", "ttl", "tunnel", "vlan", "vlan_inner", "window",
        "wire",
    )  # fmt: skip

    def __init__(self, now: int, wire: int, data: bytes, interface: int) -> None:
        self.now = now
        self.wire = wire
        self.data = data
        self.interface = interface
        self.end = wire
        self.l3 = self.l4 = self.data_offset = self.data_length = 0
        self.ethertype = self.family = self.protocol = 0
        self.source = self.destination = EMPTY16
        self.source_mac = self.destination_mac = NO_MAC
        self.source_port = self.destination_port = 0
        self.vlan = self.vlan_inner = self.tunnel = 0
        self.ttl = self.tos = self.last_type = 0
        self.ident = self.fragment_offset = 0
        self.fragment = self.more = False
        self.space = 0
        self.has_link = self.plain = self.has_ports = self.has_tcp = False
        self.seq = self.ack = self.window = self.flags = self.tcp_header = 0
        self.offset = 0
        self.midstream = False
        self.direction = 0
        self.process = 0
        """Length of a header in front that names the process, until a flow has it."""

    def take(self, at: int, count: int) -> bytes:
        """``count`` bytes at ``at``."""
        stop = at + count
        if stop > self.end or stop > len(self.data):
            raise Short
        return self.data[at:stop]

    def peek(self, at: int, count: int) -> bytes:
        """Like ``take``, empty instead of ``Short``."""
        stop = at + count
        return b"" if stop > self.end or stop > len(self.data) else self.data[at:stop]

    def captured(self, at: int, count: int) -> bytes:
        """As many of the ``count`` bytes at ``at`` as were captured."""
        return self.data[at : at + count]

    def inside(self, kind: int, network: int = 0) -> Packet:
        """The packet a tunnel carries; nothing is known of it but where it has to end."""
        inner = Packet(self.now, self.wire, self.data, self.interface)
        inner.end = self.data_offset + self.data_length
        inner.tunnel = kind << 24 | network & 0xFFFFFF
        return inner

    def leads_to(self, ethertype: int, at: int) -> bool:
        """A network header of this ethertype is at ``at``."""
        self.ethertype = ethertype
        self.l3 = at
        return True

    def is_plain(self, number: int, at: int, space: LinkNumbers = LinkNumbers.ETHERTYPE) -> bool:
        """Only a link-layer row is possible; its content is at ``at``."""
        self.plain = True
        self.space = int(space)
        return self.leads_to(number & 0xFFFF, at)


def be16(data: bytes, at: int = 0) -> int:
    """Two bytes in network order."""
    return data[at] << 8 | data[at + 1]
