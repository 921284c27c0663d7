"""Quake and the games built on its engines: connectionless messages of QuakeWorld, Quake II and III, and NetQuake's control.

Claimed: four 0xFF octets and a word of the protocol, or a control packet whose length fits and that names the game. Told:
the messages. Names, passwords and what is said are not.
"""

from __future__ import annotations

import re

from netmon.errors import ParseError

from ._contract import MORE, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

PORTS = frozenset((26000, 27500, 27910, 27950, 27960, 27961))
OUT_OF_BAND = b"\xff\xff\xff\xff"
_WORD = re.compile(
    rb"(?:\xff\xff\xff\xff)(getinfo|infoResponse|getstatus|statusResponse|getchallenge|challengeResponse|connectResponse|"
    rb"getservers(?:Ext|Response|ExtResponse)?|getKeyAuthorize|keyAuthorize|client_connect|disconnect|heartbeat|connect|"
    rb"info|status|print|rcon|ping|ack)(?=[\s\0\"\\]|$)"
)
_SURE = frozenset((b"getinfo", b"infoResponse", b"getstatus", b"statusResponse", b"challengeResponse", b"connectResponse",
                   b"getservers", b"getserversExt", b"getserversResponse", b"getserversExtResponse", b"getKeyAuthorize",
                   b"keyAuthorize", b"client_connect"))  # fmt: skip
CONTROL = 0x80
NAME = b"QUAKE\0"
CONTROLS = {1: "CONNECTION_REQUEST", 2: "SERVER_INFO_REQUEST"}
MESSAGE = FieldSpec("quake_message", "Messages", multiple=True)


def message(data: bytes) -> str:
    """The word of a message without connection; ``ParseError`` when there is none."""
    match = _WORD.match(data)
    if match:
        return match[1].decode("ascii")
    named = data[5 : 5 + len(NAME)] == NAME
    if data[:2] == b"\x80\0" and int.from_bytes(data[2:4], "big") == len(data) and named and data[4] in CONTROLS:
        return CONTROLS[data[4]]
    raise ParseError("no connectionless message")


class _Quake(DatagramInspector):
    """One player or browser and a server."""

    __slots__ = ()

    label = "Quake"
    afterwards = "CONNECTED"

    def take(self, data: bytes) -> Status:
        report = self.report
        word = message(data)
        report.add(MESSAGE, word)
        report.state = report.summary = word
        if word == "rcon":
            report.risk("clear-text-credentials")
        return MORE


def recognise(context: Context, data: bytes) -> Claim:
    """Words of the newer engines are sure, short ones by the port."""
    word = message(data)
    usual = context.server_port in PORTS or context.client_port in PORTS
    return YES if usual or data[0] == CONTROL or word.encode("ascii") in _SURE else WEAK


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Quake, recognise, frozenset((26000,)), frozenset((0xFF, CONTROL)))
