"""RPKI to router protocol (RFC 6810, RFC 8210).

Claimed: a router's query and a cache's answer; PDUs have a version, a type and the length of that type. Told: nothing
more.
"""

from __future__ import annotations

from ._contract import MAYBE, NO, WEAK, ApplicationProtocol, Claim, Context
from ._judge import NamedShell, jointly
from ._shell import StreamProtocol

PORTS = frozenset((323, 8282))
HEADER = 8
LENGTHS = {0: 12, 1: 12, 2: 8, 3: 8, 4: 20, 6: 32, 8: 8}
"""Of the types whose length is fixed (End of Data grew in version 1)."""
END_OF_DATA = {0: 12, 1: 24, 2: 24}


class _RpkiRtr(NamedShell):
    """One connection."""

    __slots__ = ()

    label = "RPKI-RTR"


def pdu(head: bytes) -> Claim:
    """Version, type, session, length."""
    if head[0] > 2 or (len(head) > 1 and head[1] > 11):
        return NO
    if len(head) < HEADER:
        return MAYBE
    size = int.from_bytes(head[4:8], "big")
    if head[1] == 7:
        return WEAK if size == END_OF_DATA[head[0]] else NO
    return WEAK if LENGTHS.get(head[1]) == size else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """Both directions; one alone on the usual ports."""
    claim = jointly(client, server, pdu)
    return MAYBE if claim is WEAK and context.server_port not in PORTS else claim


PROTOCOL: ApplicationProtocol = StreamProtocol(_RpkiRtr, judge, PORTS, frozenset((0, 1, 2)))
