"""RakNet: the datagram layer of many games.

Claimed, on any port: an unconnected message with its sixteen magic octets at their place. Read: message kinds, and from a
pong the first words of the server's own description. What follows once connected is passed over.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

PORT = 19132
MAGIC = bytes.fromhex("00ffff00fefefefefdfdfdfd12345678")
MESSAGES = {
    0x01: ("UNCONNECTED_PING", 9), 0x02: ("UNCONNECTED_PING_OPEN", 9), 0x1C: ("UNCONNECTED_PONG", 17),
    0x05: ("OPEN_CONNECTION_REQUEST_1", 1), 0x06: ("OPEN_CONNECTION_REPLY_1", 1), 0x07: ("OPEN_CONNECTION_REQUEST_2", 1),
    0x08: ("OPEN_CONNECTION_REPLY_2", 1), 0x11: ("CONNECTION_ATTEMPT_FAILED", 1), 0x12: ("ALREADY_CONNECTED", 1),
    0x14: ("NO_FREE_INCOMING_CONNECTIONS", 1), 0x17: ("CONNECTION_BANNED", 1), 0x19: ("INCOMPATIBLE_PROTOCOL_VERSION", 2),
    0x1A: ("IP_RECENTLY_CONNECTED", 1),
}  # fmt: skip
"""Name, and where the magic stands."""
MESSAGE = FieldSpec("raknet_message", "Message", multiple=True)
SERVER = FieldSpec("raknet_server", "Server", multiple=True)


def message(data: bytes) -> str:
    """The name of an unconnected message."""
    name, at = MESSAGES.get(data[0], ("", 0)) if data else ("", 0)
    if not name or data[at : at + 16] != MAGIC:
        raise ParseError("no unconnected message")
    return name


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By the magic."""
    try:
        message(data)
    except ParseError:
        return NO
    return YES


class _RakNet(DatagramInspector):
    """One client and server."""

    __slots__ = ()

    label = "RakNet"
    afterwards = "CONNECTED"

    def take(self, data: bytes) -> Status:
        report = self.report
        name = message(data)
        report.add(MESSAGE, name)
        report.state = name
        if data[0] == 0x1C and len(data) > 35:
            report.add(SERVER, data[35:163])
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(_RakNet, recognise, frozenset((PORT,)), frozenset(MESSAGES))
