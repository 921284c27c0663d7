"""LDP: label distribution (RFC 5036), hellos over UDP and sessions over TCP.

Claimed: a PDU of version 1 whose first message is of a known type, fits in it and begins with the TLV of that type.
Told: nothing more.
"""

from __future__ import annotations

from ._contract import MAYBE, NO, YES, ApplicationProtocol, Claim, Context, Look
from ._judge import NamedDatagrams, NamedShell, jointly
from ._shell import StreamProtocol
from ._udp import DatagramProtocol

PORTS = frozenset((646,))
HEADER = 10
MINIMUM = 14
HELLO = 0x0100
KEEP_ALIVE = 0x0201
TYPES = {0x0001: 0x0300, HELLO: 0x0400, 0x0200: 0x0500, KEEP_ALIVE: 0, 0x0300: 0x0101, 0x0301: 0x0101, 0x0400: 0x0100,
         0x0401: 0x0100, 0x0402: 0x0100, 0x0403: 0x0100, 0x0404: 0x0100}  # fmt: skip
"""With the TLV each begins with (section 3.5)."""
FIRST_TLV = 18
"""Where that stands, behind the header and the message's type, length and number."""


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
        return NO
    if len(head) < MINIMUM:
        return MAYBE
    size, kind, inner = (int.from_bytes(head[index : index + 2], "big") for index in (2, 10, 12))
    fits = 14 <= size <= 4096 and kind & 0x7FFF in TYPES and 4 <= inner <= size - 10
    if not fits or not any(head[4:8]):
        return NO
    if kind & 0x7FFF == KEEP_ALIVE:
        return YES if inner == 4 else NO
    if len(head) < FIRST_TLV + 4:
        return MAYBE
    tlv, length = (int.from_bytes(head[index : index + 2], "big") for index in (FIRST_TLV, FIRST_TLV + 2))
    return YES if tlv & 0x3FFF == TYPES[kind & 0x7FFF] and length <= inner - 8 else NO


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001
    """One PDU with hellos fills the datagram."""
    if pdu(data) is not YES or int.from_bytes(data[10:12], "big") != HELLO:
        return NO
    return YES if int.from_bytes(data[2:4], "big") + 4 == len(data) else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Peers speak alike."""
    return jointly(client, server, pdu)


PROTOCOL: ApplicationProtocol = StreamProtocol(
    _Stream,
    judge,
    PORTS,
    frozenset((0,)),
    DatagramProtocol(_Datagrams, recognise, PORTS, look=Look(MINIMUM, 1, frozenset((1,)))),
)
