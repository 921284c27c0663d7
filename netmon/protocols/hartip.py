"""HART-IP (FieldComm Group TS20085), the protocol of field instruments, over UDP and TCP.

Claimed: a header whose version, type, identifier and length agree; a session's initiation is sure on any port, everything
else on the usual one. Told: kinds of messages, identifiers, status codes.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly
from ._report import FieldSpec, Report
from ._shell import StreamProtocol
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT, OTHER = 5094, 5095
PORTS = frozenset((PORT, OTHER))
HEADER = 8
KINDS = {0: "REQUEST", 1: "RESPONSE", 2: "PUBLISH", 3: "ERROR", 15: "NAK"}
IDENTIFIERS = {
    0: "SESSION_INITIATE",
    1: "SESSION_CLOSE",
    2: "KEEP_ALIVE",
    3: "TOKEN_PASSING",
    4: "DIRECT",
    5: "READ_AUDIT_LOG",
}
INITIATE, TOKEN = 0, 3
LARGEST = 4096
MESSAGE = FieldSpec("hart_message", "Messages", multiple=True)
STATUS = FieldSpec("hart_status", "Status", multiple=True)


def size_of(head: bytes) -> int:
    """Whole length of the message that begins with these eight octets."""
    size = head[6] << 8 | head[7]
    known = head[0] in (1, 2) and head[1] & 0x0F in KINDS and not head[1] & 0x70 and head[2] in IDENTIFIERS
    if not known or not HEADER <= size <= LARGEST:
        raise ParseError("no HART-IP header")
    return size


def tell(report: Report, message: Cursor, now: int) -> None:
    """One message."""
    message.skip(1)
    kind, identifier, status, number = message.u8() & 0x0F, message.u8(), message.u8(), message.u16()
    name = f"{IDENTIFIERS[identifier]}_{KINDS[kind]}"
    report.add(MESSAGE, name)
    report.state = report.summary = name
    if status:
        report.add(STATUS, status)
    if kind == 0:
        report.request((identifier, number), now, "hart-ip")
    elif kind == 1:
        report.response((identifier, number), now, "hart-ip")


class _Stream(FrameShell):
    """Over TCP."""

    __slots__ = ()

    label, header, limit = "HART-IP", HEADER, 16

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  the type tells who speaks
        """Of the message."""
        return size_of(head)

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002  the type tells who speaks
        """One message."""
        tell(self.report, message, self.now)
        return MORE


class _Datagrams(DatagramInspector):
    """Over UDP."""

    __slots__ = ()

    label = "HART-IP"

    def take(self, data: bytes) -> Status:
        if len(data) < HEADER or size_of(data) != len(data):
            raise ParseError("length does not fit")
        tell(self.report, Cursor(data), self.now)
        return MORE


def _initiates(head: bytes) -> bool:
    """Master type and inactivity timer make thirteen octets, in the request as in its response."""
    return head[2] == INITIATE and head[1] & 0x0F < 2 and size_of(head) == 13 and (len(head) < 9 or head[8] < 2)


def recognise(context: Context, data: bytes) -> Claim:
    """Length, then initiation or port."""
    if len(data) < HEADER or size_of(data) != len(data):
        return NO
    return YES if _initiates(data) or on_port(context, PORT, OTHER) else MAYBE


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """The same over TCP."""

    def header(head: bytes) -> Claim:
        if len(head) < HEADER:
            return MAYBE if not head or head[0] in (1, 2) else NO
        size_of(head)
        return YES if _initiates(head) or context.server_port in PORTS else MAYBE

    return jointly(client, server, header)


PROTOCOL: ApplicationProtocol = StreamProtocol(
    _Stream, judge, frozenset((PORT,)), frozenset((1, 2)), DatagramProtocol(_Datagrams, recognise)
)
