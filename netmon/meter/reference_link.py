"""Link layers in plain Python: from the first byte of a frame to an ethertype and the network header behind it.

Every function takes the packet and where its header begins, and answers True with ``ethertype`` and ``l3`` set (``plain``
where only a link-layer row is possible), False or ``Short`` when the frame is not understood. Numbers are LINKTYPE_ values
(draft-ietf-opsawg-pcaplinktype). Tags and labels behind an ethertype are ``reference_network``'s.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from netmon.model.flow import LinkNumbers

from .reference_packet import Packet, Short, be16

IPV4: Final = 0x0800
ARP: Final = 0x0806
BRIDGE: Final = 0x6558
VLAN: Final = 0x8100
IPV6: Final = 0x86DD
PPP: Final = 0x880B
MPLS: Final = 0x8847
MPLS_MULTICAST: Final = 0x8848
PPPOE: Final = 0x8864
NSH: Final = 0x894F
LINUX_SLL2: Final = 276
LOWEST_ETHERTYPE: Final = 0x0600

_PPP_PROTOCOLS: Final = {0x21: IPV4, 0x57: IPV6, 0x281: MPLS, 0x283: MPLS_MULTICAST}
_BSD_FAMILIES: Final = {2: IPV4, 10: IPV6, 24: IPV6, 28: IPV6, 30: IPV6}
_NLPIDS: Final = {0xCC: IPV4, 0x8E: IPV6}


def llc(p: Packet, at: int) -> bool:
    """IEEE 802.2; SNAP with an Ethernet OUI leads on (RFC 1042, 802.1H), so do IP's own and ISO's network layer id."""
    head = p.take(at, 3)
    more = p.peek(at, 8)
    if head == b"\xaa\xaa\x03" and more[3:6] in (b"\0\0\0", b"\0\0\xf8"):
        if be16(more, 6) >= LOWEST_ETHERTYPE:
            return p.leads_to(be16(more, 6), at + 8)
    elif head == b"\x06\x06\x03":
        return p.leads_to(IPV4, at + 3)
    elif head == b"\xfe\xfe\x03" and (nlpid := p.peek(at + 3, 1)) and nlpid[0] in _NLPIDS:
        return p.leads_to(_NLPIDS[nlpid[0]], at + 4)
    return p.is_plain(be16(head), at)


def llc_or_plain(
    p: Packet, at: int, number: int, content: int | None = None, space: LinkNumbers = LinkNumbers.ETHERTYPE
) -> bool:
    """LLC, or a row of its own when there is not even that."""
    try:
        return llc(p, at)
    except Short:
        return p.is_plain(number, at if content is None else content, space)


def ethertype_or_length(p: Packet, at: int) -> bool:
    """What follows two MAC addresses: an ethertype, or IEEE 802.3's length with LLC behind it."""
    kind = be16(p.take(at, 2))
    if kind >= LOWEST_ETHERTYPE:
        return p.leads_to(kind, at + 2)
    if kind and at + 2 + kind < p.end:
        p.end = at + 2 + kind  # the rest is padding
    return llc_or_plain(p, at + 2, 0)


def ethernet(p: Packet, at: int) -> bool:
    """IEEE 802.3."""
    addresses = p.take(at, 12)
    p.destination_mac = addresses[:6]
    p.source_mac = addresses[6:]
    p.has_link = True
    if addresses[:5] in (b"\x01\0\x0c\0\0", b"\x0c\0\x0c\0\0") and _inter_switch_link(p, at):
        return True
    return ethertype_or_length(p, at + 12)


def _inter_switch_link(p: Packet, at: int) -> bool:
    """Cisco ISL: a multicast address of its own, SNAP, the VLAN, and then a whole frame."""
    header = p.peek(at + 14, 8)
    if header[:3] != b"\xaa\xaa\x03":
        return False
    p.vlan = p.vlan or be16(header, 6) >> 1 & 0xFFF
    return p.leads_to(BRIDGE, at + 26)


def raw_ip(p: Packet, at: int) -> bool:
    """IP of either version and nothing before it."""
    version = p.take(at, 1)[0] >> 4
    return version in (4, 6) and p.leads_to(IPV4 if version == 4 else IPV6, at)


def ppp(p: Packet, at: int) -> bool:
    """RFC 1661, 1662: address and control may be left out, the protocol field may be one byte."""
    head = p.take(at, 2)
    p.has_link = True
    if head == b"\xff\x03":
        at += 2
        head = p.take(at, 1)
        if not head[0] & 1:
            head = p.take(at, 2)
    short = head[0] & 1
    protocol = head[0] if short else be16(head)
    at += 1 if short else 2
    if protocol in _PPP_PROTOCOLS:
        return p.leads_to(_PPP_PROTOCOLS[protocol], at)
    return p.is_plain(protocol, at, LinkNumbers.PPP)


def cisco_hdlc(p: Packet, at: int) -> bool:
    """Address, control, ethertype."""
    kind = be16(p.take(at, 4), 2)
    p.has_link = True
    if kind == 0xFEFE:  # ISO protocols: an LLC header without its length
        return p.is_plain(kind, at + 2)
    return p.leads_to(kind, at + 4)


def ppp_or_hdlc(p: Packet, at: int) -> bool:
    """PPP in HDLC-like framing, where some write Cisco HDLC."""
    return cisco_hdlc(p, at) if p.peek(at, 2) in (b"\x0f\0", b"\x8f\0") else ppp(p, at)


def bsd_family(p: Packet, at: int, header: int) -> bool:
    """An address family number of some BSD, in the byte order of the machine that wrote it."""
    number = p.take(at, 4)
    if number[:2] == b"\xff\x03":  # Windows writes PPP and HDLC of its WAN adapters under this number
        return ppp(p, at)
    if number[:2] in (b"\x0f\0", b"\x8f\0") and be16(number, 2) >= LOWEST_ETHERTYPE:
        return cisco_hdlc(p, at)
    p.has_link = True
    family = int.from_bytes(number, "little")
    if family > 0xFFFF:
        family = int.from_bytes(number, "big")
    if family in _BSD_FAMILIES:
        return p.leads_to(_BSD_FAMILIES[family], at + header)
    if LOWEST_ETHERTYPE <= family <= 0xFFFF:  # some write an ethertype
        return p.leads_to(family, at + header)
    return p.is_plain(family, at + header, LinkNumbers.FAMILY)


def _null(p: Packet, at: int) -> bool:
    return bsd_family(p, at, 4)


def _enc(p: Packet, at: int) -> bool:
    return bsd_family(p, at, 12)


def cooked(p: Packet, at: int) -> bool:
    """Linux "cooked" capture, version 1."""
    head = p.take(at, 16)
    return _cooked(p, at + 16, be16(head, 14), head[6:12] if be16(head, 4) == 6 else b"")


def cooked2(p: Packet, at: int) -> bool:
    """Linux "cooked" capture, version 2."""
    head = p.take(at, 20)
    return _cooked(p, at + 20, be16(head), head[12:18] if head[11] == 6 else b"")


def _cooked(p: Packet, at: int, protocol: int, mac: bytes) -> bool:
    p.has_link = True
    p.source_mac = mac or p.source_mac
    if protocol >= LOWEST_ETHERTYPE:
        return p.leads_to(protocol, at)
    if protocol == 4:
        return llc_or_plain(p, at, protocol, space=LinkNumbers.COOKED)
    return p.is_plain(protocol, at, LinkNumbers.COOKED)


def frame_relay(p: Packet, at: int) -> bool:
    """Q.922 address, then Cisco's ethertype or RFC 2427's NLPID."""
    head = p.take(at, 4)
    p.has_link = True
    if head[0] & 1:
        return p.is_plain(0, at, LinkNumbers.NLPID)
    size = 2
    while size < 4 and not head[size - 1] & 1:
        size += 1
    at += size
    head = p.take(at, 2)
    if head[0] != 3:
        kind = be16(head)
        return p.leads_to(kind, at + 2) if kind >= LOWEST_ETHERTYPE else p.is_plain(kind, at)
    at += 2 if head[1] == 0 else 1
    nlpid = p.take(at, 1)[0]
    if nlpid in _NLPIDS:
        return p.leads_to(_NLPIDS[nlpid], at + 1)
    snap = p.peek(at, 6)
    if nlpid == 0x80 and snap[1:4] == b"\0\0\0" and be16(snap, 4) >= LOWEST_ETHERTYPE:
        return p.leads_to(be16(snap, 4), at + 6)
    return p.is_plain(nlpid, at, LinkNumbers.NLPID)


def nflog(p: Packet, at: int) -> bool:
    """Linux NFLOG: type-length-values of the writer's byte order; type 9 holds the packet."""
    at += 4
    for _ in range(64):
        head = p.take(at, 4)
        length, kind = head[0] | head[1] << 8, head[2] | head[3] << 8
        if head[3] > head[2]:  # big endian: types are below 256
            length, kind = be16(head), be16(head, 2)
        if length < 4:
            return False
        if kind & 0x7FFF == 9:
            return raw_ip(p, at + 4)
        at += (length + 3) & ~3
    return False


def _arcnet(p: Packet, at: int) -> bool:
    """RFC 1201 and RFC 1051 framing; ``at`` is the protocol id."""
    kind, split = p.take(at, 2)
    p.has_link = True
    if kind in (0xF0, 0xF1):
        return p.leads_to(IPV4 if kind == 0xF0 else ARP, at + 1)
    if kind in (0xD4, 0xD5, 0xC4):  # exception packets repeat the header
        return p.leads_to({0xD4: IPV4, 0xD5: ARP, 0xC4: IPV6}[kind], at + (8 if split == 0xFF else 4))
    return p.is_plain(kind, at + 1, LinkNumbers.ARCNET)


def _ring(p: Packet, at: int, addresses: int) -> bool:
    """Token Ring, FDDI: only the length of what precedes the addresses differs."""
    p.take(at, 8)
    p.has_link = True
    destination = p.data[at + addresses : at + addresses + 6]
    source = p.data[at + addresses + 6 : at + addresses + 12]
    p.destination_mac = destination if len(destination) == 6 else p.destination_mac
    p.source_mac = source if len(source) == 6 else p.source_mac
    return llc_or_plain(p, at + addresses + 12, 0)


def _typed_header(p: Packet, at: int, size: int, field: int) -> bool:
    """A fixed header with an ethertype in it: IP over IEEE 1394, IP over InfiniBand."""
    p.has_link = True
    return p.leads_to(be16(p.take(at + field, 2)), at + size)


def _pppoe_frame(p: Packet, at: int) -> bool:
    p.has_link = True
    return p.leads_to(PPPOE, at)


def _atm_llc(p: Packet, at: int) -> bool:
    p.has_link = True
    return llc(p, at)


LINK_LAYERS: Final[dict[int, Callable[[Packet, int], bool]]] = {
    0: _null,
    1: ethernet,
    6: lambda p, at: _ring(p, at, 2),
    7: lambda p, at: _arcnet(p, at + 2),
    9: ppp_or_hdlc,
    10: lambda p, at: _ring(p, at, 1),
    12: raw_ip,
    14: raw_ip,
    50: ppp_or_hdlc,
    51: _pppoe_frame,
    100: _atm_llc,
    101: raw_ip,
    104: cisco_hdlc,
    107: frame_relay,
    108: _null,
    109: _enc,
    113: cooked,
    129: lambda p, at: _arcnet(p, at + 4),
    138: lambda p, at: _typed_header(p, at, 18, 16),
    166: lambda p, at: ppp_or_hdlc(p, at + 1),
    204: lambda p, at: ppp_or_hdlc(p, at + 1),
    226: lambda p, at: raw_ip(p, at + 24),
    228: raw_ip,
    229: raw_ip,
    239: nflog,
    242: lambda p, at: _typed_header(p, at, 44, 40),
    LINUX_SLL2: cooked2,
}
"""``reference_wireless`` adds 802.11 and the headers that only announce another."""
