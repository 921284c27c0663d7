"""Modbus/TCP: "MODBUS Messaging on TCP/IP Implementation Guide" V1.0b.

Claimed: a request and a response whose headers agree; one direction alone on the usual port. Told: function codes and
exceptions. Registers are not. Exchange: ``modbus``, by transaction.
"""

from __future__ import annotations

from typing import Final

from netmon.errors import ParseError

from ._contract import CLIENT, MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._report import FieldSpec
from ._shell import StreamProtocol

PORTS: Final = frozenset((502,))
HEADER: Final = 8
EXCEPTION: Final = 0x80
EXCHANGE: Final = "modbus"
FUNCTION: Final = FieldSpec("modbus_func", "Functions", multiple=True, limit=64)
UNIT: Final = FieldSpec("modbus_unit", "Units", multiple=True)
EXCEPTIONS: Final = FieldSpec("modbus_exception", "Exceptions", multiple=True)


class _Modbus(FrameShell):
    """One connection."""

    __slots__ = ()

    label = "Modbus"
    header = HEADER
    limit = 16

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002
        """Transaction, protocol 0, length, unit, function."""
        size = int.from_bytes(head[4:6], "big")
        if head[2:4] != b"\0\0" or not 2 <= size <= 260 or not head[7] & 0x7F:
            raise ParseError("no Modbus header")
        return 6 + size

    def frame(self, side: int, message: Cursor) -> Status:
        """One request or response."""
        transaction = message.u16()
        message.skip(4)
        unit, function = message.u8(), message.u8()
        report = self.report
        report.add(UNIT, unit)
        report.add(FUNCTION, function & 0x7F)
        if function & EXCEPTION and message.left:
            report.add(EXCEPTIONS, message.u8())
        tell = report.request if side == CLIENT else report.response
        tell(transaction, self.now, EXCHANGE)
        return MORE


def _header(head: bytes) -> bytes | None:
    """Transaction, unit and function when it is a header; empty while too short."""
    if len(head) < HEADER:
        return b"" if head[2:4] in (b"", b"\0", b"\0\0") and head[4:5] in (b"", b"\0", b"\1") else None
    size = int.from_bytes(head[4:6], "big")
    if head[2:4] != b"\0\0" or not 2 <= size <= 260 or not head[7] & 0x7F:
        return None
    following = head[6 + size + 2 : 6 + size + 4]
    if not b"\0\0".startswith(following):
        return None
    return head[:2] + head[6:7] + bytes((head[7] & 0x7F,))


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """Both ends where both have spoken."""
    if not client and not server:
        return MAYBE
    headers = [_header(head) for head in (client, server) if head]
    if None in headers:
        return NO
    if b"" in headers:
        return MAYBE
    usual = context.server_port in PORTS or context.client_port in PORTS
    if len(headers) == 2:
        agree = headers[0] == headers[1]
        return YES if agree or usual else WEAK if context.midstream else NO
    return YES if usual and context.server_port in PORTS and client else WEAK if usual else MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Modbus, judge, PORTS)
