"""Apache Dubbo's remote procedure calls (dubbo.apache.org, "Dubbo protocol").

Claimed: the magic with flags that exist and, in an answer, a status that exists. Told: status codes, the version of the
protocol and the services called. Arguments are not. Exchange: ``dubbo``, by request.
"""

from __future__ import annotations

import re

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly, magic
from ._report import FieldSpec
from ._shell import StreamProtocol

MAGIC, HEADER = b"\xda\xbb", 16
REQUEST, TWO_WAY, EVENT, SERIALISATION = 0x80, 0x40, 0x20, 0x1F
KNOWN_SERIALISATIONS = frozenset((2, 3, 4, 6, 7, 8, 9, 10, 12, 16, 17, 20, 21, 22, 23, 24, 25))
STATUSES = {
    20: "OK", 30: "CLIENT_TIMEOUT", 31: "SERVER_TIMEOUT", 40: "BAD_REQUEST", 50: "BAD_RESPONSE", 60: "SERVICE_NOT_FOUND",
    70: "SERVICE_ERROR", 80: "SERVER_ERROR", 90: "CLIENT_ERROR", 100: "THREADPOOL_EXHAUSTED",
}  # fmt: skip
MAXIMUM = 1 << 26
_SERVICE = re.compile(rb"[\x00-\x20\x30]?(?:\d\.\d{1,2}\.\d{1,2})[^a-zA-Z]{0,4}([a-zA-Z][\w.$]{4,200}\.[A-Z][\w$]{0,100})")
STATUS = FieldSpec("dubbo_status", "Status", multiple=True)
SERVICE = FieldSpec("dubbo_service", "Services", multiple=True)


def size_of(head: bytes) -> int:
    """Whole length of the message that begins with these sixteen octets."""
    size = int.from_bytes(head[12:16], "big")
    known = head[2] & SERIALISATION in KNOWN_SERIALISATIONS and (head[2] & REQUEST or head[3] in STATUSES)
    if head[:2] != MAGIC or not known or size > MAXIMUM:
        raise ParseError("no Dubbo header")
    return HEADER + size


class _Dubbo(FrameShell):
    """One connection."""

    __slots__ = ()

    label, header, limit = "Dubbo", HEADER, 512

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  the flags tell who speaks
        """Header and body."""
        return size_of(head)

    def frame(self, side: int, message: Cursor) -> Status:
        """One message."""
        message.skip(2)
        flags, status, number = message.u8(), message.u8(), message.u64()
        report = self.report
        if flags & EVENT:
            report.state = report.state or "EVENT"
            return MORE
        if not flags & REQUEST:
            report.add(STATUS, STATUSES.get(status, f"{status}"))
            report.state = "RESPONSE"
            report.response((1 - side, number), self.now, "dubbo")
            return MORE
        report.state = "REQUEST"
        message.skip(4)
        match = _SERVICE.search(message.rest()[:256])
        report.add(SERVICE, match[1] if match else b"")
        report.summary = str(report.get(SERVICE) or "")
        if flags & TWO_WAY:
            report.request((side, number), self.now, "dubbo")
        return MORE


def header(head: bytes) -> Claim:
    """A message header."""
    if len(head) < HEADER:
        return NO if magic(head[:2], MAGIC) is NO else MAYBE
    size_of(head)
    return YES


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Either end."""
    return jointly(client, server, header)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Dubbo, judge, frozenset(), frozenset(MAGIC[:1]))
