"""Link layers seldom met, in plain Python: taps, switches and firewalls that put a header of their own before the frame.

What has no reader at all becomes a row of its link type's number.
"""

from __future__ import annotations

from netmon.model.flow import LinkNumbers

from .reference_link import LINK_LAYERS, ethernet, ethertype_or_length, llc, ppp_or_hdlc, raw_ip
from .reference_packet import Packet


def unknown(p: Packet, link_type: int, at: int = 0) -> bool:
    """A frame of which nothing can be told but its link type."""
    p.has_link = True
    return p.is_plain(link_type, at, LinkNumbers.LINK_TYPE)


def _erf(p: Packet, at: int) -> bool:
    """Endace ERF: record type, extension headers while the upper bit says so; Ethernet is padded by two bytes."""
    octet = p.take(at + 8, 1)[0]
    p.has_link = True
    kind, more = octet & 0x7F, octet & 0x80
    begin, at = at, at + 16
    for _ in range(8):
        if not more:
            break
        more = p.take(at, 1)[0] & 0x80
        at += 8
    if kind in (2, 11, 16, 20):
        return ethernet(p, at + 2)
    if kind in (1, 10, 15, 17):
        return ppp_or_hdlc(p, at)
    return raw_ip(p, at) if kind in (22, 23) else unknown(p, 197, begin)


def _pflog(p: Packet, at: int) -> bool:
    """OpenBSD's pflog: its length, padded to 4."""
    p.has_link = True
    return raw_ip(p, at + (p.take(at, 1)[0] + 3 & ~3))


def _fibre_channel(p: Packet, at: int) -> bool:
    """IP over Fibre Channel, RFC 2625."""
    p.has_link = True
    return llc(p, at + 16)


def _sun_atm(p: Packet, at: int) -> bool:
    """Traffic type 2 is LLC."""
    p.has_link = True
    return llc(p, at + 4) if p.take(at, 1)[0] & 15 == 2 else unknown(p, 123, at)


def _preemptable(p: Packet, at: int) -> bool:
    """IEEE 802.3br: preamble and delimiter before, a check sequence behind."""
    p.end -= 4 if p.end >= 4 else 0
    return ethernet(p, at + 8)


def _switch_tag(p: Packet, at: int, tag: int) -> bool:
    """Distributed switches: a tag between the addresses and the ethertype."""
    addresses = p.take(at, 12)
    p.has_link = True
    p.destination_mac, p.source_mac = addresses[:6], addresses[6:]
    return ethertype_or_length(p, at + 12 + tag)


LINK_LAYERS.update(
    {
        117: _pflog,
        122: _fibre_channel,
        123: _sun_atm,
        197: _erf,
        240: lambda p, at: ethernet(p, at + 4),  # Hilscher netANALYZER; 241 keeps preamble and delimiter
        241: lambda p, at: ethernet(p, at + 12),
        274: _preemptable,
        281: lambda p, at: _switch_tag(p, at, 4),  # Broadcom, 282 before the addresses; 284, 285 Marvell
        282: lambda p, at: _switch_tag(p, at + 4, 0),
        284: lambda p, at: _switch_tag(p, at, 4),
        285: lambda p, at: _switch_tag(p, at, 8),
    }
)
