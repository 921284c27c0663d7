"""Delay-tolerant networking: bundles of version 7 (RFC 9171) in UDP datagrams (RFC 7122).

Claimed: the start of an indefinite CBOR array, a primary block of version 7 with a known CRC type, and the end of the
array. Read: destination and source when they are names; payloads are not looked at.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

PORT = 4556
ARRAY, BREAK = 0x9F, 0xFF
_UNSIGNED, _TEXT, _LIST = 0, 3, 4
DESTINATION = FieldSpec("dtn_destination", "Destination", multiple=True)
SOURCE = FieldSpec("dtn_source", "Source", multiple=True)


def head(cursor: Cursor) -> tuple[int, int]:
    """Major type and argument of the next CBOR item (RFC 8949 section 3)."""
    first = cursor.u8()
    extra = first & 31
    if extra < 24:
        return first >> 5, extra
    if extra > 27:
        raise ParseError("indefinite or reserved")
    return first >> 5, int.from_bytes(cursor.take(1 << extra - 24), "big")


def _number(cursor: Cursor) -> int:
    major, value = head(cursor)
    if major != _UNSIGNED:
        raise ParseError("no number")
    return value


def endpoint(cursor: Cursor) -> str:
    """An endpoint identifier: ``dtn://node/service`` or ``ipn:1.2``."""
    if head(cursor) != (_LIST, 2):
        raise ParseError("no endpoint")
    scheme = _number(cursor)
    major, value = head(cursor)
    if scheme == 1 and major == _TEXT:
        return "dtn:" + cursor.take(value).decode("utf-8", "replace")
    if scheme == 1 and major == _UNSIGNED:
        return "dtn:none"
    if scheme == 2 and (major, value) in ((_LIST, 2), (_LIST, 3)):
        return "ipn:" + ".".join(str(_number(cursor)) for _ in range(value))
    raise ParseError("unknown scheme")


def primary(data: bytes) -> tuple[str, str]:
    """Destination and source of a bundle."""
    if len(data) < 16 or data[0] != ARRAY or data[-1] != BREAK:
        raise ParseError("no bundle")
    cursor = Cursor(data, 1)
    major, count = head(cursor)
    if major != _LIST or not 8 <= count <= 11 or _number(cursor) != 7:
        raise ParseError("no primary block")
    _number(cursor)
    if _number(cursor) > 2:
        raise ParseError("unknown CRC type")
    return endpoint(cursor), endpoint(cursor)


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By the primary block."""
    try:
        primary(data)
    except ParseError:
        return NO
    return YES


class _Dtn(DatagramInspector):
    """One sender of bundles."""

    __slots__ = ()

    label = "DTN"

    def take(self, data: bytes) -> Status:
        destination, source = primary(data)
        self.report.add(DESTINATION, destination)
        self.report.add(SOURCE, source)
        self.report.state = "BUNDLE"
        self.report.summary = f"{source} to {destination}"
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Dtn, recognise, frozenset((PORT,)), frozenset((ARRAY,)))
