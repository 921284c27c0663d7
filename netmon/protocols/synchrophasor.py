"""Synchrophasors: IEEE C37.118.2, phasor measurement units.

Claimed: a frame whose checksum is right. Told: nothing more.
"""

from __future__ import annotations

from ._contract import MAYBE, NO, YES, ApplicationProtocol, Claim, Context
from ._judge import NamedDatagrams, NamedShell, jointly
from ._shell import StreamProtocol
from ._udp import DatagramProtocol

PORTS = frozenset((4712, 4713))
SYNC = 0xAA
MINIMUM, LARGEST = 16, 1024
"""Larger frames (of data, never of commands) are not judged."""


class _Stream(NamedShell):
    """Over TCP."""

    __slots__ = ()

    label = "Synchrophasor"


class _Datagrams(NamedDatagrams):
    """Over UDP."""

    __slots__ = ()

    label = "Synchrophasor"


def frame(head: bytes) -> Claim:
    """SYNC, type and version, size, checksum."""
    if head[0] != SYNC or (len(head) > 1 and (head[1] >> 4 > 5 or head[1] & 15 not in (1, 2))):
        return NO
    if len(head) < 4:
        return MAYBE
    size = head[2] << 8 | head[3]
    if not MINIMUM <= size <= LARGEST:
        return NO
    if len(head) < size:
        return MAYBE
    return YES if checksum(head[: size - 2]) == int.from_bytes(head[size - 2 : size], "big") else NO


def checksum(data: bytes) -> int:
    """CRC-CCITT from all ones (the standard's appendix B)."""
    register = 0xFFFF
    for octet in data:
        mixed = (register >> 8) ^ octet
        mixed ^= mixed >> 4
        register = (register << 8 ^ mixed << 12 ^ mixed << 5 ^ mixed) & 0xFFFF
    return register


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001
    """One whole frame."""
    return YES if frame(data) is YES else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Commands one way, data the other; a large first answer is not judged."""
    if client and frame(client) is YES and server[:1] in (b"", bytes((SYNC,))):
        return YES
    return jointly(client, server, frame)


PROTOCOL: ApplicationProtocol = StreamProtocol(
    _Stream, judge, PORTS, frozenset((SYNC,)), DatagramProtocol(_Datagrams, recognise, PORTS)
)
