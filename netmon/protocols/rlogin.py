"""BSD Rlogin (RFC 1282).

Claimed: the client's four strings (an empty one, its user, the server's user, terminal and speed) and the server's zero
octet. Told: the terminal. User names are not, and what is typed goes in the clear.
"""

from __future__ import annotations

import re

from ._contract import CLIENT, DONE, MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._shell import StreamProtocol, StreamShell

PORTS = frozenset((513,))
_OPENING = re.compile(rb"\0[\x21-\x7e]{0,64}\0[\x21-\x7e]{1,64}\0([A-Za-z0-9._+-]{1,64})/(\d{1,7})\0")
_BEGINNING = re.compile(rb"\0(?:[\x21-\x7e]{0,64}(?:\0(?:[\x21-\x7e]{1,64}(?:\0[A-Za-z0-9._+-]{0,64}(?:/\d{0,7})?)?)?)?)?")
TERMINAL = FieldSpec("rlogin_terminal", "Terminal")
SPEED = FieldSpec("rlogin_speed", "Speed")
LONGEST = 210


class _Rlogin(StreamShell):
    """One log-in."""

    __slots__ = ("_head",)

    label = "Rlogin"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._head = b""
        self.report.risk("clear-text-credentials")

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:  # noqa: ARG002  the strings carry no time
        """Until the strings are complete."""
        if side != CLIENT:
            return MORE
        self._head += data[: LONGEST - len(self._head)]
        match = _OPENING.match(self._head)
        if match:
            self.report.set(TERMINAL, match[1])
            self.report.set(SPEED, int(match[2]))
            self.report.state = "ESTABLISHED"
        return DONE if match or len(self._head) >= LONGEST else MORE

    def gap(self, side: int, length: int) -> Status:  # noqa: ARG002  nothing can be learnt behind a gap
        """What is missing cannot be told."""
        return DONE if side == CLIENT else MORE


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """See the module."""
    if server[:1] not in (b"", b"\0"):
        return NO
    if _OPENING.match(client):
        return YES
    return MAYBE if not client or _BEGINNING.fullmatch(client) else NO


PROTOCOL: ApplicationProtocol = StreamProtocol(_Rlogin, judge, PORTS, frozenset((0,)))
