"""Binary Floor Control Protocol (RFC 8855) over TCP and UDP: who may speak in a conference.

Claimed: a header of version 1 or 2 with a primitive that exists and attributes that fill the stated length; a message
without attributes needs its answer. Told: primitives and the conference's number.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly
from ._report import FieldSpec, Report
from ._shell import StreamProtocol
from ._udp import DatagramInspector, DatagramProtocol

HEADER = 12
PRIMITIVES = {
    1: "FLOOR_REQUEST", 2: "FLOOR_RELEASE", 3: "FLOOR_REQUEST_QUERY", 4: "FLOOR_REQUEST_STATUS", 5: "USER_QUERY",
    6: "USER_STATUS", 7: "FLOOR_QUERY", 8: "FLOOR_STATUS", 9: "CHAIR_ACTION", 10: "CHAIR_ACTION_ACK", 11: "HELLO",
    12: "HELLO_ACK", 13: "ERROR", 14: "FLOOR_REQUEST_STATUS_ACK", 15: "FLOOR_STATUS_ACK", 16: "GOODBYE", 17: "GOODBYE_ACK",
}  # fmt: skip
ANSWERS = frozenset((4, 6, 8, 10, 12, 13, 14, 15, 17))
RESPONDER, FRAGMENT = 0x10, 0x08
LARGEST_ATTRIBUTE = 18
LARGEST = 1024
FIRST = frozenset((0x20, 0x30, 0x40, 0x50, 0x48, 0x58))
PRIMITIVE = FieldSpec("bfcp_primitive", "Primitives", multiple=True)
CONFERENCE = FieldSpec("bfcp_conference", "Conference", multiple=True, limit=8)


def size_of(head: bytes) -> int:
    """Whole length of the message that begins with these twelve octets (section 5.1)."""
    size = head[2] << 8 | head[3]
    fragment = head[0] & FRAGMENT
    if head[0] not in FIRST or head[1] not in PRIMITIVES or size > LARGEST:
        raise ParseError("no BFCP header")
    return HEADER + (4 if fragment else 0) + 4 * size


def attributes(message: Cursor) -> int:
    """How many attributes fill the rest; ``ParseError`` when they do not (section 5.2)."""
    count = 0
    while not message.at_end:
        kind, size = message.u8() >> 1, message.u8()
        if not 0 < kind <= LARGEST_ATTRIBUTE or size < 2:
            raise ParseError("no attribute")
        message.skip(size - 2)
        message.skip(min(-size % 4, message.left))
        count += 1
    return count


def tell(report: Report, message: Cursor, now: int) -> None:
    """One message."""
    message.skip(1)
    primitive = message.u8()
    message.skip(2)
    report.add(CONFERENCE, message.u32())
    transaction = message.u16()
    name = PRIMITIVES[primitive]
    report.add(PRIMITIVE, name)
    report.state = report.summary = name
    (report.response if primitive in ANSWERS else report.request)(transaction, now, "bfcp")


class _Stream(FrameShell):
    """Over TCP."""

    __slots__ = ()

    label, header, limit = "BFCP", HEADER, HEADER

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  the primitive tells who speaks
        """Header and attributes."""
        return size_of(head)

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002  the primitive tells who speaks
        """One message."""
        tell(self.report, message, self.now)
        return MORE


class _Datagrams(DatagramInspector):
    """Over UDP."""

    __slots__ = ()

    label = "BFCP"

    def take(self, data: bytes) -> Status:
        if len(data) < HEADER or size_of(data) != len(data):
            raise ParseError("length does not fit")
        tell(self.report, Cursor(data), self.now)
        return MORE


def _evidence(data: bytes) -> Claim:
    """Attributes are evidence, a bare header little; conferences and users are numbered from 1."""
    if not any(data[4:8]) or data[0] & FRAGMENT:
        return NO
    return YES if attributes(Cursor(data, HEADER)) else WEAK


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """A whole message."""
    if len(data) < HEADER or size_of(data) != len(data):
        return NO
    return _evidence(data)


def _head(data: bytes) -> Claim:
    if len(data) < HEADER:
        return MAYBE if len(data) < 2 or data[1] in PRIMITIVES else NO
    size = size_of(data)
    return MAYBE if len(data) < size else _evidence(data[:size])


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Bare headers in both directions must belong to one conference and transaction."""
    claim = jointly(client, server, _head)
    if claim is WEAK:
        return MAYBE
    if claim is YES and len(client) >= HEADER and len(server) >= HEADER and client[4:8] != server[4:8]:
        return NO
    return claim


PROTOCOL: ApplicationProtocol = StreamProtocol(
    _Stream, judge, frozenset(), FIRST, DatagramProtocol(_Datagrams, recognise, frozenset(), FIRST)
)
