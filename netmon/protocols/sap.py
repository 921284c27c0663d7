"""Session Announcement Protocol (RFC 2974): multicast sessions told by SDP.

Claimed: a header of version 1 with its type of payload, or SDP right behind it. Told: announcements and deletions, sources.
What the sessions are called is not.
"""

from __future__ import annotations

from socket import AF_INET, AF_INET6, inet_ntop

from netmon.errors import ParseError

from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT = 9875
VERSION, IPV6, DELETION, ENCRYPTED, COMPRESSED = 0x20, 0x10, 0x04, 0x02, 0x01
PAYLOADS = (b"application/sdp\0", b"v=0\r", b"v=0\n", b"o=")
MESSAGE = FieldSpec("sap_message", "Messages", multiple=True)
SOURCE = FieldSpec("sap_source", "Sources", multiple=True)


def payload_of(data: bytes) -> int:
    """Where the payload begins: behind the address, the authentication data; ``ParseError`` when it is no header."""
    if len(data) < 8 or data[0] & 0xE0 != VERSION or data[0] & 0x08:
        raise ParseError("no SAP header")
    at = (20 if data[0] & IPV6 else 8) + 4 * data[1]
    if at >= len(data):
        raise ParseError("nothing behind the header")
    return at


class _Sap(DatagramInspector):
    """One announcer."""

    __slots__ = ()

    label = "SAP"

    def take(self, data: bytes) -> Status:
        payload_of(data)
        report = self.report
        word = "DELETION" if data[0] & DELETION else "ANNOUNCEMENT"
        report.add(MESSAGE, word)
        report.add(SOURCE, inet_ntop(AF_INET6, data[4:20]) if data[0] & IPV6 else inet_ntop(AF_INET, data[4:8]))
        report.state = report.summary = word
        return MORE


def recognise(context: Context, data: bytes) -> Claim:
    """The payload's type or beginning is sure; what cannot be read needs the port."""
    at = payload_of(data)
    if data[at : at + 16].startswith(PAYLOADS):
        return YES
    hidden = data[0] & (ENCRYPTED | COMPRESSED)
    return WEAK if hidden and on_port(context, PORT) else NO


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Sap, recognise, frozenset((PORT,)), frozenset(range(0x20, 0x40)))
