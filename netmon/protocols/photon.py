"""Photon, the network of many games (Exit Games, on top of eNet), over UDP.

There is no public document; the layout is the one the field agrees on. Claimed: a header and as many commands as it says, of
kinds that exist, whose lengths fill the datagram. Told: kinds of commands.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Look, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

HEADER, COMMAND = 12, 12
COMMANDS = {
    1: "ACKNOWLEDGE", 2: "CONNECT", 3: "VERIFY_CONNECT", 4: "DISCONNECT", 5: "PING", 6: "SEND_RELIABLE",
    7: "SEND_UNRELIABLE", 8: "SEND_FRAGMENT", 11: "SEND_UNSEQUENCED", 12: "SERVER_TIME", 14: "SEND_RELIABLE_UNSEQUENCED",
    15: "SEND_FRAGMENT_UNSEQUENCED", 16: "ACKNOWLEDGE_UNSEQUENCED",
}  # fmt: skip
_EXACT = {1: 20, 2: 44, 3: 44, 5: 12}
MOST = 64
KIND = FieldSpec("photon_command", "Commands", multiple=True)


def commands(data: bytes) -> list[int]:
    """Kinds of the commands in a datagram; ``ParseError`` when they do not fill it. With a check sum they begin later."""
    if len(data) < HEADER + COMMAND or not 0 < data[3] <= MOST or data[2] not in (0, 0xCC):
        raise ParseError("no header")
    cursor = Cursor(data, HEADER + (4 if data[2] else 0))
    found: list[int] = []
    for _ in range(data[3]):
        kind = cursor.u8()
        cursor.skip(3)
        size = cursor.u32()
        if kind not in COMMANDS or size < COMMAND or size != _EXACT.get(kind, size):
            raise ParseError("no command")
        cursor.skip(size - 8)
        found.append(kind)
    if not cursor.at_end:
        raise ParseError("octets left over")
    return found


class _Photon(DatagramInspector):
    """One player and a server."""

    __slots__ = ()

    label = "Photon"

    def take(self, data: bytes) -> Status:
        for kind in commands(data):
            self.report.add(KIND, COMMANDS[kind])
            self.report.state = COMMANDS[kind]
        return MORE


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By commands that fill it."""
    if len(data) < HEADER + COMMAND or data[2] not in (0, 0xCC) or not 0 < data[3] <= MOST:
        return NO
    commands(data)
    return YES


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Photon, recognise, look=Look(HEADER + COMMAND, 2, frozenset((0, 0xCC))))
