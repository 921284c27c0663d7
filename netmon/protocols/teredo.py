"""Teredo: IPv6 through NAT (RFC 4380), as the outer conversation; what it carries has rows of its own.

Claimed: an IPv6 packet that fills the datagram, behind authentication and origin indications where there are, on port 3544
or when one of its addresses is a Teredo address (2001::/32). Read: the two IPv6 addresses of what is carried.
"""

from __future__ import annotations

from socket import AF_INET6, inet_ntop

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._inner import is_ip
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT = 3544
PREFIX = b"\x20\x01\0\0"
ADDRESS = FieldSpec("teredo_address", "Carries", multiple=True)
_AUTHENTICATION, _ORIGIN = b"\0\1", b"\0\0"

NEXT_HEADERS = frozenset((0, 6, 17, 43, 44, 50, 51, 58, 59, 60))


def inner(data: bytes) -> bytes:
    """The IPv6 packet (sections 5.1.1, 5.2.9)."""
    if data.startswith(_AUTHENTICATION) and len(data) >= 13:
        data = data[4 + data[2] + data[3] + 9 :]
    if data.startswith(_ORIGIN) and len(data) >= 8:
        data = data[8:]
    if not data or data[0] >> 4 != 6 or not is_ip(data) or data[6] not in NEXT_HEADERS:
        raise ParseError("no IPv6 packet")
    return data


def recognise(context: Context, data: bytes) -> Claim:
    """By the packet and the port or its addresses."""
    try:
        packet = inner(data)
    except ParseError:
        return NO
    if on_port(context, PORT):
        return YES
    own = packet[8:12] == PREFIX or packet[24:28] == PREFIX
    return YES if own and is_ip(packet, exact=True) else NO


class _Teredo(DatagramInspector):
    """One outer conversation."""

    __slots__ = ()

    label = "Teredo"

    def take(self, data: bytes) -> Status:
        packet = inner(data)
        for at in (8, 24):
            self.report.add(ADDRESS, inet_ntop(AF_INET6, packet[at : at + 16]))
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Teredo, recognise, frozenset((PORT,)), frozenset((0, *range(0x60, 0x70))))
