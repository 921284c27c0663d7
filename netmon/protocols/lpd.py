"""LPD, the line printer daemon protocol (RFC 1179).

Claimed: on its port only, since a command is one octet and a word: a job or a question about a queue, answered as the
protocol demands. Told: nothing: names of jobs are somebody's.
"""

from __future__ import annotations

import re

from ._contract import MAYBE, NO, WEAK, YES, ApplicationProtocol, Claim, Context
from ._judge import NamedShell
from ._shell import StreamProtocol

PORTS = frozenset((515,))
_COMMAND = re.compile(rb"[\x01-\x05][\x21-\x7e]{1,63}(?: [\x20-\x7e]{1,200})?\n")
_BEGINNING = re.compile(rb"[\x01-\x05](?:[\x21-\x7e]{1,63}(?: [\x20-\x7e]{0,200})?)?")


class _Lpd(NamedShell):
    """One connection."""

    __slots__ = ()

    label = "LPD"


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """Command, queue; the server acknowledges with a zero octet or answers in text."""
    if context.server_port not in PORTS or (server and server[0] and not server.isascii()):
        return NO
    if _COMMAND.match(client):
        return YES if server else WEAK
    return MAYBE if not client or _BEGINNING.fullmatch(client) else NO


PROTOCOL: ApplicationProtocol = StreamProtocol(_Lpd, judge, PORTS, frozenset(range(1, 6)))
