"""Interfaces as psutil sees them: ``net_if_addrs``, ``net_if_stats``, ``net_io_counters``.

psutil is imported when it is first needed: it costs 30 ms, which neither ``--help`` nor Linux has to pay.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

from netmon.model.network import Interface, InterfaceCounters
from netmon.platforms.text import clean


def interfaces() -> tuple[Interface, ...]:
    """All interfaces; one that is only half known is still there."""
    import psutil

    statistics = _ask(psutil.net_if_stats)
    counters = _ask(lambda: psutil.net_io_counters(pernic=True, nowrap=False))
    found = []
    for name, addresses in _ask(psutil.net_if_addrs).items():
        found.append(_interface(name, addresses, statistics.get(name), counters.get(name), psutil.AF_LINK))
    return tuple(found)


def _ask(question: Any) -> dict[str, Any]:
    try:
        return question() or {}
    except (OSError, RuntimeError):
        return {}


def _interface(name: str, addresses: list[Any], statistics: Any, counters: Any, link_family: int) -> Interface:
    prefixes: list[tuple[bytes, int]] = []
    mac = b""
    for entry in addresses:
        if entry.family == link_family:
            mac = _mac(entry.address)
        elif entry.family in (socket.AF_INET, socket.AF_INET6):
            prefix = _prefix(entry.address, entry.netmask)
            if prefix:
                prefixes.append(prefix)
    flags = getattr(statistics, "flags", "") if statistics else ""
    loopback = "loopback" in flags.split(",") or any(ipaddress.ip_address(a).is_loopback for a, _ in prefixes)
    return Interface(
        name=clean(name, 64),
        index=_index(name),
        mac=mac if any(mac) else b"",
        mtu=statistics.mtu if statistics else 0,
        up=bool(statistics.isup) if statistics else True,
        loopback=loopback,
        kind="loopback" if loopback else "tunnel" if "pointopoint" in flags.split(",") else "ethernet" if mac else "",
        prefixes=tuple(prefixes),
        counters=_counters(counters),
    )


def _prefix(address: str, netmask: str | None) -> tuple[bytes, int] | None:
    """``fe80::1%en0`` and ``255.255.255.0`` or ``ffff:ffff::`` as bytes and length; the whole address without a mask."""
    try:
        packed = ipaddress.ip_address(address.partition("%")[0]).packed
        length = bin(int(ipaddress.ip_address(netmask))).count("1") if netmask else 8 * len(packed)
    except ValueError:
        return None
    return packed, length


def _mac(text: str) -> bytes:
    try:
        raw = bytes(int(part, 16) for part in text.replace("-", ":").split(":"))
    except ValueError:
        return b""
    return raw if len(raw) == 6 else b""


def _index(name: str) -> int:
    try:
        return socket.if_nametoindex(name)
    except (OSError, AttributeError):
        return 0


def _counters(values: Any) -> InterfaceCounters | None:
    if values is None:
        return None
    return InterfaceCounters(
        bytes_received=values.bytes_recv,
        bytes_sent=values.bytes_sent,
        packets_received=values.packets_recv,
        packets_sent=values.packets_sent,
        errors=values.errin + values.errout,
        drops=values.dropin + values.dropout,
    )
