"""PPTP control connections (RFC 2637).

Claimed: a control message with its magic cookie. Told: host and vendor names both ends give. The tunnel itself is GRE.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import CLIENT, DONE, MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly
from ._report import FieldSpec
from ._shell import StreamProtocol

HOST = FieldSpec("pptp_host", "Host names", multiple=True, limit=2)
VENDOR = FieldSpec("pptp_vendor", "Vendors", multiple=True, limit=2)
PORTS = frozenset((1723,))
COOKIE = b"\x1a\x2b\x3c\x4d"
START_REQUEST, START_REPLY = 1, 2
NAMES = 28
"""Offset of host name and vendor, 64 octets each."""


class _Pptp(FrameShell):
    """One control connection."""

    __slots__ = ()

    label = "PPTP"
    header = 8
    limit = 256

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002
        """Length, type, cookie."""
        if header(head) is not YES:
            raise ParseError("no PPTP message")
        return head[0] << 8 | head[1]

    def frame(self, side: int, message: Cursor) -> Status:
        """The first two messages carry names."""
        message.skip(8)
        kind = message.u16()
        if kind not in (START_REQUEST, START_REPLY):
            return DONE
        message.skip(NAMES - 10)
        for spec in (HOST, VENDOR):
            self.report.add(spec, message.take(64).partition(b"\0")[0])
        return MORE if side == CLIENT else DONE


def header(head: bytes) -> Claim:
    """Length, type, cookie."""
    if len(head) >= 4 and (not 12 <= head[0] << 8 | head[1] <= 512 or head[2] or head[3] not in (1, 2)):
        return NO
    if not COOKIE.startswith(head[4:8]):
        return NO
    return YES if len(head) >= 8 else MAYBE


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Both directions send the same messages."""
    return jointly(client, server, header)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Pptp, judge, PORTS, frozenset((0, 1)))
