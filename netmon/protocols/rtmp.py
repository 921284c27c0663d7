"""RTMP, Adobe's Real-Time Messaging Protocol 1.0, section 5.2.

Claimed: version 3 and a handshake of 1536 octets from both sides; where the server echoes the client's random octets
that is sure, where both use digests it is weak. Told: nothing more.
"""

from __future__ import annotations

from ._contract import MAYBE, NO, WEAK, YES, ApplicationProtocol, Claim, Context
from ._judge import NamedShell
from ._shell import StreamProtocol

PORTS = frozenset((1935,))
VERSION = 3
SIZE = 1536


class _Rtmp(NamedShell):
    """One connection."""

    __slots__ = ()

    label = "RTMP"


def hello(head: bytes) -> Claim:
    """Version, then time and zero (or the version of a player)."""
    if head[0] != VERSION:
        return NO
    return MAYBE if len(head) < 1 + SIZE else WEAK


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """C0 and C1, S0 and S1, and the echo in S2."""
    if not client:
        return MAYBE
    claim = hello(client)
    if claim is NO or (server and server[0] != VERSION):
        return NO
    if claim is MAYBE or len(server) < 1 + SIZE:
        return MAYBE
    echo = server[1 + SIZE :]
    if len(echo) < 24:
        return WEAK
    if echo[8:] == client[9 : 9 + len(echo) - 8] and any(echo[8:24]):
        return YES
    return YES if context.server_port in PORTS else WEAK


PROTOCOL: ApplicationProtocol = StreamProtocol(_Rtmp, judge, PORTS, frozenset((3,)))
