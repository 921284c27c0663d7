"""Multicast Source Discovery Protocol (RFC 3618).

Claimed: messages of a known type with a length that fits it; a source-active message with as many entries as it says is sure
on any port, everything else on the usual one. Told: kinds of messages and rendezvous points.
"""

from __future__ import annotations

from socket import AF_INET, inet_ntop

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly
from ._report import FieldSpec
from ._shell import StreamProtocol

PORTS = frozenset((639,))
SOURCE_ACTIVE, KEEP_ALIVE = 1, 4
TYPES = {1: "SOURCE_ACTIVE", 2: "SOURCE_ACTIVE_REQUEST", 3: "SOURCE_ACTIVE_RESPONSE", 4: "KEEPALIVE", 5: "NOTIFICATION",
         6: "TRACEROUTE_PROGRESS", 7: "TRACEROUTE_REPLY"}  # fmt: skip
_LEAST = {1: 8, 2: 8, 3: 8, 4: 3, 5: 5, 6: 8, 7: 8}
MAXIMUM = 9192
ENTRY = 12
MESSAGE = FieldSpec("msdp_message", "Messages", multiple=True)
POINT = FieldSpec("msdp_rp", "Rendezvous points", multiple=True)


def size_of(head: bytes) -> int:
    """Whole length of the message that begins with these three octets."""
    size = head[1] << 8 | head[2]
    if head[0] not in TYPES or not _LEAST[head[0]] <= size <= MAXIMUM or (head[0] == KEEP_ALIVE and size != 3):
        raise ParseError("no MSDP message")
    if head[0] == SOURCE_ACTIVE and size > 8 and size < 8 + ENTRY:
        raise ParseError("no room for an entry")
    return size


class _Msdp(FrameShell):
    """One peering."""

    __slots__ = ()

    label, header, limit = "MSDP", 3, 64

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  peers speak alike
        """Type and length."""
        return size_of(head)

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002  peers speak alike
        """One message."""
        kind = message.u8()
        message.skip(2)
        self.report.add(MESSAGE, TYPES[kind])
        self.report.state = TYPES[kind]
        if kind in (1, 3):
            message.skip(1)
            point = inet_ntop(AF_INET, message.take(4))
            self.report.add(POINT, point)
            self.report.summary = f"RP {point}"
        return MORE


def _messages(head: bytes, usual: bool) -> Claim:
    cursor = Cursor(head)
    while cursor.left >= 3:
        size = size_of(cursor.peek(3))
        if usual and (head[0] != SOURCE_ACTIVE or size == _LEAST[SOURCE_ACTIVE]):
            return YES if head[0] == KEEP_ALIVE else WEAK
        if cursor.peek(1)[0] == SOURCE_ACTIVE:
            return _entries(cursor, size)
        if size > cursor.left:
            break
        cursor.skip(size)
    return MAYBE if cursor.at_end or cursor.peek(1)[0] in TYPES else NO


def _entries(cursor: Cursor, size: int) -> Claim:
    """The first entry has three zero octets and a prefix length of 32 (section 12.2.1)."""
    first = cursor.peek(min(size, 12))
    if len(first) < 12:
        return MAYBE
    room = 8 + ENTRY * first[3]
    return YES if first[3] and size >= room and first[8:12] == b"\0\0\0\x20" else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """Peers speak alike."""
    usual = context.server_port in PORTS
    return jointly(client, server, lambda head: _messages(head, usual))


PROTOCOL: ApplicationProtocol = StreamProtocol(_Msdp, judge, PORTS, frozenset(TYPES))
