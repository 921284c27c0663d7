"""DRDA, the protocol of DB2 and Derby (The Open Group, "DRDA V5 Volume 3: DDM").

Claimed: a DSS header whose two lengths agree, with a code point of DDM. Told: nothing: what follows are names,
passwords and statements.
"""

from __future__ import annotations

from ._contract import MAYBE, NO, YES, ApplicationProtocol, Claim, Context
from ._judge import NamedShell, jointly
from ._shell import StreamProtocol

PORTS = frozenset((446, 1527))
"""And 50000, which is any client's port too."""
HEADER = 10
MAGIC = 0xD0
CODE_POINTS = frozenset((0x10, 0x11, 0x12, 0x14, 0x20, 0x21, 0x22, 0x24))
"""Their first octet."""


class _Drda(NamedShell):
    """One connection."""

    __slots__ = ()

    label = "DRDA"


def structure(head: bytes) -> Claim:
    """Length, magic, format, correlation; length and code point of the first object."""
    if len(head) > 2 and head[2] != MAGIC:
        return NO
    if len(head) < HEADER:
        return MAYBE
    size, inner = int.from_bytes(head[:2], "big"), int.from_bytes(head[6:8], "big")
    fits = inner == size - 6 and head[3] & 15 in (1, 2, 3, 4, 5) and head[8] in CODE_POINTS
    return YES if fits else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Requests and replies have the same header."""
    return jointly(client, server, structure)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Drda, judge, PORTS, None)
