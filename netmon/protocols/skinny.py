"""SCCP ("Skinny"): Cisco telephones and their call manager.

Claimed: messages of both directions, or two in a row, with a length, a version and an identifier that fit. Told:
nothing more: it would be who called whom.
"""

from __future__ import annotations

from ._contract import MAYBE, NO, WEAK, YES, ApplicationProtocol, Claim, Context
from ._judge import NamedShell, jointly
from ._shell import StreamProtocol

PORTS = frozenset((2000,))
HEADER = 12
VERSIONS = frozenset((0, *range(0x0A, 0x18)))
LARGEST = 4096


class _Sccp(NamedShell):
    """One connection."""

    __slots__ = ()

    label = "SCCP"


def message(head: bytes) -> Claim:
    """Length, version, identifier, all least significant octet first."""
    if head[2:4].strip(b"\0") or head[5:8].strip(b"\0") or (len(head) > 4 and head[4] not in VERSIONS):
        return NO
    if len(head) < HEADER:
        return MAYBE
    size, kind = int.from_bytes(head[:4], "little"), int.from_bytes(head[8:12], "little")
    if not 4 <= size <= LARGEST or (kind >= 0x160 and kind not in range(0x8000, 0x8003)):
        return NO
    following = head[8 + size :]
    if len(following) < HEADER:
        return WEAK
    return NO if message(following[:HEADER]) is NO else YES if head[4] else WEAK


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """Mostly zeros, so version 0 counts on the usual port only."""
    claim = jointly(client, server, message)
    usual = bool({context.server_port, context.client_port} & PORTS)
    old = any(head[4:5] == b"\0" for head in (client, server))
    return claim if claim not in (YES, WEAK) or usual else MAYBE if old or claim is WEAK else claim


PROTOCOL: ApplicationProtocol = StreamProtocol(_Sccp, judge, PORTS, None)
