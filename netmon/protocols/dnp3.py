"""DNP3 (IEEE 1815) over TCP and UDP.

Claimed: start bytes 05 64 and a header whose checksum is right. Told: function codes, link addresses. Objects are not.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._report import FieldSpec, Report
from ._shell import StreamProtocol
from ._udp import DatagramInspector, DatagramProtocol

PORTS = frozenset((20000,))
START = b"\x05\x64"
HEADER = 10
BLOCK = 16
FIRST = 0x40
"""Transport header: the first segment of a fragment, which holds the application header."""
UNCONFIRMED, CONFIRMED = 4, 3
FUNCTION = FieldSpec("dnp3_func", "Functions", multiple=True, limit=64)
ADDRESS = FieldSpec("dnp3_address", "Link addresses", multiple=True)


def _table() -> tuple[int, ...]:
    """CRC-16/DNP: polynomial 0x3D65 reflected."""
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ 0xA6BC if value & 1 else value >> 1
        table.append(value)
    return tuple(table)


_TABLE = _table()


def checksum(data: bytes) -> int:
    """As it stands on the wire, least significant byte first."""
    value = 0
    for octet in data:
        value = value >> 8 ^ _TABLE[(value ^ octet) & 0xFF]
    return value ^ 0xFFFF


def frame_length(header: bytes) -> int:
    """Whole length; ``ParseError`` when the header is none."""
    if not header.startswith(START) or header[2] < 5 or checksum(header[:8]) != int.from_bytes(header[8:10], "little"):
        raise ParseError("no DNP3 header")
    user = header[2] - 5
    return HEADER + user + 2 * ((user + BLOCK - 1) // BLOCK)


def _tell(report: Report, frame: Cursor) -> None:
    """One frame, header included."""
    frame.skip(3)
    control, destination, source = frame.u8(), frame.u16le(), frame.u16le()
    frame.skip(2)
    for address in (source, destination):
        report.add(ADDRESS, address)
    if control & 0x40 and control & 15 not in (UNCONFIRMED, CONFIRMED):
        return  # link management
    if frame.left >= 3 and frame.u8() & FIRST:
        frame.skip(1)  # application control
        report.add(FUNCTION, frame.u8())


class _Stream(FrameShell):
    """Over TCP."""

    __slots__ = ()

    label, header, limit = "DNP3", HEADER, 32

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002
        """By the link header."""
        return frame_length(head)

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002
        """One frame."""
        _tell(self.report, message)
        return MORE


class _Datagram(DatagramInspector):
    """Over UDP."""

    label = "DNP3"

    def take(self, data: bytes) -> Status:
        """Frames, one after another."""
        cursor = Cursor(data)
        while not cursor.at_end:
            size = frame_length(cursor.peek(HEADER).ljust(HEADER, b"\0"))
            _tell(self.report, cursor.sub(min(size, cursor.left)))
        return MORE


def _looks(head: bytes) -> Claim:
    if len(head) < HEADER:
        return MAYBE if START.startswith(head[:2]) else NO
    try:
        frame_length(head[:HEADER])
    except ParseError:
        return NO
    return YES


def _recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001
    return YES if _looks(data) is YES else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Either end."""
    answers = [_looks(head) for head in (client, server) if head]
    for answer in (YES, NO):
        if answer in answers:
            return answer
    return MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(
    _Stream, judge, PORTS, frozenset((5,)), DatagramProtocol(_Datagram, _recognise, PORTS)
)
