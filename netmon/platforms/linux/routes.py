"""Default routes from ``/proc/net/route`` and ``/proc/net/ipv6_route`` (the main table).

In: the text of both files. Out: interface of the default route and all gateways. A line that is not a route is skipped.
"""

from __future__ import annotations

import sys
from typing import NamedTuple

RTF_UP, RTF_GATEWAY, RTF_REJECT = 0x1, 0x2, 0x200
_IPV4_REVERSED = sys.byteorder == "little"


class Routes(NamedTuple):
    """What the routing tables say."""

    default_interface: str
    gateways: frozenset[bytes]


class _Default(NamedTuple):
    metric: int
    interface: str


def parse(ipv4: str, ipv6: str) -> Routes:
    """The IPv4 default route comes first, then the IPv6 one; of several the one with the lowest metric."""
    gateways: set[bytes] = set()
    defaults4 = _ipv4(ipv4, gateways)
    defaults6 = _ipv6(ipv6, gateways)
    best = min(defaults4, default=None) or min(defaults6, default=None)
    return Routes(best.interface if best else "", frozenset(gateways))


def _ipv4(text: str, gateways: set[bytes]) -> list[_Default]:
    """Iface Destination Gateway Flags RefCnt Use Metric Mask ...; addresses are one word in the machine's byte order."""
    found: list[_Default] = []
    for line in text.splitlines()[1:]:
        fields = line.split()
        try:
            destination, gateway, flags = fields[1], bytes.fromhex(fields[2]), int(fields[3], 16)
            metric, mask = int(fields[6]), fields[7]
        except (IndexError, ValueError):
            continue
        if not flags & RTF_UP or flags & RTF_REJECT:
            continue
        if flags & RTF_GATEWAY and len(gateway) == 4:
            gateways.add(gateway[::-1] if _IPV4_REVERSED else gateway)
        if int(destination, 16) == 0 and int(mask, 16) == 0:
            found.append(_Default(metric, fields[0]))
    return found


def _ipv6(text: str, gateways: set[bytes]) -> list[_Default]:
    """destination prefix source prefix nexthop metric refcount use flags interface; addresses in network byte order."""
    found: list[_Default] = []
    for line in text.splitlines():
        fields = line.split()
        try:
            destination, prefix = bytes.fromhex(fields[0]), int(fields[1], 16)
            gateway, metric, flags = bytes.fromhex(fields[4]), int(fields[5], 16), int(fields[8], 16)
            interface = fields[9]
        except (IndexError, ValueError):
            continue
        if not flags & RTF_UP or flags & RTF_REJECT:
            continue
        if flags & RTF_GATEWAY and len(gateway) == 16 and any(gateway):
            gateways.add(gateway)
        if prefix == 0 and not any(destination):
            found.append(_Default(metric, interface))
    return found
