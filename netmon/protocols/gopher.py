"""Gopher (RFC 1436).

Claimed: one line from the client and a menu from the server: lines of type, title, selector, host and port; on the usual
port one menu line and a selector suffice. Told: the kinds of items, not what was asked for or found.
"""

from __future__ import annotations

import re

from ._contract import DONE, MAYBE, MORE, NO, SERVER, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._lines import LineShell
from ._report import FieldSpec
from ._shell import StreamProtocol

PORTS = frozenset((70,))
_SELECTOR = re.compile(rb"[^\0-\x08\x0a-\x1f\x7f]{0,255}\r?\n")
_ITEM = re.compile(
    rb"([0-9+gIThidpsc;:<PMR!])([^\t\r\n]{0,256})\t([^\t\r\n]{0,256})\t([^\t\r\n]{1,255})\t(\d{1,5})(?:\t\+?)?\r?$"
)
TYPES = {"0": "TEXT", "1": "MENU", "2": "CSO", "3": "ERROR", "4": "BINHEX", "5": "DOS", "6": "UUENCODED", "7": "SEARCH",
         "8": "TELNET", "9": "BINARY", "+": "MIRROR", "g": "GIF", "I": "IMAGE", "T": "TN3270", "h": "HTML", "i": "INFO",
         "d": "DOCUMENT", "s": "SOUND"}  # fmt: skip
ITEM = FieldSpec("gopher_item", "Kinds of items", multiple=True)
LINES = 200


class _Gopher(LineShell):
    """One question."""

    __slots__ = ("_count",)

    label, limit = "Gopher", 1024

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._count = 0

    def line(self, side: int, text: bytes) -> Status:
        """Menu lines of the server."""
        if side == SERVER:
            match = _ITEM.match(text)
            if match:
                kind = match[1].decode("ascii")
                self.report.add(ITEM, TYPES.get(kind, kind))
                self.report.state = "MENU"
            self._count += 1
        return DONE if self._count > LINES else MORE


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """See the module."""
    if client and b"\n" in client and not _SELECTOR.fullmatch(client):
        return NO
    if len(client) > 257 or (server and not chr(server[0]).isprintable()):
        return NO
    lines = server.split(b"\n", 4)[:-1][:3]
    if lines and client.endswith(b"\n"):
        items = sum(bool(_ITEM.match(line)) for line in lines)
        if items == len(lines) and (items > 1 or context.server_port in PORTS):
            return YES
        if items < len(lines):
            return WEAK if context.server_port in PORTS and items else NO
    return MAYBE if len(server) < 1600 else NO


PROTOCOL: ApplicationProtocol = StreamProtocol(_Gopher, judge, PORTS, frozenset(b"0123456789+gIThidpsc;:<PMR!"))
