"""Puts interfaces and routes together into a ``Network`` (the same on every system)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from ipaddress import ip_address

from netmon.model.network import Interface, Neighbour, Network

LIMITED_BROADCAST = b"\xff\xff\xff\xff"


def network(
    interfaces: Iterable[Interface],
    default: str,
    gateways: frozenset[bytes],
    notes: Iterable[str] = (),
    neighbours: Iterable[Neighbour] = (),
) -> Network:
    """Local and broadcast addresses follow from the prefixes (RFC 919; none on /31 and /32, RFC 3021); a neighbour that
    is a gateway is a router."""
    interfaces = tuple(interfaces)
    local: set[bytes] = set()
    broadcast = {LIMITED_BROADCAST}
    for interface in interfaces:
        for address, length in interface.prefixes:
            local.add(address)
            if len(address) == 4 and length < 31 and not interface.loopback:
                host = (1 << (32 - length)) - 1
                broadcast.add((int.from_bytes(address, "big") | host).to_bytes(4, "big"))
    routers = {str(ip_address(gateway)) for gateway in gateways}
    return Network(
        interfaces=interfaces,
        default_interface=default,
        gateways=gateways,
        local_addresses=frozenset(local),
        broadcast_addresses=frozenset(broadcast),
        notes=tuple(notes),
        neighbours=tuple(replace(one, router=one.router or one.address in routers) for one in neighbours),
    )
