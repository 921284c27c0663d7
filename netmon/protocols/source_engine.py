"""Server queries of the Source game engine (A2S).

Claimed: four 0xFF octets before the query with text, on any port; other known queries and answers weakly, surely on port
27015. Read: kinds of messages, and from an answer the server's name, map and game.
"""

from __future__ import annotations

from netmon.errors import NeedMore, ParseError

from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT = 27015
SINGLE = b"\xff\xff\xff\xff"
INFO_QUERY = b"TSource Engine Query\0"
MESSAGES = {0x41: "CHALLENGE", 0x44: "PLAYERS", 0x45: "RULES", 0x49: "INFO", 0x55: "PLAYER_QUERY", 0x56: "RULES_QUERY",
            0x57: "CHALLENGE_QUERY"}  # fmt: skip
_NINE = frozenset((0x41, 0x55, 0x56, 0x57))
"""Messages of exactly nine octets."""
_INFO = 0x49
MESSAGE = FieldSpec("source_message", "Message", multiple=True)
SERVER = FieldSpec("source_server", "Server")
MAP = FieldSpec("source_map", "Map")
GAME = FieldSpec("source_game", "Game")


def message(data: bytes) -> str:
    """What a datagram is."""
    if not data.startswith(SINGLE) or len(data) < 6:
        raise ParseError("no query")
    if data[4:].startswith(INFO_QUERY):
        return "INFO_QUERY"
    name = MESSAGES.get(data[4])
    if name is None or (data[4] in _NINE and len(data) != 9):
        raise ParseError("unknown message")
    return name


def recognise(context: Context, data: bytes) -> Claim:
    """The query with text is sure, the rest by the port."""
    try:
        word = message(data)
    except ParseError:
        return NO
    return YES if word == "INFO_QUERY" or on_port(context, PORT) else WEAK


class _Source(DatagramInspector):
    """One conversation."""

    __slots__ = ()

    label = "Source-Engine"

    def take(self, data: bytes) -> Status:
        word, report = message(data), self.report
        report.add(MESSAGE, word)
        report.state = word
        if data[4] == _INFO:
            cursor = Cursor(data, 6)
            try:
                texts = [cursor.until(b"\0", 256) for _ in range(4)]
            except NeedMore:
                return MORE
            for spec, text in ((SERVER, texts[0]), (MAP, texts[1]), (GAME, texts[3])):
                report.set(spec, text)
            report.summary = f"{report.get(GAME) or ''} {report.get(SERVER) or ''}".strip()
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Source, recognise, frozenset((PORT,)), frozenset((0xFF,)))
