"""TeamSpeak: the voice protocol of version 3, and the log-in of version 2.

There is no public document; the layout is the one the field agrees on. Claimed: the word of the handshake of version 3 in
place of a check sum, or the class and type of a version 2 log-in with its size. Told: version and steps. Names are not.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

PORTS = frozenset((9987,))
INIT = b"TS3INIT1"
LOGIN_2 = b"\xf4\xbe\x03\x00"
LOGIN_2_SIZE = 180
ANSWER_2, ANSWER_2_SIZE = b"\xf4\xbe\x04\x00", 436
INIT_ID = b"\x00\x65"
INIT_TYPE = 8
VERSION = FieldSpec("teamspeak_version", "Version")
STEP = FieldSpec("teamspeak_step", "Handshake", multiple=True)
CLIENT_HEADER, SERVER_HEADER = 13, 11


def step(data: bytes) -> str:
    """The step of a handshake; ``ParseError`` when it is none. Clients put their number between packet number and type."""
    if data.startswith(INIT) and data[8:10] == INIT_ID:
        for at in (CLIENT_HEADER, SERVER_HEADER):
            if len(data) > at and data[at - 1] & 0x0F == INIT_TYPE:
                index = at + 4 if at == CLIENT_HEADER else at
                if index < len(data):
                    return f"INIT_{data[index]}"
    if (data.startswith(LOGIN_2) and len(data) == LOGIN_2_SIZE) or (
        data.startswith(ANSWER_2) and len(data) == ANSWER_2_SIZE
    ):
        return "LOGIN" if data[2] == 3 else "LOGIN_REPLY"
    raise ParseError("no handshake")


class _TeamSpeak(DatagramInspector):
    """One client and its server."""

    __slots__ = ()

    label = "TeamSpeak"
    afterwards = "CONNECTED"

    def take(self, data: bytes) -> Status:
        report = self.report
        name = step(data)
        report.set(VERSION, 3 if name.startswith("INIT") else 2)
        report.add(STEP, name)
        report.state = "HANDSHAKE"
        return MORE


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By the handshake."""
    step(data)
    return YES


PROTOCOL: ApplicationProtocol = DatagramProtocol(_TeamSpeak, recognise, PORTS, frozenset(b"T\xf4"))
