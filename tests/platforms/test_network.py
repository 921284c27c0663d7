"""What follows from interfaces and routes."""

from __future__ import annotations

from netmon.model.network import Interface
from netmon.platforms.network import LIMITED_BROADCAST, network


def test_local_and_broadcast_addresses() -> None:
    """Every address is local; broadcast addresses follow from IPv4 prefixes, except on loopback, /31 and /32."""
    v6 = bytes(15) + b"\1"
    interfaces = [
        Interface("lo", loopback=True, prefixes=((bytes([127, 0, 0, 1]), 8), (v6, 128))),
        Interface("eth0", prefixes=((bytes([192, 0, 2, 130]), 25), (bytes([10, 1, 2, 3]), 8))),
        Interface("p2p", prefixes=((bytes([10, 9, 0, 0]), 31), (bytes([10, 9, 0, 9]), 32))),
    ]
    found = network(interfaces, "eth0", frozenset({b"gate"}), ["note"])
    assert found.broadcast_addresses == {LIMITED_BROADCAST, bytes([192, 0, 2, 255]), bytes([10, 255, 255, 255])}
    assert len(found.local_addresses) == 6
    assert v6 in found.local_addresses
    assert (found.default_interface, found.gateways, found.notes) == ("eth0", frozenset({b"gate"}), ("note",))
