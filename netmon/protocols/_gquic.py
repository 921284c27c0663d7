"""Google's QUIC before the IETF's: version, and the names in an inchoate or full CHLO.

Google's "QUIC Wire Layout" and "QUIC Crypto" documents. Q043 and before: public header with flags, 8-byte connection id and
version; Q046: the IETF's long header around the same payload; Q050: that, protected as in RFC 9001 with a salt of its own
(opened by the caller). The first CHLO is in the clear in all of them. In: a datagram or an opened payload. Out: ``Hello`` or
``None``. The CHLO is found by its tag instead of walking frames, whose form changed with every version.
"""

from __future__ import annotations

from typing import NamedTuple

from netmon.errors import ParseError

from ._cursor import Cursor

_MESSAGES = (b"CHLO", b"REJ\0", b"SREJ", b"SHLO")
MAXIMUM_TAGS = 128


class Header(NamedTuple):
    """A public header that carries a version."""

    version: str
    """``Q043``."""
    connection_id: bytes


class Hello(NamedTuple):
    """A handshake message's names."""

    message: str
    """``CHLO``, ``REJ``, ``SREJ``, ``SHLO``."""
    server_name: bytes
    user_agent: bytes


def is_version(text: bytes) -> bool:
    """``Q001`` to ``Q099``, ``T050`` and up."""
    return len(text) == 4 and text[0] in b"QT" and text[1:].isdigit()


def read_public_header(data: bytes) -> Header | None:
    """Q043 and before, client to server: version flag, 8-byte connection id, no multipath, no reset."""
    if len(data) < 14 or data[0] & 0xC3 != 0x01 or not data[0] & 0x08:
        return None
    return Header(data[9:13].decode("ascii"), data[1:9]) if is_version(data[9:13]) else None


def read_q046_header(data: bytes) -> Header | None:
    """Q044 to Q046: long header with connection id lengths packed into one byte."""
    if len(data) < 18 or data[0] & 0xC0 != 0xC0 or data[1:5] not in (b"Q044", b"Q045", b"Q046", b"Q047", b"Q048"):
        return None
    lengths = [nibble + 3 if nibble else 0 for nibble in (data[5] >> 4, data[5] & 15)]
    return Header(data[1:5].decode("ascii"), data[6 : 6 + sum(lengths)])


def find_hello(payload: bytes) -> Hello | None:
    """The first handshake message in a plain payload."""
    for message in _MESSAGES:
        at = payload.find(message)
        if at >= 0:
            return _read_message(message, Cursor(payload, at + 4))
    return None


def _read_message(message: bytes, cursor: Cursor) -> Hello | None:
    """Tag, number of entries, then (tag, end offset) pairs and the values they point into."""
    name = message.rstrip(b"\0").decode()
    try:
        count = cursor.u16le()
        cursor.skip(2)
        if not 0 < count <= MAXIMUM_TAGS:
            return None
        entries = [(cursor.take(4), cursor.u32le()) for _ in range(count)]
    except ParseError:
        return None
    values: dict[bytes, bytes] = {}
    before = 0
    for tag, end in entries:
        if end < before:
            return None
        try:
            values[tag] = cursor.take(end - before)
        except ParseError:
            break  # the message goes on in the next packet
        before = end
    return Hello(name, values.get(b"SNI\0", b""), values.get(b"UAID", b""))
