"""Whether bytes look like a whole packet of a lower layer: what tunnel protocols are recognised by.

In: the supposed packet. Out: yes or no. Only lengths and fixed values are looked at; what is inside is the meter's business.
"""

from __future__ import annotations

ETHERTYPES = frozenset((0x0800, 0x0806, 0x86DD, 0x8100, 0x88A8, 0x8847, 0x88CC, 0x8863, 0x8864, 0x888E, 0x88F7))

_ACCESS_POINTS = frozenset((b"\x42\x42", b"\xaa\xaa", b"\xe0\xe0", b"\xf0\xf0", b"\xfe\xfe", b"\xff\xff"))
"""IEEE 802.2: spanning tree, SNAP, NetWare, NetBIOS, ISO."""


def is_ip(data: bytes, exact: bool = False) -> bool:
    """An IPv4 or IPv6 header whose length fits; ``exact``: fills ``data``."""
    if len(data) >= 20 and data[0] >> 4 == 4:
        total = int.from_bytes(data[2:4], "big")
        header = (data[0] & 15) * 4
        return header >= 20 and header <= total and (total == len(data) if exact else total <= len(data))
    if len(data) >= 40 and data[0] >> 4 == 6:
        total = 40 + int.from_bytes(data[4:6], "big")
        return total == len(data) if exact else total <= len(data)
    return False


def is_ethernet(data: bytes) -> bool:
    """A frame with a known ethertype and, for IP, a header that fits; or an IEEE 802.3 length that does, of a known user."""
    if len(data) < 14:
        return False
    kind = int.from_bytes(data[12:14], "big")
    if kind in (0x0800, 0x86DD):
        return is_ip(data[14:]) or len(data) < 54
    if data[6] & 1 or not any(data[6:12]):  # no station sends from a group
        return False
    return kind in ETHERTYPES or (3 <= kind <= min(1500, len(data) - 14) and data[14:16] in _ACCESS_POINTS)
