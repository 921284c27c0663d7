"""Default route of Windows: from addresses and indexes to names."""

from __future__ import annotations

from netmon.model.network import Interface
from netmon.platforms.generic.routes import Routes
from netmon.platforms.windows.routes import named

INTERFACES = (Interface("Loopback", index=1), Interface("Ethernet", index=12, prefixes=((bytes([192, 0, 2, 50]), 24),)))


def test_routes_are_named_by_interface() -> None:
    """An IPv4 route names an address of the interface, an IPv6 route its index; an unknown one names nothing."""
    none: frozenset[bytes] = frozenset()
    assert named(Routes("192.0.2.50", none), INTERFACES).default_interface == "Ethernet"
    assert named(Routes("#12", none), INTERFACES).default_interface == "Ethernet"
    assert named(Routes("192.0.2.99", none), INTERFACES).default_interface == ""
    assert named(Routes("", none), INTERFACES).default_interface == ""
