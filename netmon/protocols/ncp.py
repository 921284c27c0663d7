"""NetWare Core Protocol over TCP and UDP.

Claimed: over TCP the signature of a request or a reply with a request type that exists; over UDP a request type on the usual
port. Told: kinds of messages and completion codes. Functions, names and data are not.
"""

from __future__ import annotations

from typing import Final

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly, one_of
from ._report import FieldSpec, Report
from ._shell import StreamProtocol
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT: Final = 524
PORTS: Final = frozenset((PORT,))
REQUEST_SIGNATURE: Final = b"DmdT"
REPLY_SIGNATURE: Final = b"tNcP"
HEADER: Final = 8
TYPES: Final = {0x1111: "CREATE_CONNECTION", 0x2222: "REQUEST", 0x3333: "REPLY", 0x5555: "DESTROY_CONNECTION",
                0x7777: "BURST", 0x9999: "BUSY", 0xBBBB: "WATCHDOG", 0xEEEE: "BROADCAST", 0xDDDD: "LIP_ECHO"}  # fmt: skip
REPLY: Final = 0x3333
MAXIMUM: Final = 0x0010_0000
TYPE: Final = FieldSpec("ncp_type", "Messages", multiple=True)
COMPLETION: Final = FieldSpec("ncp_completion", "Completion codes", multiple=True)


def tell(report: Report, body: Cursor, now: int) -> None:
    """One message from its request type on: sequence, connection, task, connection (high), completion code."""
    kind, sequence = body.u16(), body.u8()
    if kind not in TYPES:
        raise ParseError("no NCP message")
    report.add(TYPE, TYPES[kind])
    report.state = report.summary = TYPES[kind]
    if kind == REPLY and body.left >= 4:
        body.skip(3)
        completion = body.u8()
        if completion:
            report.add(COMPLETION, completion)
        report.response(sequence, now, "ncp")
    elif kind in (0x1111, 0x2222, 0x5555):
        report.request(sequence, now, "ncp")


class _Stream(FrameShell):
    """Over TCP: signature, whole length, and in requests the version and the reply's largest size."""

    __slots__ = ()

    label = "NCP"
    header = HEADER
    limit = 64

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  the signature tells who speaks
        """Of the message, signature included."""
        size = int.from_bytes(head[4:8], "big")
        if head[:4] not in (REQUEST_SIGNATURE, REPLY_SIGNATURE) or not HEADER + 7 <= size <= MAXIMUM:
            raise ParseError("no NCP signature")
        return size

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002  the signature tells who speaks
        """One message."""
        signature = message.take(4)
        message.skip(12 if signature == REQUEST_SIGNATURE else 4)
        tell(self.report, message, self.now)
        return MORE


class _Datagrams(DatagramInspector):
    """Over UDP."""

    __slots__ = ()

    label = "NCP"

    def take(self, data: bytes) -> Status:
        tell(self.report, Cursor(data), self.now)
        return MORE


def message(head: bytes) -> Claim:
    """Signature, length, type."""
    claim = one_of(head, REQUEST_SIGNATURE, REPLY_SIGNATURE)
    if claim is not YES:
        return claim
    at = 16 if head.startswith(REQUEST_SIGNATURE) else HEADER
    if len(head) < at + 2:
        return MAYBE
    return YES if int.from_bytes(head[at : at + 2], "big") in TYPES else NO


def recognise(context: Context, data: bytes) -> Claim:
    """Only where it usually is: a type is all there is."""
    fits = on_port(context, PORT) and len(data) >= 7 and int.from_bytes(data[:2], "big") in TYPES
    return WEAK if fits else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Either end."""
    return jointly(client, server, message)


PROTOCOL: ApplicationProtocol = StreamProtocol(
    _Stream,
    judge,
    PORTS,
    frozenset(b"Dt" + bytes(kind >> 8 for kind in TYPES)),
    DatagramProtocol(_Datagrams, recognise, PORTS),
)
