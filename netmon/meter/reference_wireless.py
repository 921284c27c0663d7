"""IEEE 802.11 in plain Python, the headers capture cards put before it, and the two that only say what comes next.

Data frames lead to LLC. Management, control and encrypted frames become link-layer rows whose number is the first octet of
the frame control field.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from netmon.model.flow import LinkNumbers

from .reference_link import LINK_LAYERS, llc_or_plain
from .reference_link_rare import unknown
from .reference_packet import Packet, Short

_ANNOUNCING: Final = (149, 192, 258)


def wlan(p: Packet, at: int, padded: bool = False, swapped: bool = False) -> bool:
    """An 802.11 MAC header. ``padded``: the card aligned what follows to 4 bytes; ``swapped``: frame control's octets."""
    head = p.take(at, 10)
    p.has_link = True
    p.destination_mac = head[4:10]
    first, second = (head[1], head[0]) if swapped else (head[0], head[1])
    rest = p.peek(at + 10, 14)
    if not rest:  # acknowledgements have one address only
        return p.is_plain(first, at, LinkNumbers.WLAN)
    p.source_mac = rest[:6]
    if first & 0x0C != 0x08:
        return p.is_plain(first, at, LinkNumbers.WLAN)
    if second & 1:  # to the access point: the destination is address 3
        p.destination_mac = rest[6:12]
    header = 24
    if second & 3 == 3:
        fourth = p.peek(at + 24, 6)
        if not fourth:
            return p.is_plain(first, at, LinkNumbers.WLAN)
        p.source_mac = fourth
        header += 6
    elif second & 2:
        p.source_mac = rest[6:12]
    if first & 0x80:
        quality = p.peek(at + header, 2)
        if not quality:
            return p.is_plain(first, at, LinkNumbers.WLAN)
        header += 6 if second & 0x80 else 2  # order bit: HT control follows
        if padded:
            header = (header + 3) & ~3
        if quality[0] & 0x80:  # aggregated: the first of several
            header += 14
    if first & 0x40 or second & 0x40:  # no data, or encrypted
        return p.is_plain(first, at, LinkNumbers.WLAN)
    return llc_or_plain(p, at + header, first, at, LinkNumbers.WLAN)


def radiotap(p: Packet, at: int) -> bool:
    """Radiotap: a bitmap of fields, of which only the flags matter."""
    head = p.take(at, 8)
    length = head[2] | head[3] << 8
    if length < 8:
        return False
    first = present = int.from_bytes(head[4:8], "little")
    words = at + 8
    for _ in range(16):
        if not present >> 31:
            break
        present = int.from_bytes(p.take(words, 4), "little")
        words += 4
    flags = 0
    if first & 2:  # flags stand first, or behind the 8-byte aligned TSFT
        where = ((words - at + 7) & ~7) + 8 if first & 1 else words - at
        if where < length and (octet := p.peek(at + where, 1)):
            flags = octet[0]
    if flags & 0x10 and p.end >= at + length + 4:
        p.end -= 4  # the frame check sequence is in the capture
    return wlan(p, at + length, padded=bool(flags & 0x20))


def avs(p: Packet, at: int) -> bool:
    """AVS monitor header."""
    length = int.from_bytes(p.take(at, 8)[4:8], "big")
    return 8 <= length < 4096 and wlan(p, at + length)


def prism(p: Packet, at: int) -> bool:
    """Prism monitor header, or AVS under the Prism number."""
    magic = int.from_bytes(p.take(at, 8)[:4], "big")
    return avs(p, at) if magic & 0xFFFFF000 == 0x80211000 else wlan(p, at + 144)


def _announced(p: Packet, at: int, link_type: int) -> bool:
    if at > p.end or at > len(p.data) or link_type in _ANNOUNCING:
        return False
    layer = LINK_LAYERS.get(link_type)
    return layer(p, at) if layer is not None else unknown(p, link_type, at)


def pktap(p: Packet, at: int) -> bool:
    """Apple's PKTAP: length, link type and the process, which ``platforms`` reads."""
    head = p.take(at, 12)
    length = int.from_bytes(head[:4], "little")
    if not 12 <= length < 4096:
        return False
    p.process = length
    return _announced(p, at + length, int.from_bytes(head[8:12], "little"))


def ppi(p: Packet, at: int) -> bool:
    """Per-Packet Information header."""
    head = p.take(at, 8)
    length = head[2] | head[3] << 8
    return length >= 8 and _announced(p, at + length, int.from_bytes(head[4:8], "little"))


LINK_LAYERS.update({105: wlan, 119: prism, 127: radiotap, 149: pktap, 163: avs, 192: ppi, 258: pktap})


def link_layer(p: Packet, link_type: int) -> bool:
    """Whether the frame's link layer is understood; the door to this module and ``reference_link``."""
    layer: Callable[[Packet, int], bool] | None = LINK_LAYERS.get(link_type)
    if layer is None:
        return unknown(p, link_type)
    try:
        return layer(p, 0)
    except Short:
        return False
