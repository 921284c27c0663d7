"""DoIP: diagnostics of vehicles over IP (ISO 13400-2).

Claimed: a version and its complement, a known payload type, and a length that fits. Told: nothing more.
"""

from __future__ import annotations

from ._contract import MAYBE, NO, YES, ApplicationProtocol, Claim, Context
from ._judge import NamedDatagrams, NamedShell, jointly
from ._shell import StreamProtocol
from ._udp import DatagramProtocol

PORTS = frozenset((13400,))
HEADER = 8
STREAM_TYPES = frozenset((0, 5, 6, 7, 8, 0x8001, 0x8002, 0x8003))
"""The others travel in datagrams."""
TYPES = frozenset((*range(9), *range(0x4001, 0x4005), *range(0x8001, 0x8004)))
_SIZES = {0: (1,), 1: (0,), 2: (6,), 3: (17,), 4: (32, 33), 5: (7, 11), 6: (9, 13), 7: (0,), 8: (2,), 0x4001: (0,),
          0x4002: (3, 7), 0x4003: (0,), 0x4004: (1,)}  # fmt: skip
"""Of the types with a fixed length (ISO 13400-2, section 7)."""
MAXIMUM = 16 * 1024 * 1024


class _Stream(NamedShell):
    """Over TCP."""

    __slots__ = ()

    label = "DoIP"


class _Datagrams(NamedDatagrams):
    """Over UDP."""

    __slots__ = ()

    label = "DoIP"


def message(head: bytes) -> Claim:
    """Version, its complement, type, length."""
    if len(head) > 1 and (head[0] ^ head[1] != 0xFF or not (head[0] < 6 or head[0] == 0xFF)):
        return NO
    if len(head) < HEADER:
        return MAYBE
    kind, size = int.from_bytes(head[2:4], "big"), int.from_bytes(head[4:8], "big")
    fits = size in _SIZES[kind] if kind in _SIZES else size <= MAXIMUM
    return YES if kind in TYPES and fits else NO


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001
    """One message fills the datagram."""
    whole = len(data) >= HEADER and message(data) is YES and int.from_bytes(data[4:8], "big") == len(data) - HEADER
    return YES if whole else NO


def stream(head: bytes) -> Claim:
    """The first message of a direction: of a published version, and a type that travels in streams."""
    if not 1 <= head[0] <= 4 or (len(head) >= 4 and int.from_bytes(head[2:4], "big") not in STREAM_TYPES):
        return NO
    return message(head)


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Tester and vehicle speak alike."""
    return jointly(client, server, stream)


PROTOCOL: ApplicationProtocol = StreamProtocol(
    _Stream, judge, PORTS, frozenset((1, 2, 3, 4)), DatagramProtocol(_Datagrams, recognise, PORTS)
)
