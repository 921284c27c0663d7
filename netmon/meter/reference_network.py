"""From an ethertype to rows, in plain Python: tags and labels, ARP, IP, link-layer rows, and what is tunnelled inside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from .reference_ip import parse_ip, parse_transport
from .reference_link import (
    ARP,
    BRIDGE,
    IPV4,
    IPV6,
    MPLS,
    MPLS_MULTICAST,
    NSH,
    PPPOE,
    VLAN,
    ethernet,
    ethertype_or_length,
    ppp,
)  # fmt: skip
from .reference_packet import EMPTY16, Packet, Short, be16
from .reference_tunnel_rare import find_tunnel

MAX_DEPTH: Final = 4
MAX_TAGS: Final = 64


class Sink:
    """Where packets go once their place in the table is known."""

    def account(self, p: Packet, outer: bool = False) -> None:
        """A packet of a flow; ``outer``: it carries a tunnel."""
        raise NotImplementedError

    def account_fragment(self, p: Packet) -> None:
        """A fragment of a datagram."""
        raise NotImplementedError


def network(sink: Sink, p: Packet, depth: int) -> bool:
    """Account the packet; False when there is no row it could go to."""
    for _ in range(MAX_TAGS):
        if p.plain:
            break
        if p.ethertype in (IPV4, IPV6):
            return _ip(sink, p, depth)
        if p.ethertype == ARP:
            return _arp(sink, p)
        take_off = _TAGS.get(p.ethertype)
        try:
            if take_off is None or not take_off(p):
                break
        except Short:
            break
    return _link_row(sink, p)


def _link_row(sink: Sink, p: Packet) -> bool:
    if not p.has_link:
        return False
    p.family = 2
    p.protocol = p.space
    p.source = p.source_mac + bytes(10)
    p.destination = p.destination_mac + bytes(10)
    p.source_port = p.destination_port = p.ethertype
    p.data_offset = p.l3
    p.data_length = max(p.end - p.l3, 0)
    sink.account(p)
    return True


def _arp(sink: Sink, p: Packet) -> bool:
    head = p.peek(p.l3, 8)
    if not head or head[2:4] != b"\x08\x00" or head[5] != 4:
        return _link_row(sink, p)
    hardware = head[4]
    sender, target = p.peek(p.l3 + 8 + hardware, 4), p.peek(p.l3 + 12 + 2 * hardware, 4)
    if not sender or not target:
        return _link_row(sink, p)
    p.family = 1
    p.source, p.destination = sender + EMPTY16[4:], target + EMPTY16[4:]
    p.last_type = be16(head, 6)
    p.data_offset = p.l3
    p.data_length = min(8 + 2 * (hardware + 4), p.end - p.l3)
    sink.account(p)
    return True


def _ip(sink: Sink, p: Packet, depth: int) -> bool:
    if not parse_ip(p):
        return _link_row(sink, p)
    parse_transport(p)
    if p.fragment:
        sink.account_fragment(p)
        return True
    inner = find_tunnel(p) if depth < MAX_DEPTH else None
    sink.account(p, outer=inner is not None)
    if inner is not None:
        network(sink, inner, depth + 1)
    return True


def _vlan(p: Packet) -> bool:
    vlan = be16(p.take(p.l3, 4)) & 0xFFF
    if not p.vlan:
        p.vlan = vlan
    elif not p.vlan_inner:
        p.vlan_inner = vlan
    return ethertype_or_length(p, p.l3 + 2)


def _mpls(p: Packet) -> bool:
    """A stack of labels; what is below says itself what it is (RFC 4928), 0 begins a pseudowire's control word."""
    for label in range(p.l3, p.l3 + 64, 4):
        entry = p.take(label, 5)
        if entry[2] & 1:
            below = entry[4] >> 4
            if below in (4, 6):
                return p.leads_to(IPV4 if below == 4 else IPV6, label + 4)
            return _pseudowire_ethernet(p, label + 4, below)
    return False


def _carries(p: Packet, at: int) -> bool:
    kind = p.peek(at, 2)
    return bool(kind) and be16(kind) in (IPV4, IPV6, ARP, VLAN, 0x88A8)


def _pseudowire_ethernet(p: Packet, at: int, below: int) -> bool:
    """Ethernet below MPLS, RFC 4448: behind a control word, which begins with 0, or not."""
    bare = _carries(p, at + 12)
    behind = below == 0 and _carries(p, at + 16)
    if bare and not behind:
        return ethernet(p, at)
    return below == 0 and ethernet(p, at + 4)


def _pppoe(p: Packet) -> bool:
    header = p.take(p.l3, 6)
    if header[0] != 0x11 or header[1]:
        return False
    p.end = min(p.end, p.l3 + 6 + be16(header, 4))
    return ppp(p, p.l3 + 6)


def _macsec(p: Packet) -> bool:
    """Integrity only: the frame is readable behind the tag, before 16 bytes of check value; else it stays closed."""
    tag = p.take(p.l3, 6)
    if tag[0] & 0x8C or p.end < p.l3 + 30:
        return False
    p.end -= 16
    content = p.l3 + (14 if tag[0] & 0x20 else 6)
    if tag[1]:  # short length: the rest is padding
        p.end = min(p.end, content + tag[1])
    return ethertype_or_length(p, content)


def _nsh(p: Packet) -> bool:
    """RFC 8300."""
    header = p.take(p.l3, 4)
    words = header[1] & 0x3F
    if header[0] >> 6 or words < 2:
        return False
    p.l3 += words * 4
    if header[3] in (1, 2):
        return p.leads_to(IPV4 if header[3] == 1 else IPV6, p.l3)
    if header[3] == 5:
        return p.leads_to(MPLS, p.l3)
    return header[3] == 3 and ethernet(p, p.l3)


def _trill(p: Packet) -> bool:
    """RFC 6325: options counted in words."""
    header = p.take(p.l3, 6)
    return not header[0] >> 6 and ethernet(p, p.l3 + 6 + (be16(header) >> 6 & 0x1F) * 4)


def _arista(p: Packet) -> bool:
    """A timestamp of 64 or 48 bits."""
    header = p.take(p.l3, 4)
    if be16(header) != 1 or header[3] not in (0x10, 0x20):
        return False
    return ethertype_or_length(p, p.l3 + (12 if header[3] == 0x10 else 10))


def _bridged(p: Packet) -> bool:
    p.take(p.l3, 4)
    return ethernet(p, p.l3 + 4)


def _metadata(p: Packet) -> bool:
    kind = be16(p.take(p.l3 + 6, 2))
    return p.leads_to(kind, p.l3 + 8)


_TAGS: Final[dict[int, Callable[[Packet], bool]]] = {
    VLAN: _vlan,
    0x88A8: _vlan,
    0x9100: _vlan,
    0x9200: _vlan,
    MPLS: _mpls,
    MPLS_MULTICAST: _mpls,
    PPPOE: _pppoe,
    BRIDGE: lambda p: ethernet(p, p.l3),
    0x22F3: _trill,
    0x88E5: _macsec,
    0x88E7: _bridged,
    0x8903: lambda p: ethernet(p, p.l3 + 2),
    0x8909: _metadata,
    0x8926: lambda p: ethertype_or_length(p, p.l3 + 4),
    0x893F: lambda p: ethertype_or_length(p, p.l3 + 6),
    0x892F: lambda p: ethertype_or_length(p, p.l3 + 4),
    NSH: _nsh,
    0xD28B: _arista,
    0xDADA: lambda p: ethertype_or_length(p, p.l3 + 6),
}
