"""ANSI C12.22: electricity meters over networks (ACSE and EPSEM in BER).

Claimed: an association PDU made of ACSE's elements, from called title to user information. Told: nothing more.
"""

from __future__ import annotations

from netmon.errors import NeedMore, ParseError

from ._contract import MAYBE, NO, YES, ApplicationProtocol, Claim, Context
from ._cursor import Cursor
from ._judge import NamedDatagrams, NamedShell, jointly
from ._shell import StreamProtocol
from ._udp import DatagramProtocol

PORTS = frozenset((1153,))
PDU = 0x60
TITLES = frozenset((0xA2, 0xA6))
ELEMENTS = frozenset((0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0x8B, 0xAC))
USER_INFORMATION = 0xBE


class _Stream(NamedShell):
    """Over TCP."""

    __slots__ = ()

    label = "C12.22"


class _Datagrams(NamedDatagrams):
    """Over UDP."""

    __slots__ = ()

    label = "C12.22"


def association(head: bytes) -> Claim:
    """Elements by tag and length, until the user information."""
    cursor = Cursor(head)
    try:
        if cursor.u8() != PDU:
            return NO
        size = _length(cursor)
        inner = cursor.sub(min(size, cursor.left))
        seen: set[int] = set()
        while True:
            tag = inner.u8()
            if tag == USER_INFORMATION:
                return YES if len(seen) > 1 and seen & TITLES and _length(inner) <= size else NO
            if tag not in ELEMENTS or tag in seen:
                return NO
            seen.add(tag)
            inner.skip(_length(inner))
    except NeedMore:
        return MAYBE
    except ParseError:
        return NO


def _length(cursor: Cursor) -> int:
    """Of one or two octets."""
    first = cursor.u8()
    if first < 0x80:
        return first
    if first not in (0x81, 0x82):
        raise ParseError("no length")
    return cursor.u8() if first == 0x81 else cursor.u16()


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001
    """A whole PDU."""
    return YES if association(data) is YES else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Requests and responses are alike."""
    return jointly(client, server, association)


PROTOCOL: ApplicationProtocol = StreamProtocol(
    _Stream, judge, PORTS, frozenset((PDU,)), DatagramProtocol(_Datagrams, recognise, PORTS)
)
