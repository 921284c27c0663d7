"""World of Warcraft: the greeting of its game servers.

Claimed: the sentence both sides begin with, behind its length. Told: nothing more: the rest is encrypted.
"""

from __future__ import annotations

from ._contract import ApplicationProtocol, Claim, Context
from ._judge import NamedShell, jointly, magic
from ._shell import StreamProtocol

PORTS = frozenset((3724,))
SENTENCE = b"0\x00WORLD OF WARCRAFT CONNECTION - "


class _Wow(NamedShell):
    """One connection."""

    __slots__ = ()

    label = "WoW"


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """The directions differ in the last words only."""
    return jointly(client, server, lambda head: magic(head, SENTENCE))


PROTOCOL: ApplicationProtocol = StreamProtocol(_Wow, judge, PORTS, frozenset(b"0"))
