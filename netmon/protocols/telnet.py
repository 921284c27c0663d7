"""Telnet: RFC 854, RFC 855 and the options' own documents.

Claimed: option negotiation (IAC WILL, WONT, DO, DONT, SB) as the first thing either end says, with more of it or
text behind it. Told: nothing but that, since
all the rest is somebody's terminal in clear. States: NEGOTIATION, ESTABLISHED.
"""

from __future__ import annotations

from ._contract import DONE, MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._shell import StreamProtocol, StreamShell

IAC, SE, SB, WILL, DONT = 255, 240, 250, 251, 254
PORTS = frozenset((23, 2323, 107, 992))
_TERMINAL = frozenset((0, 7, 8, 9, 10, 13, 27, *range(32, 127)))
"""What a terminal is sent beside commands."""
ENOUGH = 8
"""Octets of text after which nothing more is told."""
_TEXT, _COMMAND, _OPTION, _INSIDE, _LEAVING = range(5)
"""Where a direction stands: text, behind IAC, before an option's number, in a subnegotiation, behind IAC in there."""


class _Telnet(StreamShell):
    """One session."""

    __slots__ = ("_places", "_text")

    label = "Telnet"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._places = [_TEXT, _TEXT]
        self._text = 0
        """Octets of either direction that belong to no command."""
        self.report.state = "NEGOTIATION"
        self.report.risk("clear-text-session")

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:  # noqa: ARG002
        """Text means the session is on."""
        place = self._places[side]
        for octet in data:
            place = self._step(place, octet)
            if self._text >= ENOUGH:
                self.report.state = "ESTABLISHED"
                return DONE
        self._places[side] = place
        return MORE

    def _step(self, place: int, octet: int) -> int:
        """One octet; where the direction stands behind it."""
        if place == _TEXT and octet != IAC:
            self._text += 1
        elif place == _TEXT:
            place = _COMMAND
        elif place == _COMMAND:
            place = _INSIDE if octet == SB else _OPTION if WILL <= octet <= DONT else _TEXT
        elif place == _INSIDE:
            place = _LEAVING if octet == IAC else _INSIDE
        elif place == _LEAVING:
            place = _TEXT if octet == SE else _INSIDE
        else:
            place = _TEXT
        return place

    def gap(self, side: int, length: int) -> Status:  # noqa: ARG002
        """Nothing depends on it."""
        return MORE


def _looks(head: bytes, usual: bool) -> Claim:
    if head[0] != IAC:
        return NO
    if len(head) < 3:
        return MAYBE if len(head) < 2 or SB <= head[1] <= DONT else NO
    known_option = head[2] <= 49 or head[2] in (138, 139, 140, 255)
    if not SB <= head[1] <= DONT or not known_option:
        return NO
    if len(head) == 3:
        return YES if usual else MAYBE
    return YES if head[1] == SB or head[3] == IAC or head[3] in _TERMINAL else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """See the module."""
    usual = context.server_port in PORTS
    answers = [_looks(head, usual) for head in (client, server) if head]
    if answers == [MAYBE, MAYBE] and len(client) == len(server) == 3:
        return YES  # asked and answered
    for answer in (YES, MAYBE):
        if answer in answers:
            return answer
    return NO if answers else MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Telnet, judge, PORTS, frozenset((IAC,)))
