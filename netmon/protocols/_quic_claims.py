"""Whether a datagram begins a QUIC conversation (RFC 8999, RFC 9000 section 17, Google's headers).

In: a payload. Out: ``YES`` when an Initial opens with the keys that follow from it, when a version negotiation names a known
version, or for a Google header; ``WEAK`` for a well-formed long header of a known version that cannot be opened, which away
from the usual ports must look encrypted.
"""

from __future__ import annotations

from netmon.errors import ParseError

from . import _gquic
from ._contract import NO, WEAK, YES, Claim
from ._cursor import Cursor
from ._judge import scrambled
from ._quic_packet import Kind, Packet, is_google, is_known, is_reserved, read_packet
from ._quic_protection import initial_keys, unprotect


def looks_like(data: bytes, usual: bool) -> Claim:
    """What one datagram says. The fixed bit is greased only after both have agreed to (RFC 9287), so never first."""
    first = data[0]
    if not first & 0x80:
        return YES if first & 0x08 and _gquic.read_public_header(data) else NO
    version = int.from_bytes(data[1:5], "big")
    if version and not (first & 0x40 and (is_known(version) or is_reserved(version))):
        return NO
    if _gquic.read_q046_header(data):
        return YES
    try:
        packet = read_packet(Cursor(data))
    except ParseError:
        return NO
    if packet.kind is Kind.VERSION_NEGOTIATION:
        return YES if _versions_fit(packet) else NO
    if is_reserved(packet.version):
        return WEAK if len(data) >= 1200 and len(packet.destination) >= 8 else NO
    if packet.kind is Kind.INITIAL and packet.complete:
        keys = initial_keys(packet.version, packet.destination, False)
        if keys and unprotect(keys, packet.data, packet.number_at) is not None:
            return YES
    if is_google(packet.version):
        return YES
    return WEAK if usual or scrambled(packet.data[packet.number_at :]) else NO


def _versions_fit(packet: Packet) -> bool:
    """A list of versions of which one is spoken; the answer to a first packet repeats its connection id,
    which has eight octets at least (RFC 9000 section 7.2)."""
    versions = packet.versions
    spoken = [is_known(version) or is_reserved(version) for version in versions]
    plausible = all(spoken) or (len(packet.source) >= 8 and all(versions) and scrambled(packet.source))
    return plausible and any(map(is_known, versions))
