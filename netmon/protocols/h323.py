"""H.323: call signalling (H.225.0, Q.931) and control (H.245) over TPKT, registration (RAS) over UDP.

Claimed: a Q.931 message with user-user information, or a PER message that names the object identifier of H.225.0 or
H.245. Told: nothing more: it would be who called whom.
"""

from __future__ import annotations

from typing import Final

from ._contract import MAYBE, NO, YES, ApplicationProtocol, Claim, Context
from ._judge import NamedDatagrams, NamedShell, jointly
from ._shell import StreamProtocol
from ._tpkt import HEADER, plausible
from ._udp import DatagramProtocol

PORTS: Final = frozenset((1719, 1720))
H225: Final = b"\x00\x08\x91\x4a\x00"
H245: Final = b"\x00\x08\x81\x75\x00"
"""Object identifiers 0.0.8.2250.0 and 0.0.8.245.0, without their last number, the version."""
WHERE: Final = 24
"""Octets in which an identifier stands."""
NUMBERED: Final = 3
"""Octets of kind and number."""
Q931: Final = 8
USER_USER: Final = 0x7E
TYPES: Final = frozenset((0x01, 0x02, 0x03, 0x05, 0x07, 0x0D, 0x0F, 0x5A, 0x62, 0x6E, 0x75, 0x7B, 0x7D))


class _Stream(NamedShell):
    """Over TCP."""

    __slots__ = ()

    label = "H323"


class _Datagrams(NamedDatagrams):
    """Over UDP."""

    __slots__ = ()

    label = "H323"


def packet(head: bytes) -> Claim:
    """TPKT, then Q.931 or PER."""
    if not plausible(head):
        return NO
    if len(head) < HEADER + 5:
        return MAYBE
    size = head[2] << 8 | head[3]
    body = head[HEADER:size]
    if body[0] == Q931 and body[1] == 2:
        return YES if body[4] in TYPES else NO
    if H245 in body[:WHERE] or H225 in body[:WHERE]:
        return YES
    if size < 64 and len(head) > size:
        return packet(head[size:])
    return MAYBE if len(body) < min(size - HEADER, WHERE) or size < 24 else NO


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001
    """RAS: behind kind and number of a request stands the version of the protocol: a length, the identifier, a number."""
    at = data.find(b"\x06" + H225, NUMBERED, WHERE)
    return YES if at > 0 and len(data) > at + 6 and data[:1] < b"\x80" else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Either end may call."""
    return jointly(client, server, packet)


PROTOCOL: ApplicationProtocol = StreamProtocol(
    _Stream, judge, PORTS, None, DatagramProtocol(_Datagrams, recognise, PORTS, frozenset(range(0x80)))
)
