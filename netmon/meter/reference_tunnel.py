"""Tunnels in plain Python: where the packet begins that another one carries.

A tunnel known only by its UDP port is believed when its header and the header inside hold together; an inner frame never
reaches beyond the outer one. References: RFC 2784, 2890, 7637 (GRE), 2637 (PPTP), 7348 (VXLAN), 8926 (Geneve), 4380
(Teredo), 2661 (L2TP), 3GPP TS 29.281 (GTP-U), draft-foschiano-erspan, RFC 9300 (LISP), 5415 (CAPWAP), 7510 (MPLS in UDP),
draft-massar-v6ops-ayiya.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from netmon.model.flow import Tunnel

from .reference_ip import IPIP, IPV6
from .reference_link import BRIDGE, MPLS, MPLS_MULTICAST, PPP, VLAN, ethernet, ppp
from .reference_link import IPV4 as ETHER_IPV4
from .reference_link import IPV6 as ETHER_IPV6
from .reference_packet import Packet, be16
from .reference_wireless import wlan


def plausible_ip(inner: Packet, at: int) -> bool:
    """An IP header that fits what is left."""
    head = inner.peek(at, 6) if at <= inner.end else b""
    if not head:
        return False
    left = inner.end - at
    if head[0] >> 4 == 4:
        return head[0] & 15 >= 5 and 20 <= be16(head, 2) <= left and inner.leads_to(ETHER_IPV4, at)
    return head[0] >> 4 == 6 and 40 + be16(head, 4) <= left and inner.leads_to(ETHER_IPV6, at)


def ip_inside(p: Packet, kind: Tunnel, at: int, ethertype: int = 0, network: int = 0) -> Packet | None:
    """The inner packet when an IP header of this kind (0 = either) is there."""
    inner = p.inside(kind, network)
    return inner if plausible_ip(inner, at) and ethertype in (0, inner.ethertype) else None


def ethernet_inside(p: Packet, kind: Tunnel, at: int, network: int = 0) -> Packet | None:
    """The inner packet behind an Ethernet header."""
    inner = p.inside(kind, network)
    return inner if at < inner.end and ethernet(inner, at) else None


def _ppp_inside(p: Packet, kind: Tunnel, at: int) -> Packet | None:
    inner = p.inside(kind)
    return inner if ppp(inner, at) and not inner.plain else None


def mpls(p: Packet) -> Packet | None:
    """A label stack."""
    inner = p.inside(Tunnel.MPLS)
    inner.leads_to(MPLS, p.data_offset)
    return inner


def gre(p: Packet) -> Packet | None:
    """Whatever GRE carries."""
    outer = p.inside(Tunnel.GRE)
    flags, kind = be16(outer.take(p.data_offset, 4)), be16(outer.take(p.data_offset + 2, 2))
    at = p.data_offset + 4
    if flags & 7 == 1:  # PPTP: the key is length and call id, sequence and ACK optional
        at += 4 + (4 if flags & 0x1000 else 0) + (4 if flags & 0x80 else 0)
        return _ppp_inside(p, Tunnel.GRE, at) if kind == PPP and flags & 0x2000 else None
    if flags & 0x4007:  # source routing, or another version
        return None
    at += 4 if flags & 0x8000 else 0
    key = int.from_bytes(outer.peek(at, 4) if flags & 0x2000 else b"", "big")
    at += (4 if flags & 0x2000 else 0) + (4 if flags & 0x1000 else 0)
    if kind in (ETHER_IPV4, ETHER_IPV6):
        return ip_inside(p, Tunnel.GRE, at)
    if kind in (MPLS, MPLS_MULTICAST, VLAN):
        outer.leads_to(kind, at)
        return outer
    if kind == BRIDGE:  # NVGRE: the upper 24 bits of the key are the subnet
        return ethernet_inside(p, Tunnel.GRE, at, key >> 8)
    if kind in (0x88BE, 0x22EB):
        return _erspan(p, at, kind, bool(flags & 0x1000))
    if kind == PPP:
        return _ppp_inside(p, Tunnel.GRE, at)
    if kind == 0x883E:  # WCCP: version 2 puts 4 bytes before the packet
        return ip_inside(p, Tunnel.GRE, at) or ip_inside(p, Tunnel.GRE, at + 4)
    return None


def _erspan(p: Packet, at: int, kind: int, numbered: bool) -> Packet | None:
    """Type I has no header, type II says so by GRE's sequence number, type III has a protocol number of its own."""
    if kind == 0x88BE and not numbered:
        return ethernet_inside(p, Tunnel.ERSPAN, at)
    header = p.inside(Tunnel.ERSPAN).take(at, 8 if kind == 0x88BE else 12)
    session = be16(header, 2) & 0x3FF
    if kind == 0x88BE:
        return ethernet_inside(p, Tunnel.ERSPAN, at + 8, session)
    return ethernet_inside(p, Tunnel.ERSPAN, at + (20 if header[11] & 1 else 12), session)


def _vxlan(p: Packet) -> Packet | None:
    header = p.inside(Tunnel.VXLAN).take(p.data_offset, 8)
    if header[0] & 0x7F != 8 or header[7]:
        return None
    return ethernet_inside(p, Tunnel.VXLAN, p.data_offset + 8, int.from_bytes(header[4:7], "big"))


def _geneve(p: Packet) -> Packet | None:
    header = p.inside(Tunnel.GENEVE).take(p.data_offset, 8)
    if header[0] >> 6 or header[1] & 0x3F or header[7]:
        return None
    network = int.from_bytes(header[4:7], "big")
    at = p.data_offset + 8 + (header[0] & 0x3F) * 4
    kind = be16(header, 2)
    if kind == BRIDGE:
        return ethernet_inside(p, Tunnel.GENEVE, at, network)
    return ip_inside(p, Tunnel.GENEVE, at, 0, network) if kind in (ETHER_IPV4, ETHER_IPV6) else None


def _gtp_u(p: Packet) -> Packet | None:
    inner = p.inside(Tunnel.GTP_U)  # the endpoint id differs by direction: not part of the key
    header = inner.take(p.data_offset, 8)
    if header[0] >> 4 != 3 or header[1] != 0xFF or be16(header, 2) + 8 > p.data_length:
        return None
    at = p.data_offset + 8
    if header[0] & 7:
        following = inner.take(p.data_offset, 12)[11] if header[0] & 4 else 0
        inner.take(p.data_offset, 12)
        at += 4
        for _ in range(8):
            if not following:
                break
            units = inner.take(at, 1)[0]
            if units == 0:
                return None
            at += units * 4
            following = inner.take(at - 1, 1)[0]
    return inner if plausible_ip(inner, at) else None


def _teredo(p: Packet) -> Packet | None:
    inner = p.inside(Tunnel.TEREDO)
    at = p.data_offset
    head = inner.take(at, 4)
    if be16(head) == 1:  # authentication
        at += 13 + head[2] + head[3]
    if inner.peek(at, 2) == b"\0\0":
        at += 8  # origin indication
    return ip_inside(p, Tunnel.TEREDO, at, ETHER_IPV6)


def l2tp(p: Packet) -> Packet | None:
    """Version 2, a data message."""
    inner = p.inside(Tunnel.L2TP)
    flags, version = inner.take(p.data_offset, 2)
    if flags & 0x80 or version & 0x0F != 2:
        return None
    at = p.data_offset + 6 + (2 if flags & 0x40 else 0) + (4 if flags & 0x08 else 0)
    if flags & 0x02:
        at += 2 + be16(inner.take(at, 2))
    if at < inner.end and ppp(inner, at) and not inner.plain and plausible_ip(inner, inner.l3):
        return inner
    return None


def _capwap(p: Packet) -> Packet | None:
    inner = p.inside(Tunnel.CAPWAP)
    header = inner.take(p.data_offset, 4)
    if header[0] or header[3] & 0x80:
        return None  # encrypted, or a fragment
    at = p.data_offset + (header[1] >> 3) * 4
    if not header[2] & 1:
        return ethernet_inside(p, Tunnel.CAPWAP, at)
    control = inner.take(at, 2)  # some access points swap its octets
    swapped = control[0] & 0x0F != 8 and control[1] & 0x0F == 8
    return inner if wlan(inner, at, swapped=swapped) and not inner.plain else None


def _ayiya(p: Packet) -> Packet | None:
    header = p.inside(Tunnel.AYIYA).take(p.data_offset, 4)
    if header[2] & 15 != 1 or header[3] not in (IPIP, IPV6):
        return None
    return ip_inside(p, Tunnel.AYIYA, p.data_offset + 8 + (1 << (header[0] >> 4)) + (header[1] >> 4) * 4)


def _lisp(p: Packet) -> Packet | None:
    return ip_inside(p, Tunnel.LISP, p.data_offset + 8)


PORTS: Final[dict[int, Callable[[Packet], Packet | None]]] = {
    1701: l2tp, 2152: _gtp_u, 3544: _teredo, 4341: _lisp, 4789: _vxlan, 5072: _ayiya, 5247: _capwap, 6081: _geneve,
    6635: mpls, 8472: _vxlan,
}  # fmt: skip
