"""MSN Messenger's notification protocol (MSNP).

Claimed: the client's version command. Told: nothing more; it has been out of service since 2013 and lives in captures.
"""

from __future__ import annotations

import re

from ._contract import MAYBE, NO, YES, ApplicationProtocol, Claim, Context
from ._judge import NamedShell, jointly
from ._shell import StreamProtocol

PORTS = frozenset((1863,))
_VERSION = re.compile(rb"VER \d{1,10} MSNP\d")
_BEGINNING = re.compile(rb"V(?:E(?:R(?: (?:\d{1,10}(?: (?:M(?:S(?:N(?:P)?)?)?)?)?)?)?)?)?")


class _Msn(NamedShell):
    """One connection."""

    __slots__ = ()

    label = "MSN"


def hello(head: bytes) -> Claim:
    """The version command of a client, echoed by the server."""
    if _VERSION.match(head):
        return YES
    return MAYBE if _BEGINNING.fullmatch(head) else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """The server answers in kind."""
    return jointly(client, server, hello)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Msn, judge, PORTS, frozenset(b"V"))
