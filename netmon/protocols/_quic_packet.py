"""QUIC packet headers and the frames that occur in Initial packets, read without keys.

RFC 8999 (what all versions share), RFC 9000 section 17 (long headers), 17.2.1 (version negotiation), 19 (frames), RFC 9369
section 3.2 (version 2 renumbers the types). In: a datagram. Out: packets with their place in it; ``ParseError`` for anything
that breaks the rules. Packet numbers on truncated packets are not a subject here: Initial numbers are small.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final, NamedTuple

from netmon.errors import ParseError

from ._cursor import Cursor
from ._quic_protection import V2, salt_of

MAXIMUM_CONNECTION_ID: Final = 20
MAXIMUM_PACKETS: Final = 16
"""Coalesced packets looked at in one datagram."""
MAXIMUM_FRAMES: Final = 256
MAXIMUM_VERSIONS: Final = 64


class Kind(IntEnum):
    """What a long header packet is, whatever number its version gives it."""

    INITIAL = 0
    ZERO_RTT = 1
    HANDSHAKE = 2
    RETRY = 3
    VERSION_NEGOTIATION = 4


class Packet(NamedTuple):
    """A long header packet."""

    kind: Kind
    version: int
    destination: bytes
    source: bytes
    data: bytes
    """From the first byte to the end of this packet."""
    number_at: int
    """Where the packet number begins in ``data``."""
    complete: bool
    """The datagram holds all of it."""
    versions: tuple[int, ...] = ()
    """Version negotiation: what the server speaks."""


def is_reserved(version: int) -> bool:
    """0x?a?a?a?a: made up to force version negotiation (RFC 9000 section 15)."""
    return version & 0x0F0F0F0F == 0x0A0A0A0A


def is_known(version: int) -> bool:
    """Looks like a version somebody speaks: RFC, draft, or one of the vendors'."""
    return salt_of(version) is not None or version >> 8 in (0xFF0000, 0xFACEB0) or is_google(version)


def is_google(version: int) -> bool:
    """Q0xx or T0xx in ASCII."""
    text = version.to_bytes(4, "big")
    return text[0] in b"QT" and text[1:].isdigit()


def variable(cursor: Cursor) -> int:
    """A variable-length integer (RFC 9000 section 16)."""
    first = cursor.u8()
    size = 1 << (first >> 6)
    value = first & 0x3F
    return value << 8 * (size - 1) | int.from_bytes(cursor.take(size - 1), "big") if size > 1 else value


def _connection_id(cursor: Cursor) -> bytes:
    length = cursor.u8()
    if length > MAXIMUM_CONNECTION_ID:
        raise ParseError("connection id too long")
    return cursor.take(length)


def _kind(first: int, version: int) -> Kind:
    number = first >> 4 & 3
    return Kind((number - 1) & 3) if version == V2 else Kind(number)


def read_packet(cursor: Cursor) -> Packet:
    """The long header packet at the cursor, which moves behind it. The fixed bit may be zero (RFC 9287)."""
    start, datagram = cursor.position, cursor.data
    first, version = cursor.u8(), cursor.u32()
    if not first & 0x80:
        raise ParseError("not a long header")
    destination, source = _connection_id(cursor), _connection_id(cursor)
    if version == 0:
        versions = tuple(cursor.u32() for _ in range(min(cursor.left // 4, MAXIMUM_VERSIONS)))
        return Packet(Kind.VERSION_NEGOTIATION, 0, destination, source, cursor.rest(), 0, True, versions)
    kind = _kind(first, version)
    if kind is Kind.RETRY:
        cursor.rest()
        return Packet(kind, version, destination, source, datagram[start : cursor.end], 0, True)
    if is_reserved(version) or not is_known(version):  # only the invariants hold (RFC 8999)
        cursor.rest()
        return Packet(kind, version, destination, source, datagram[start : cursor.end], 0, False)
    if kind is Kind.INITIAL:
        cursor.skip(variable(cursor))  # token
    length = variable(cursor)
    number_at = cursor.position - start
    complete = length <= cursor.left
    cursor.skip(min(length, cursor.left))
    return Packet(kind, version, destination, source, datagram[start : cursor.position], number_at, complete)


def read_packets(datagram: bytes) -> tuple[list[Packet], bool]:
    """The coalesced long header packets of a datagram, and whether a short header packet follows them.

    What cannot be read behind the first packet (padding, somebody's extension) is left alone.
    """
    cursor = Cursor(datagram)
    packets = [read_packet(cursor)]
    while not cursor.at_end and len(packets) < MAXIMUM_PACKETS:
        first = cursor.peek(1)[0]
        if not first & 0x80:
            return packets, bool(first & 0x40) and cursor.left > 20
        try:
            packets.append(read_packet(cursor))
        except ParseError:
            break
    return packets, False


class Frames(NamedTuple):
    """What is of interest in an Initial's payload."""

    crypto: list[tuple[int, bytes]]
    """Offset and data."""
    close: int | None
    """Error code of a CONNECTION_CLOSE."""


PADDING: Final = 0
PING: Final = 1
ACK: Final = 2
ACK_ECN: Final = 3
CRYPTO: Final = 6
CLOSE: Final = 0x1C
CLOSE_APPLICATION: Final = 0x1D


def _skip_ack(cursor: Cursor, ecn: bool) -> None:
    variable(cursor), variable(cursor)
    ranges = variable(cursor)
    numbers = 1 + 2 * ranges + (3 if ecn else 0)
    if numbers > cursor.left:
        raise ParseError("more acknowledged ranges than bytes")
    for _ in range(numbers):
        variable(cursor)


def read_frames(payload: bytes) -> Frames:
    """The frames of an Initial packet, in any order; stops quietly at one that may not be there."""
    cursor = Cursor(payload)
    frames = Frames([], None)
    for _ in range(MAXIMUM_FRAMES):
        padding = len(payload) - len(payload[cursor.position :].lstrip(b"\0"))
        cursor.seek(max(padding, cursor.position))
        if cursor.at_end:
            break
        kind = cursor.u8()
        if kind == CRYPTO:
            offset, length = variable(cursor), variable(cursor)
            frames.crypto.append((offset, cursor.take(length)))
        elif kind in (ACK, ACK_ECN):
            _skip_ack(cursor, kind == ACK_ECN)
        elif kind in (CLOSE, CLOSE_APPLICATION):
            return Frames(frames.crypto, variable(cursor))
        elif kind != PING:
            break
    return frames


def transport_parameter(parameters: bytes, wanted: int) -> int | None:
    """An integer transport parameter (RFC 9000 section 18) of a ClientHello."""
    cursor = Cursor(parameters)
    try:
        while not cursor.at_end:
            number, value = variable(cursor), cursor.sub(variable(cursor))
            if number == wanted:
                return variable(value)
    except ParseError:
        return None
    return None
