"""IP fragments in plain Python: every fragment counts in its datagram's flow, even when the one with the ports comes last.

A bounded table remembers datagrams for 30 seconds of packet time. Until the ports are known their fragments are counted in
the entry; what never gets a first fragment ends in a flow without ports. Order of entry is order of age, because packet time
never runs backwards here.
"""

from __future__ import annotations

from typing import Final

from netmon.model.flow import Inspected

from .reference_packet import Packet

ENTRIES: Final = 4096
LIFETIME_NS: Final = 30_000_000_000
HELD_BYTES: Final = 1 << 20
"""Bytes of frames kept back until their flow is known."""
ITEM_SIZE: Final = 40
"""What one kept frame costs besides its data, padded to 8 bytes; the native executor's item."""

DatagramKey = tuple[int, int, int, bytes, bytes, int, int, int]


class Datagram:
    """What is known of one datagram so far."""

    __slots__ = (
        "begin_ns", "born", "bytes", "end_ns", "first", "held", "held_size", "known", "packets", "payload", "ports", "seen",
        "total",
    )  # fmt: skip

    def __init__(self, first: Packet, born: int) -> None:
        self.first = first
        """The packet that began the entry: addresses, protocol, tags."""
        self.born = born
        self.begin_ns = self.end_ns = 0
        self.packets = self.bytes = self.payload = 0
        """Waiting for the ports."""
        self.seen = self.total = 0
        """Payload bytes of the datagram; ``total`` 0: the last fragment was not seen."""
        self.ports = (0, 0)
        self.known = False
        self.held: list[Inspected] = []
        self.held_size = 0

    def add(self, p: Packet) -> None:
        """A fragment whose ports are not known yet."""
        if not self.packets:
            self.begin_ns = self.end_ns = p.now
        self.begin_ns = min(self.begin_ns, p.now)
        self.end_ns = max(self.end_ns, p.now)
        self.packets += 1
        self.bytes += p.wire
        self.payload += p.data_length


class Datagrams:
    """The table of unfinished datagrams, oldest first."""

    def __init__(self) -> None:
        self._entries: dict[DatagramKey, Datagram] = {}
        self._held = 0

    @staticmethod
    def key(p: Packet) -> DatagramKey:
        """What makes two fragments parts of one datagram (RFC 791, 8200), within one set of tags and tunnels."""
        return p.ident, p.protocol, p.family, p.source, p.destination, p.vlan, p.vlan_inner, p.tunnel

    def get(self, p: Packet) -> Datagram | None:
        """The fragment's datagram, if it is known."""
        return self._entries.get(self.key(p))

    def begin(self, p: Packet, now: int) -> Datagram:
        """A new entry; the caller makes room first."""
        entry = self._entries[self.key(p)] = Datagram(p, now)
        return entry

    def is_full(self) -> bool:
        """Whether the oldest has to go first."""
        return len(self._entries) >= ENTRIES

    def hold(self, entry: Datagram, item: Inspected) -> bool:
        """Keep a frame back; False when there is no room."""
        size = ITEM_SIZE + (len(item.data) + 7 & ~7)
        if self._held + size > HELD_BYTES:
            return False
        entry.held.append(item)
        entry.held_size += size
        self._held += size
        return True

    def release(self, entry: Datagram) -> list[Inspected]:
        """The frames kept back, which are not kept any longer."""
        held, entry.held = entry.held, []
        self._held -= entry.held_size
        entry.held_size = 0
        return held

    def forget(self, entry: Datagram) -> None:
        """A finished datagram."""
        self.release(entry)
        del self._entries[self.key(entry.first)]

    def oldest(self) -> Datagram | None:
        """The next to go."""
        return next(iter(self._entries.values()), None)
