"""S7comm and S7comm-plus, Siemens' controller protocol on ISO transport (TPKT, X.224 class 0).

There is no public document; the layout is the one the field agrees on (magic 0x32, ROSCTR, PDU reference, lengths).
Claimed: a data PDU with the magic 0x32 or 0x72. Told: functions. Values are not. States: CONNECT, ESTABLISHED.
"""

from __future__ import annotations

from netmon.errors import NeedMore, ParseError

from . import _tpkt
from ._contract import MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._report import FieldSpec
from ._shell import StreamProtocol

PORTS = frozenset((102,))
MAGIC, MAGIC_PLUS = 0x32, 0x72
JOB, KINDS, USER_DATA = 1, (1, 2, 3, 7), 7
TRANSPORT_SELECTORS = (0xC1, 0xC2)
FUNCTIONS = {
    0x00: "CPU_SERVICES", 0x04: "READ", 0x05: "WRITE", 0x1A: "REQUEST_DOWNLOAD", 0x1B: "DOWNLOAD", 0x1C: "END_DOWNLOAD",
    0x1D: "START_UPLOAD", 0x1E: "UPLOAD", 0x1F: "END_UPLOAD", 0x28: "CONTROL", 0x29: "STOP", 0xF0: "SETUP",
}  # fmt: skip
FUNCTION = FieldSpec("s7_function", "Functions", multiple=True)


class _S7(FrameShell):
    """One connection."""

    __slots__ = ()

    label, header, limit = "S7comm", _tpkt.HEADER, 64

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002
        """TPKT."""
        return _tpkt.length(head)

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002
        """One TPKT."""
        message.skip(_tpkt.HEADER)
        transport = message.sub(message.u8())
        kind = transport.u8() & 0xF0
        report = self.report
        if kind in (_tpkt.CONNECTION_REQUEST, _tpkt.CONNECTION_CONFIRM):
            report.state = "CONNECT"
        if kind != _tpkt.DATA or message.left < 2:
            return MORE
        report.state = "ESTABLISHED"
        magic, rosctr = message.u8(), message.u8()
        if magic == MAGIC and rosctr == JOB:
            message.skip(8)
            function = message.u8()
            report.add(FUNCTION, FUNCTIONS.get(function, f"0x{function:02x}"))
        elif magic == MAGIC and rosctr == USER_DATA:
            report.add(FUNCTION, "USER_DATA")
        return MORE


def _selects(transport: Cursor) -> bool:
    """A connection PDU with transport selectors, as controllers use them."""
    transport.skip(5)  # references, class
    while transport.left >= 2:
        code = transport.u8()
        transport.skip(transport.u8())
        if code in TRANSPORT_SELECTORS:
            return True
    return False


def _looks(head: bytes) -> Claim:
    """Connection PDUs may be S7's; a data PDU tells."""
    cursor = Cursor(head)
    for _ in range(4):
        if cursor.left < _tpkt.HEADER:
            return MAYBE if _tpkt.plausible(cursor.rest()) else NO
        try:
            packet = cursor.sub(min(_tpkt.length(cursor.peek(_tpkt.HEADER)), cursor.left))
            packet.skip(_tpkt.HEADER)
            transport = packet.sub(packet.u8())
            kind = transport.u8() & 0xF0
            if kind == _tpkt.DATA:
                magic = packet.u8()
                if magic == MAGIC and packet.at_end and cursor.left:
                    continue  # a fragment of nothing but the magic
                return YES if magic == MAGIC_PLUS or (magic == MAGIC and packet.u8() in KINDS) else NO
            connects = kind in (_tpkt.CONNECTION_REQUEST, _tpkt.CONNECTION_CONFIRM)
            if not connects or not _selects(transport):
                return NO
        except NeedMore:
            return MAYBE
        except ParseError:
            return NO
    return NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """Either end; connection PDUs alone on the usual port are a hint."""
    answers = [_looks(head) for head in (client, server) if head]
    if NO in answers:
        return NO
    if YES in answers:
        return YES
    return WEAK if context.server_port in PORTS and len(client) > 10 else MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_S7, judge, PORTS, frozenset((3,)))
