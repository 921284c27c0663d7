"""The kernel's neighbour tables, ARP's and NDP's (rtnetlink(7), linux/neighbour.h; needs no right).

In: what ``rtnetlink`` read, and the interfaces by number. Out: ``Neighbour`` values. Rule: bounded; what stands for no host
(multicast, interfaces without ARP) is left out.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping

from netmon.model.network import Neighbour

from . import rtnetlink

MOST = 4096
"""A router with whole networks of them has more; the rest is heard in packets."""
STATES = {
    0x01: "incomplete", 0x02: "reachable", 0x04: "stale", 0x08: "delay", 0x10: "probe", 0x20: "failed", 0x80: "permanent",
}  # fmt: skip
"""NUD_ bit -> word; NUD_NOARP is not a neighbour."""


def neighbours(data: bytes, names: Mapping[int, str]) -> tuple[Neighbour, ...]:
    """All of them, in the kernel's order."""
    found: list[Neighbour] = []
    ticks = os.sysconf("SC_CLK_TCK")
    for entry in rtnetlink.neighbours(data):
        state = STATES.get(entry.state)
        if state is None or _multicast(entry.address):
            continue
        there = len(entry.mac) == 6 and any(entry.mac)
        found.append(
            Neighbour(
                address=socket.inet_ntop(socket.AF_INET if len(entry.address) == 4 else socket.AF_INET6, entry.address),
                mac=entry.mac.hex(":") if there else "",
                interface=names.get(entry.interface, ""),
                state=state,
                idle=entry.confirmed / ticks if there and entry.confirmed is not None else None,
                router=bool(entry.flags & rtnetlink.NTF_ROUTER),
            )
        )
        if len(found) == MOST:
            break
    return tuple(found)


def _multicast(address: bytes) -> bool:
    return address[0] >> 4 == 14 if len(address) == 4 else address[0] == 0xFF
