"""AMQP 0-9-1 (section 4.2 of its specification), the header and the SASL layer of 1.0.

Claimed: the protocol header; mid-stream: a frame of a known class that ends where it should. Told: the virtual host and
the version. Queues, messages and credentials are not; a login that sends its secret is a risk flag. States: HANDSHAKE, OPEN.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import CLIENT, DONE, MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly, magic
from ._report import FieldSpec
from ._sasl import report_user
from ._secrets import CREDENTIALS, IN_CLEAR, sasl_in_clear
from ._shell import StreamProtocol

VHOST = FieldSpec("amqp_vhost", "Virtual host")
VERSION = FieldSpec("amqp_version", "Version")
PORTS = frozenset((5672,))
WORD = b"AMQP"
HEADER = 8
FRAME_HEADER, FRAME_END = 7, 0xCE
METHOD, CONTENT, BODY, HEARTBEAT = 1, 2, 3, 8
CLASSES = frozenset((10, 20, 30, 40, 50, 60, 85, 90))
CONNECTION, START_OK, OPEN, OPEN_OK = 10, 11, 40, 41
SASL_LAYER, SASL_INIT = 3, b"\0\x53\x41"
LIST_32, SYMBOL_8, BINARY_8 = 0xD0, 0xA3, 0xA0
MAXIMUM = 16 * 1024 * 1024


class _Amqp(FrameShell):
    """One connection."""

    __slots__ = ("_one",)

    label = "AMQP"
    idle_timeout = 1800.0

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._one = False
        """The other protocol of this name, AMQP 1.0, whose frames are laid out differently."""

    def head_size(self, side: int) -> int:
        """A connection begins with a header of eight octets, which no frame looks like."""
        return FRAME_HEADER if self.framing[side].frames else 1

    def length(self, side: int, head: bytes) -> int:
        """Header or frame."""
        if not self.framing[side].frames and head[:1] == b"A":
            return HEADER
        if len(head) < FRAME_HEADER:
            return 0
        if self._one:
            return max(int.from_bytes(head[:4], "big"), FRAME_HEADER + 1)
        size = int.from_bytes(head[3:7], "big")
        if head[0] not in (METHOD, CONTENT, BODY, HEARTBEAT) or size > MAXIMUM:
            raise ParseError("no AMQP frame")
        return FRAME_HEADER + size + 1

    def frame(self, side: int, message: Cursor) -> Status:
        """One frame."""
        report = self.report
        if message.peek(4) == WORD:
            message.skip(5)
            report.set(VERSION, ".".join(str(number) for number in message.take(3)))
            self._one = message.data[5:6] == b"\1"
            report.state = "HANDSHAKE"
            return DONE if self._one and message.data[4] != SASL_LAYER else MORE
        if self._one:
            self._sasl(message)
            return DONE if side == CLIENT else MORE
        kind = message.u8()
        message.skip(FRAME_HEADER - 1)
        if kind != METHOD or message.left < 4:
            return MORE
        class_, method = message.u16(), message.u16()
        if class_ != CONNECTION:
            return DONE if report.state == "OPEN" else MORE
        if method == START_OK and side == CLIENT:
            message.skip(message.u32())
            mechanism = message.take(message.u8())
            token = message.take(min(message.u32(), message.left))
            report_user(report, mechanism, token)
            if sasl_in_clear(mechanism):
                report.risk(IN_CLEAR)
                report.add(CREDENTIALS, token)
        elif method == OPEN and side == CLIENT:
            report.set(VHOST, message.take(message.u8()))
            report.summary = str(report.get(VHOST) or "")
        elif method == OPEN_OK:
            report.state = "OPEN"
        return MORE

    def _sasl(self, message: Cursor) -> None:
        """AMQP 1.0 part 5.3: a client's first frame is sasl-init, a list of the mechanism and what it begins with."""
        message.skip(4)
        message.skip(4 * message.u8() - 5)
        if message.take(3) != SASL_INIT:
            return
        message.skip(8 if message.u8() == LIST_32 else 2)
        if message.u8() != SYMBOL_8:
            return
        mechanism = message.take(message.u8())
        in_clear = sasl_in_clear(mechanism)
        if in_clear:
            self.report.risk(IN_CLEAR)
        if not message.at_end and message.u8() == BINARY_8:
            token = message.take(message.u8())
            report_user(self.report, mechanism, token)
            self.report.add(CREDENTIALS, token if in_clear else b"")


def header(head: bytes) -> Claim:
    """The header, or a frame."""
    if head[0] == WORD[0]:
        return magic(head, WORD)
    if head[0] not in (METHOD, CONTENT, BODY, HEARTBEAT):
        return NO
    if len(head) < FRAME_HEADER + 4:
        return MAYBE
    size = int.from_bytes(head[3:7], "big")
    class_, method = int.from_bytes(head[7:9], "big"), int.from_bytes(head[9:11], "big")
    if head[0] == HEARTBEAT:
        return WEAK if head[1:8] == b"\0\0\0\0\0\0\xce" else NO
    if size > MAXIMUM or head[0] == BODY or class_ not in CLASSES or (head[0] == METHOD and not 10 <= method <= 120):
        return NO
    if head[0] == CONTENT and method:
        return NO
    end = head[FRAME_HEADER + size : FRAME_HEADER + size + 1]
    return MAYBE if not end else YES if end[0] == FRAME_END else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """Frames alone belong to connections joined midway, or to an eager server."""
    claim = jointly(client, server, header)
    begun = client[:1] == b"A" or context.midstream
    return MAYBE if claim is YES and not begun and not client else claim if begun or not client else NO


PROTOCOL: ApplicationProtocol = StreamProtocol(_Amqp, judge, PORTS, frozenset((65, METHOD, CONTENT, HEARTBEAT)))
