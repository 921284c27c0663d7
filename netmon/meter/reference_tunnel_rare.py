"""Tunnels seldom met, in plain Python, and the door to all of them: whether a packet carries another one.

L2TPv3 (RFC 3931), AH in tunnel mode (RFC 4302), EtherIP (RFC 3378), Ethernet in IPv6 (RFC 8986 section 9.2), VXLAN-GPE
(draft-ietf-nvo3-vxlan-gpe), TZSP, PIM registers (RFC 7761 section 4.9.3). The contract is ``reference_tunnel``'s.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from netmon.model.flow import Tunnel

from .reference_ip import AH, ETHERIP, ETHERNET, GRE, IPIP, IPV6, L2TP, PIM, UDP
from .reference_ip import MPLS as IP_MPLS
from .reference_link import ARP, MPLS, NSH, VLAN, cisco_hdlc, ethernet, ppp
from .reference_link import IPV4 as ETHER_IPV4
from .reference_link import IPV6 as ETHER_IPV6
from .reference_packet import Packet, Short, be16
from .reference_tunnel import PORTS, ethernet_inside, gre, ip_inside, l2tp, mpls, plausible_ip


def find_tunnel(p: Packet) -> Packet | None:
    """The inner packet, its ethertype and ``l3`` set, or ``None``."""
    if p.fragment:
        return None
    try:
        if p.protocol == UDP:
            return _udp_tunnel(p) if p.has_ports and p.data_length >= 8 else None
        find = _PROTOCOLS.get(p.protocol)
        return find(p) if find is not None else None
    except Short:
        return None


def _udp_tunnel(p: Packet) -> Packet | None:
    parser = PORTS.get(p.destination_port) or PORTS.get(p.source_port)
    return parser(p) if parser else None


def _ip_in_ip6(p: Packet) -> Packet | None:
    return ip_inside(p, Tunnel.SIX_IN_FOUR if p.family == 4 else Tunnel.IP6_IN_IP, p.data_offset, ETHER_IPV6)


def _pseudowire(inner: Packet, at: int) -> bool:
    """L2TPv3: neither the cookie's length nor what is carried stands in the packet; an IP packet must fit behind one."""
    for begin in range(at, at + 16, 4):
        head = inner.take(begin, 18)
        kind, following = be16(head, 12), be16(head, 16)
        if kind in (ETHER_IPV4, ETHER_IPV6) and plausible_ip(inner, begin + 14):
            return ethernet(inner, begin)
        if kind == VLAN and following in (ETHER_IPV4, ETHER_IPV6) and plausible_ip(inner, begin + 18):
            return ethernet(inner, begin)
        if kind == ARP and be16(head, 14) == 1 and following == ETHER_IPV4:
            return ethernet(inner, begin)
        if head[:2] in (b"\x0f\0", b"\x8f\0") and plausible_ip(inner, begin + 4):
            return cisco_hdlc(inner, begin)
        if head[:2] == b"\xff\x03" and plausible_ip(inner, begin + 4):
            return ppp(inner, begin)
        if plausible_ip(inner, begin):
            return True
    return False


def _l2tp3(p: Packet) -> Packet | None:
    """Over IP; session 0 is control."""
    inner = p.inside(Tunnel.L2TP)
    return inner if any(inner.take(p.data_offset, 4)) and _pseudowire(inner, p.data_offset + 4) else None


def _l2tp_over_udp(p: Packet) -> Packet | None:
    inner = p.inside(Tunnel.L2TP)
    flags, version = inner.take(p.data_offset, 2)
    if flags & 0x80 or version & 0x0F != 3:
        return l2tp(p)
    return inner if _pseudowire(inner, p.data_offset + 8) else None


def _authenticated(p: Packet) -> Packet | None:
    following, words = p.inside(Tunnel.AH).take(p.data_offset, 2)
    kind = ETHER_IPV4 if following == IPIP else ETHER_IPV6
    return ip_inside(p, Tunnel.AH, p.data_offset + (words + 2) * 4, kind)


def _vxlan_gpe(p: Packet) -> Packet | None:
    header = p.inside(Tunnel.VXLAN).take(p.data_offset, 8)
    if not header[0] & 8 or header[7]:
        return None
    network, at = int.from_bytes(header[4:7], "big"), p.data_offset + 8
    following = header[3] if header[0] & 4 else 3
    if following in (1, 2):
        return ip_inside(p, Tunnel.VXLAN, at, 0, network)
    if following == 3:
        return ethernet_inside(p, Tunnel.VXLAN, at, network)
    if following not in (4, 5):
        return None
    inner = p.inside(Tunnel.VXLAN, network)
    inner.leads_to(NSH if following == 4 else MPLS, at)
    return inner


def _tzsp(p: Packet) -> Packet | None:
    """TaZmen Sniffer Protocol: tagged fields up to an end, then the frame."""
    outer = p.inside(Tunnel.TZSP)
    header = outer.take(p.data_offset, 4)
    if header[0] != 1 or header[1] > 1 or be16(header, 2) != 1:
        return None
    at = p.data_offset + 4
    for _ in range(32):
        tag = outer.take(at, 1)[0]
        if tag == 1:
            return ethernet_inside(p, Tunnel.TZSP, at + 1)
        at += 1 if tag == 0 else 2 + outer.take(at, 2)[1]
    return None


def _pim_register(p: Packet) -> Packet | None:
    return ip_inside(p, Tunnel.PIM, p.data_offset + 8) if p.inside(Tunnel.PIM).take(p.data_offset, 1) == b"\x21" else None


_PROTOCOLS: Final[dict[int, Callable[[Packet], Packet | None]]] = {
    IPIP: lambda p: ip_inside(p, Tunnel.IPIP, p.data_offset, ETHER_IPV4),
    IPV6: _ip_in_ip6,
    GRE: gre,
    AH: _authenticated,
    ETHERIP: lambda p: ethernet_inside(p, Tunnel.ETHERIP, p.data_offset + 2),
    PIM: _pim_register,
    L2TP: _l2tp3,
    IP_MPLS: mpls,
    ETHERNET: lambda p: ethernet_inside(p, Tunnel.ETHERIP, p.data_offset),
}
PORTS.update({1701: _l2tp_over_udp, 4790: _vxlan_gpe, 37008: _tzsp})
