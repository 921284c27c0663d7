"""BGP-4: RFC 4271, four-octet AS numbers (RFC 6793), capabilities (RFC 5492), extended messages (RFC 8654).

Claimed: the marker of sixteen ones and a header that fits. Told: who peers with whom (AS numbers, router ids, hold time) and
why a session ended. Routes are not kept. States: OPEN, ESTABLISHED, NOTIFICATION.
"""

from __future__ import annotations

from ipaddress import IPv4Address

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._report import FieldSpec
from ._shell import StreamProtocol, starts_like

MARKER = b"\xff" * 16
OPEN, UPDATE, NOTIFICATION, KEEPALIVE, ROUTE_REFRESH = range(1, 6)
AS_TRANS = 23456
CAPABILITIES, FOUR_OCTET_AS = 2, 65
PORTS = frozenset((179,))

AS = FieldSpec("bgp_as", "AS", multiple=True, limit=4)
ROUTER = FieldSpec("bgp_router_id", "Router id", multiple=True, limit=4)
HOLD = FieldSpec("bgp_hold_time", "Hold time (s)")
ERROR = FieldSpec("bgp_error", "Notification (code/subcode)", limit=4)


def four_octet_as(parameters: Cursor) -> int:
    """The AS number in the capability of RFC 6793; 0 when there is none."""
    while parameters.left >= 2:
        kind, parameter = parameters.u8(), parameters.sub(parameters.u8())
        while kind == CAPABILITIES and parameter.left >= 2:
            code, value = parameter.u8(), parameter.sub(parameter.u8())
            if code == FOUR_OCTET_AS and value.left == 4:
                return value.u32()
    return 0


class _Bgp(FrameShell):
    """One session."""

    __slots__ = ()

    label, header = "BGP", 19

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002
        """Marker, length, type."""
        if not head.startswith(MARKER) or not OPEN <= head[18] <= 6:
            raise ParseError("no BGP message")
        return int.from_bytes(head[16:18], "big")

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002
        """One message."""
        message.skip(18)
        kind = message.u8()
        report = self.report
        if kind == OPEN:
            self._open(message)
            report.state = "OPEN"
        elif kind == NOTIFICATION:
            report.add(ERROR, f"{message.u8()}/{message.u8()}")
            report.state = "NOTIFICATION"
        elif report.state != "NOTIFICATION" and (kind != KEEPALIVE or report.state != ""):
            report.state = "ESTABLISHED"
        return MORE

    def _open(self, message: Cursor) -> None:
        message.skip(1)  # version
        number, hold, router = message.u16(), message.u16(), message.take(4)
        number = four_octet_as(message.sub(min(message.u8(), message.left))) or number
        report = self.report
        report.add(AS, number)
        report.add(ROUTER, str(IPv4Address(router)))
        report.set(HOLD, min(hold, int(report.get(HOLD) or hold)))
        report.summary = " ↔ ".join(f"AS{known}" for known in report.values(AS))


def _looks(head: bytes) -> Claim:
    if len(head) < 19:
        return MAYBE if starts_like(head, MARKER) else NO
    size = int.from_bytes(head[16:18], "big")
    return YES if head.startswith(MARKER) and size >= 19 and OPEN <= head[18] <= 6 else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Either end."""
    answers = [_looks(head) for head in (client, server) if head]
    for answer in (YES, MAYBE):
        if answer in answers:
            return answer
    return NO if answers else MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Bgp, judge, PORTS, frozenset((0xFF,)))
