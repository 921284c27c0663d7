"""Network and transport headers in plain Python (RFC 791, 8200, 4302, 9293, 768).

Lengths come from the IP header, never from what was captured, and never exceed the frame. ``parse_ip`` answers False when
the bytes are no IP packet; a transport header that is cut leaves its flow without ports or without TCP's fields.
"""

from __future__ import annotations

import struct
from typing import Final

from .reference_packet import Packet, be16

ICMP: Final = 1
IGMP: Final = 2
IPIP: Final = 4
TCP: Final = 6
UDP: Final = 17
IPV6: Final = 41
GRE: Final = 47
AH: Final = 51
ICMPV6: Final = 58
ETHERIP: Final = 97
PIM: Final = 103
L2TP: Final = 115
MPLS: Final = 137
ETHERNET: Final = 143

MAX_EXTENSIONS: Final = 8
_FRAGMENT: Final = 44
_EXTENSIONS: Final = frozenset((0, 43, _FRAGMENT, 60, 135, 139, 140))
UDP_LITE: Final = 136
_WITH_PORTS: Final = frozenset((TCP, UDP, 33, 132, UDP_LITE))
_IPV4 = struct.Struct("!BBHHHBB2x4s4s")
_IPV6 = struct.Struct("!IHBB16s16s")
_TCP = struct.Struct("!4xIIBBH4x")


def parse_ip(p: Packet) -> bool:
    """The network header at ``l3``, whichever version it is."""
    first = p.peek(p.l3, 1)
    if not first:
        return False
    return _parse_ip6(p) if first[0] >> 4 == 6 else _parse_ip4(p)


def _parse_ip4(p: Packet) -> bool:
    raw = p.peek(p.l3, 20)
    if not raw or raw[0] >> 4 != 4:
        return False
    version_ihl, tos, total, ident, fragment, ttl, protocol, source, destination = _IPV4.unpack(raw)
    header = (version_ihl & 15) * 4
    rest = p.end - p.l3
    if total == 0 or total > rest:  # 0: segmentation offload left the length to the device
        total = rest
    if header < 20 or total < header:
        return False
    p.family = 4
    p.end = p.l3 + total
    p.l4 = p.l3 + header
    p.ident, p.tos, p.ttl, p.protocol = ident, tos, ttl, protocol
    p.source = source + bytes(12)
    p.destination = destination + bytes(12)
    p.fragment_offset = (fragment & 0x1FFF) * 8
    p.more = bool(fragment & 0x2000)
    p.fragment = p.more or p.fragment_offset > 0
    if p.protocol == AH and not p.fragment and _skip_authentication(p) and p.protocol == AH:
        _skip_authentication(p)
    return True


def _parse_ip6(p: Packet) -> bool:
    raw = p.peek(p.l3, 40)
    if not raw:
        return False
    first, length, protocol, hops, p.source, p.destination = _IPV6.unpack(raw)
    rest = p.end - p.l3 - 40
    # 0: a jumbogram, or segmentation offload; but a packet may truly be empty
    if (length == 0 and protocol in (0, TCP, UDP)) or length > rest:
        length = rest
    p.family = 6
    p.end = p.l3 + 40 + length
    p.l4 = p.l3 + 40
    p.tos, p.ttl, p.protocol = first >> 20 & 0xFF, hops, protocol
    for _ in range(MAX_EXTENSIONS):
        if not _skip_extension(p):
            break
    return True


def _skip_authentication(p: Packet) -> bool:
    """Authentication Header: transparent in transport mode. A whole packet inside is a tunnel, the header its protocol."""
    header = p.peek(p.l4, 8)
    if not header:
        return False
    length = (header[1] + 2) * 4
    if length < 12 or p.l4 + length > p.end or header[0] in (IPIP, IPV6):
        return False
    p.protocol = header[0]
    p.l4 += length
    return True


def _skip_extension(p: Packet) -> bool:
    """One extension header; False when the transport header, or something unreadable, is reached."""
    if p.protocol == AH:
        return _skip_authentication(p)
    header = p.peek(p.l4, 8)
    if p.protocol not in _EXTENSIONS or not header:
        return False
    length = (header[1] + 1) * 8
    if p.protocol == _FRAGMENT:
        length = 8
        field = be16(header, 2)
        p.ident = int.from_bytes(header[4:8], "big")
        p.fragment_offset = field & 0xFFF8
        p.more = bool(field & 1)
        p.fragment = p.more or p.fragment_offset > 0  # both 0: an atomic fragment, RFC 6946
    if p.l4 + length > p.end:
        return False
    p.protocol = header[0]
    p.l4 += length
    return p.fragment_offset == 0


def parse_transport(p: Packet) -> None:
    """Ports, lengths and TCP fields of anything but a later fragment."""
    p.data_offset = p.l4
    p.data_length = p.end - p.l4
    if p.fragment_offset:
        return
    if p.protocol in _WITH_PORTS:
        ports = p.peek(p.l4, 4)
        if not ports:
            return
        p.has_ports = True
        p.source_port = be16(ports)
        p.destination_port = be16(ports, 2)
        if p.protocol == TCP:
            _parse_tcp(p)
        elif p.protocol == UDP:
            _parse_udp(p)
        elif p.protocol == UDP_LITE and p.data_length >= 8:  # RFC 3828: its length field is that of the checksum
            p.data_offset += 8
            p.data_length -= 8
    elif p.protocol == IGMP or (p.protocol, p.family) in ((ICMP, 4), (ICMPV6, 6)):
        _parse_icmp(p)


def _parse_tcp(p: Packet) -> None:
    raw = p.peek(p.l4, 20)
    if not raw:
        return
    seq, ack, offset, flags, window = _TCP.unpack(raw)
    header = (offset >> 4) * 4
    if header < 20 or p.l4 + header > p.end:
        return
    p.has_tcp = True
    p.tcp_header, p.flags, p.seq, p.ack, p.window = header, flags, seq, ack, window
    p.data_offset = p.l4 + header
    p.data_length = p.end - p.data_offset


def _parse_udp(p: Packet) -> None:
    raw = p.peek(p.l4, 8)
    if not raw:
        return
    p.data_offset = p.l4 + 8
    p.data_length = p.end - p.data_offset
    if 8 <= (length := be16(raw, 4)) < p.data_length + 8:
        p.data_length = length - 8


def _parse_icmp(p: Packet) -> None:
    head = p.peek(p.l4, 2)
    if not head:
        return
    p.last_type = be16(head)
    echo = p.protocol != IGMP and head[0] in ((0, 8) if p.protocol == ICMP else (128, 129))
    if echo and (head := p.peek(p.l4, 6)):
        p.source_port = p.destination_port = be16(head, 4)
