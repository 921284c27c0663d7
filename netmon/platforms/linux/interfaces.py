"""Interfaces of a Linux machine: names, kinds, addresses, counters (rtnetlink(7); needs no right).

In: what ``rtnetlink`` read. Out: ``Interface`` values, in the kernel's order.
"""

from __future__ import annotations

import os

from netmon.model.network import Interface, InterfaceCounters
from netmon.platforms.text import clean

from . import rtnetlink

IFF_UP, IFF_LOOPBACK, IFF_POINTOPOINT = 0x1, 0x8, 0x10
HARDWARE = {
    1: "ethernet", 772: "loopback", 65534: "tunnel", 512: "ppp", 768: "tunnel", 769: "tunnel", 776: "tunnel", 778: "tunnel",
    823: "tunnel", 801: "wireless", 802: "wireless", 803: "wireless", 280: "can", 32: "infiniband", 824: "netlink",
    820: "vsock", 821: "monitor", 804: "monitor",
}  # fmt: skip
"""ARPHRD_ value (linux/if_arp.h) -> kind."""
KINDS = {
    "tun": "tunnel", "wireguard": "tunnel", "vxlan": "tunnel", "geneve": "tunnel", "gre": "tunnel", "gretap": "tunnel",
    "ipip": "tunnel", "sit": "tunnel", "ip6tnl": "tunnel", "ip6gre": "tunnel", "vti": "tunnel", "vti6": "tunnel",
    "xfrm": "tunnel", "ip6gretap": "tunnel", "erspan": "tunnel",
}  # fmt: skip
"""Driver kinds that have a common name; others (bridge, bond, veth, vlan, macvlan, dummy, team) are shown as they are."""


def interfaces(links: bytes, addresses: bytes, root: str = "/sys") -> tuple[Interface, ...]:
    """All interfaces."""
    prefixes: dict[int, list[tuple[bytes, int]]] = {}
    for index, address, prefix in rtnetlink.addresses(addresses):
        prefixes.setdefault(index, []).append((address, prefix))
    return tuple(_interface(link, tuple(prefixes.get(link.number, ())), root) for link in rtnetlink.links(links))


def _interface(link: rtnetlink.Link, prefixes: tuple[tuple[bytes, int], ...], root: str) -> Interface:
    name = clean(link.name, 64)
    return Interface(
        name=name,
        index=link.number,
        description=clean(link.alias),
        mac=link.mac if len(link.mac) == 6 and any(link.mac) else b"",
        mtu=link.mtu,
        up=bool(link.flags & IFF_UP),
        loopback=bool(link.flags & IFF_LOOPBACK),
        kind=_kind(link, name, root),
        prefixes=prefixes,
        counters=_counters(link.statistics),
    )


def _kind(link: rtnetlink.Link, name: str, root: str) -> str:
    driver = clean(link.kind, 32)
    if driver:
        return KINDS.get(driver, driver)
    if link.hardware == 1 and os.path.exists(f"{root}/class/net/{name}/phy80211"):  # noqa: PTH110
        return "wireless"
    return HARDWARE.get(link.hardware, "tunnel" if link.flags & IFF_POINTOPOINT else "")


def _counters(values: tuple[int, ...]) -> InterfaceCounters | None:
    if not values:
        return None
    packets_in, packets_out, bytes_in, bytes_out, errors_in, errors_out, drops_in, drops_out = values
    return InterfaceCounters(bytes_in, bytes_out, packets_in, packets_out, errors_in + errors_out, drops_in + drops_out)
