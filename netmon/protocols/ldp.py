"""LDP: label distribution (RFC 5036), hellos over UDP and sessions over TCP.

Claimed: a PDU of version 1 whose first message is of a known type and fits in it. Told: nothing more.
"""

from __future__ import annotations

from ._contract import ApplicationProtocol, Claim, Context
from ._judge import NamedDatagrams, NamedShell, jointly
from ._shell import StreamProtocol
from ._udp import DatagramProtocol

PORTS = frozenset((646,))
HEADER = 10
MINIMUM = 14
HELLO = 0x0100
TYPES = frozenset((0x0001, HELLO, 0x0200, 0x0201, 0x0300, 0x0301, 0x0400, 0x0401, 0x0402, 0x0403, 0x0404))


class _Stream(NamedShell):
    """Over TCP."""

    __slots__ = ()

    label = "LDP"


class _Datagrams(NamedDatagrams):
    """Over UDP."""

    __slots__ = ()

    label = "LDP"


def pdu(head: bytes) -> Claim:
    """Version, length, identifier; type and length of the first message."""
    if not b"\0\1".startswith(head[:2]):
        return Claim.NO
    if len(head) < MINIMUM:
        return Claim.MORE
    size, kind, inner = (int.from_bytes(head[index : index + 2], "big") for index in (2, 10, 12))
    fits = 14 <= size <= 4096 and kind & 0x7FFF in TYPES and 4 <= inner <= size - 10
    return Claim.YES if fits and any(head[4:8]) else Claim.NO


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001
    """One PDU with hellos fills the datagram."""
    if pdu(data) is not Claim.YES or int.from_bytes(data[10:12], "big") != HELLO:
        return Claim.NO
    return Claim.YES if int.from_bytes(data[2:4], "big") + 4 == len(data) else Claim.NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Peers speak alike."""
    return jointly(client, server, pdu)


PROTOCOL: ApplicationProtocol = StreamProtocol(
    _Stream, judge, PORTS, frozenset((0,)), DatagramProtocol(_Datagrams, recognise, PORTS)
)
