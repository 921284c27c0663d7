"""IP payload compression (IPComp, RFC 3173) and the conversations inside it, where DEFLATE (RFC 2394) compressed them.

In: packets of one flow, as the meter passes them on. Out: one finding: the compression parameter index (CPI), which
conversations are inside, and what they are. They have no rows of their own: a meter counts in the kernel too, where nothing
can be decompressed, and all meters count alike; so bytes and packets are those of the compressed flow.

A negotiated CPI does not say how it compresses; what does not come out as DEFLATE is left alone. The packets that
compression would have made longer travel without IPComp, so the conversations seen here have holes and begin anywhere.

Rules never broken: a packet is decompressed to at most ``LARGEST`` bytes (an IP datagram holds no more) and is refused
beyond; a flow whose packets come to more than ``RATIO`` times what they were and ``SLACK`` bytes, or whose first
``FAILURES`` cannot be decompressed, is given up and no longer passed on; at most ``CONVERSATIONS`` are looked into.
"""

from __future__ import annotations

import zlib
from struct import unpack_from
from typing import Final, NamedTuple

from netmon.model.finding import Attention

from ._carrier import Carried, Carrier
from ._contract import Context
from ._conversation import Shared
from ._datagram import DatagramConversation
from ._dns_message import address_text
from ._reassembly import distance
from ._report import FieldSpec
from ._stream import StreamConversation

INDEX: Final = FieldSpec("ipcomp_cpi", "Compression parameters", multiple=True)
CARRIES: Final = FieldSpec("ipcomp_carries", "Carries", multiple=True)
HEADER: Final = 4
LARGEST: Final = 65_535
RATIO: Final = 8
SLACK: Final = 1 << 20
FAILURES: Final = 8
CONVERSATIONS: Final = 16
_OTHERS: Final = frozenset((3, 4))
"""CPIs that always mean LZS and LZJH."""
_IPV4: Final = 4
_TCP: Final = 6
_UDP: Final = 17
_IPV6: Final = 41
_SYN: Final = 2
_OPENED: Final = 18
"""TCP flags: SYN, SYN and ACK."""
_MASK: Final = 0xFFFF_FFFF


class Packet(NamedTuple):
    """A TCP segment or a UDP datagram."""

    protocol: int
    source: bytes
    """Address; empty where IPComp stands right before the transport header."""
    destination: bytes
    ports: tuple[int, int]
    flags: int
    sequence: int
    data: bytes
    length: int
    """Of ``data`` on the wire."""


def decompress(data: bytes) -> bytes | None:
    """What DEFLATE makes of it, to its end or as far as it was captured; ``None`` when it is none or too much."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        made = inflater.decompress(data, LARGEST + 1)
    except zlib.error:
        return None
    return made if len(made) <= LARGEST else None


def packet(protocol: int, data: bytes) -> Packet | None:
    """The transport header behind whatever IP header there is; ``None`` for fragments, other protocols, and what is cut."""
    source = destination = b""
    length = len(data)
    if protocol == _IPV4:
        header = (data[0] & 15) * 4 if data else 0
        if len(data) < max(header, 20) or header < 20 or data[0] >> 4 != 4 or unpack_from("!H", data, 6)[0] & 0x3FFF:
            return None
        length = unpack_from("!H", data, 2)[0] - header
        protocol, source, destination = data[9], data[12:16], data[16:20]
        data = data[header : header + max(length, 0)]
    elif protocol == _IPV6:
        if len(data) < 40 or data[0] >> 4 != 6:
            return None
        length, protocol, source, destination = unpack_from("!H", data, 4)[0], data[6], data[8:24], data[24:40]
        data = data[40 : 40 + length]
    if protocol == _UDP and len(data) >= 8:
        return Packet(protocol, source, destination, unpack_from("!HH", data), 0, 0, data[8:], length - 8)
    if protocol != _TCP or len(data) < 20:
        return None
    header = (data[12] >> 4) * 4
    if header < 20 or length < header:
        return None
    ports, sequence = unpack_from("!HH", data), unpack_from("!I", data, 4)[0]
    return Packet(protocol, source, destination, ports, data[13], sequence, data[header:], length - header)


class _Place:
    """Where each direction of a TCP connection stands: sequence number and position of the furthest byte seen."""

    __slots__ = ("_next",)

    def __init__(self) -> None:
        self._next: list[tuple[int, int] | None] = [None, None]

    def of(self, side: int, one: Packet) -> int:
        """The position of a segment in its stream, as the meter tells it."""
        start = (one.sequence + 1) & _MASK if one.flags & _SYN else one.sequence
        sequence, position = self._next[side] or (start, 0)
        offset = position + distance(start, sequence)
        if self._next[side] is None or offset + one.length > position:
            self._next[side] = (start + one.length) & _MASK, offset + one.length
        return offset


class IpcompConversation(Carrier):
    """The compressed packets between two addresses."""

    __slots__ = ("_bad", "_places", "_room")

    label = "IPComp"

    def __init__(self, flow_id: int, context: Context, shared: Shared) -> None:
        super().__init__(flow_id, context, shared)
        self._places: dict[object, _Place] = {}
        self._room = SLACK
        """Bytes that may still come out."""
        self._bad = 0
        """Packets that could not be decompressed, until one could."""

    def take(self, side: int, data: bytes, now_ns: int) -> None:  # noqa: ARG002  those inside have sides of their own
        """One packet."""
        if len(data) < HEADER or self.finished:
            return
        protocol, index = data[0], unpack_from("!H", data, 2)[0]
        self._want(Attention.ALWAYS)
        self.report.add(INDEX, f"0x{index:04x}")
        self.report.summary = f"CPI 0x{index:04x}"
        made = decompress(data[HEADER:]) if index not in _OTHERS else None
        if made is not None:
            self._bad = -1
            self._room += RATIO * len(data) - len(made)
            found = packet(protocol, made)
            if found is not None:
                self._pass_on(found, now_ns)
        else:
            self._room -= LARGEST if index not in _OTHERS else 0  # as much as it may have cost
            self._bad += self._bad >= 0
        if self._bad >= FAILURES or self._room < 0:
            self.end()
            self._shared.given_up += 1
            self.finished = True
            self._want(Attention.DONE)

    def _pass_on(self, one: Packet, now_ns: int) -> None:
        here, there = (one.source, one.ports[0]), (one.destination, one.ports[1])
        key, backwards = (one.protocol, here, there), (one.protocol, there, here)
        side = 0
        if key not in self.carried and (backwards in self.carried or one.flags & _OPENED == _OPENED):
            key, here, there, side = backwards, there, here, 1
        inner = self.carried.get(key)
        if inner is None:
            if len(self.carried) >= CONVERSATIONS:
                return
            inner = self._begin(one, here, there)
            self.carry(key, inner)
        if isinstance(inner, StreamConversation):
            place = self._places.get(key)
            if place is None:
                place = self._places[key] = _Place()
            offset = place.of(side, one)
            if one.length:
                inner.segment(side, offset, one.data, one.length, now_ns)
        elif one.data:
            inner.cut |= one.length > len(one.data)
            inner.take(side, one.data, now_ns)

    def _begin(self, one: Packet, client: tuple[bytes, int], server: tuple[bytes, int]) -> Carried:
        """A conversation between these two ends."""
        name = "tcp" if one.protocol == _TCP else "udp"
        self.report.add(CARRIES, f"{name} {_end(client)} > {_end(server)}")
        midstream = name == "tcp" and not one.flags & _SYN
        context = self.inside().changed(transport=name, ports=(client[1], server[1]), midstream=midstream)
        kind = StreamConversation if name == "tcp" else DatagramConversation
        return kind(self.flow_id, context, self._shared)


def _end(end: tuple[bytes, int]) -> str:
    """Address and port, as far as they are known."""
    address, port = end
    if not address:
        return str(port)
    text = address_text(address)
    return f"{text}:{port}" if len(address) == 4 else f"[{text}]:{port}"
