"""KCP, reliable transport over UDP (github.com/skywind3000/kcp).

Claimed: segments of one conversation, with commands that exist and lengths that fill the datagram, in which data was pushed
with a plausible window. Told: commands. What is carried is not.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Look, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

HEADER = 24
COMMANDS = {81: "PUSH", 82: "ACK", 83: "WINDOW_ASK", 84: "WINDOW_TELL"}
PUSH = 81
LARGEST_WINDOW = 0x4000
MOST = 64
COMMAND = FieldSpec("kcp_command", "Commands", multiple=True)


def segments(data: bytes) -> list[int]:
    """Commands of the segments; ``ParseError`` when they do not fill the datagram."""
    cursor = Cursor(data)
    conversation = data[:4]
    found: list[int] = []
    while not cursor.at_end:
        if cursor.take(4) != conversation or len(found) >= MOST:
            raise ParseError("another conversation")
        kind = cursor.u8()
        cursor.skip(1)
        window = cursor.u16le()
        cursor.skip(12)
        size = cursor.u32le()
        if kind not in COMMANDS or not 0 < window <= LARGEST_WINDOW or (size and kind != PUSH):
            raise ParseError("no segment")
        cursor.skip(size)
        found.append(kind)
    return found


class _Kcp(DatagramInspector):
    """One conversation."""

    __slots__ = ()

    label = "KCP"

    def take(self, data: bytes) -> Status:
        for kind in segments(data):
            self.report.add(COMMAND, COMMANDS[kind])
            self.report.state = COMMANDS[kind]
        return MORE


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Several segments, or one with data, are sure; a bare one says less."""
    if len(data) < HEADER or not PUSH <= data[4] <= 84 or not any(data[:4]):
        return NO
    found = segments(data)
    return YES if len(found) > 1 or (PUSH in found and len(data) > HEADER) else WEAK


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Kcp, recognise, look=Look(HEADER, 4, frozenset(COMMANDS)))
