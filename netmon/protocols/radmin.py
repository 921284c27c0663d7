"""Radmin, remote administration.

There is no public document; the layout is the one the field agrees on. Claimed: the opening of the client, and the answer of
the server. Told: nothing, as sessions are encrypted.
"""

from __future__ import annotations

from ._contract import MAYBE, NO, WEAK, YES, ApplicationProtocol, Claim, Context
from ._judge import NamedShell, magic
from ._shell import StreamProtocol

PORTS = frozenset((4899,))
OPENING, ANSWER = bytes.fromhex("01000000010000000808"), b"\1\0\0\0%"


class _Radmin(NamedShell):
    """One session."""

    __slots__ = ()

    label = "Radmin"


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """Opening, answer."""
    if server and magic(server, ANSWER) is NO:
        return NO
    claim = magic(client, OPENING) if client else MAYBE
    if claim is YES and len(server) < len(ANSWER):
        return WEAK if context.server_port in PORTS else MAYBE
    return claim


PROTOCOL: ApplicationProtocol = StreamProtocol(_Radmin, judge, PORTS, frozenset((1,)))
