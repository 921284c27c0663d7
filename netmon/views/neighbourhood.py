"""Who is on the links of this machine: what the operating system knows, and what is heard in packets.

In: connections to count or to take off again (``following``), the operating system's list; out: ``Host`` values in order.
Heard is who sent ARP or neighbour discovery (RFC 826, RFC 4861), who has a link-local address, and the gateways: their
hardware addresses are their own, those of others are a router's.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from netmon.model.connection import Connection
from netmon.model.snapshot import Snapshot

MOST = 4096
"""Neighbours that are kept: a scan of whole networks tells of more."""
HEARD = "heard"
"""The state of those that only packets tell of."""
_DISCOVERY = ("NEIGHBOR", "ROUTER")
_NO_HOST = frozenset({"multicast", "broadcast"})


class Host(NamedTuple):
    """One neighbour."""

    address: str
    mac: str
    vendor: str
    interface: str
    state: str
    seen: float | None
    """Unix time."""
    name: str
    router: bool


class _Heard(NamedTuple):
    """What one connection tells of one neighbour."""

    mac: str
    vendor: str
    seen: float
    name: str
    router: bool


Key = tuple[str, str]
"""Interface and address."""


class Neighbourhood:
    """Who is heard, and by which connections."""

    def __init__(self) -> None:
        self._heard: dict[Key, dict[str, _Heard]] = {}

    def count(self, connections: Sequence[Connection], by: int) -> None:
        """See ``Account``."""
        for connection in connections:
            if connection.source_mac or connection.destination_mac:
                for address, heard in _told(connection):
                    self._count((connection.interface, address), connection.identifier, heard, by)

    def _count(self, key: Key, identifier: str, heard: _Heard, by: int) -> None:
        known = self._heard.get(key)
        if by > 0:
            if known is not None:
                known[identifier] = heard
            elif len(self._heard) < MOST:
                self._heard[key] = {identifier: heard}
        elif known is not None:
            known.pop(identifier, None)
            if not known:
                del self._heard[key]

    def hosts(self, snapshot: Snapshot) -> list[Host]:
        """Routers first, then by address; who does not answer last."""
        found = {(host.interface, host.address): host for host in _known(snapshot)}
        for key, ways in self._heard.items():
            latest = max(ways.values(), key=lambda heard: heard.seen)
            name = latest.name or next((heard.name for heard in ways.values() if heard.name), "")
            router = any(heard.router for heard in ways.values())
            old = found.get(key)
            if old is None:
                found[key] = Host(key[1], latest.mac, latest.vendor, key[0], HEARD, latest.seen, name, router)
                continue
            mac, vendor = (old.mac, old.vendor) if old.mac else (latest.mac, latest.vendor)
            seen = max(old.seen or 0.0, latest.seen)
            found[key] = old._replace(mac=mac, vendor=vendor, seen=seen, name=name, router=router or old.router)
        return sorted(found.values(), key=_order)


def _known(snapshot: Snapshot) -> Iterable[Host]:
    for one in snapshot.status.neighbours:
        seen = snapshot.now - one.idle if one.idle is not None else None
        yield Host(one.address, one.mac, one.vendor, one.interface, one.state, seen, "", one.router)


def _told(connection: Connection) -> list[tuple[str, _Heard]]:
    c = connection
    discovery = c.protocol == "arp" or (c.protocol == "icmpv6" and c.state.startswith(_DISCOVERY))
    ends = (
        (True, c.source, c.source_mac, c.source_vendor, c.source_kind, c.source_scope, c.source_name),
        (False, c.destination, c.destination_mac, c.destination_vendor, c.destination_kind, c.destination_scope,
         c.destination_name),
    )  # fmt: skip
    return [
        (address, _Heard(mac, vendor, c.last_seen, name.text if name is not None else "", kind == "gateway"))
        for source, address, mac, vendor, kind, scope, name in ends
        if _own(mac) and c.local_is_source is not source and _near(kind, scope, discovery)
    ]


def _own(mac: str) -> bool:
    """Whether it is one station's: the group bit (IEEE 802-2014 section 8.2.2) is not set."""
    return bool(mac) and mac[1:2].lower() not in tuple("13579bdf")


def _near(kind: str, scope: str, discovery: bool) -> bool:
    if kind in _NO_HOST or scope in ("UNSPECIFIED", "MULTICAST", "BROADCAST", "LOOPBACK"):
        return False
    return discovery or scope == "LINK-LOCAL" or kind == "gateway"


def _order(host: Host) -> tuple[bool, bool, str, int, bytes]:
    family = socket.AF_INET6 if ":" in host.address else socket.AF_INET
    try:
        number = socket.inet_pton(family, host.address.partition("%")[0])
    except OSError:
        number = host.address.encode()
    return not host.mac, not host.router, host.interface, len(number), number
