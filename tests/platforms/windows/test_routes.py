"""Default route of Windows: which of several is taken."""

from __future__ import annotations

import sys

import pytest

from netmon.platforms.windows.ip_helper import Adapter, DefaultRoute
from netmon.platforms.windows.routes import chosen, routes

LAN, VPN = Adapter("Ethernet", 12, 12, metric=25, metric6=25), Adapter("VPN", 7, 9, metric=5, metric6=50)
NEAR, FAR, SIX = bytes([192, 0, 2, 1]), bytes([198, 51, 100, 1]), bytes.fromhex("fe80" + "00" * 13 + "01")


def test_the_lowest_sum_of_metrics_wins_and_ipv4_comes_first() -> None:
    """The adapter's own metric counts, too; on IPv6 it has another, and may have another number."""
    four = [DefaultRoute(False, 12, 10, NEAR), DefaultRoute(False, 7, 20, FAR)]
    six = [DefaultRoute(True, 9, 0, b""), DefaultRoute(True, 12, 20, SIX)]
    found = chosen([*six, *four], [LAN, VPN])
    assert found.default_interface == "VPN"
    assert found.gateways == {NEAR, FAR, SIX}
    assert chosen(six, [LAN, VPN]).default_interface == "Ethernet"


def test_no_adapter_of_that_number_and_no_route() -> None:
    """Nothing is guessed; the gateway is one all the same."""
    assert chosen([DefaultRoute(False, 99, 0, NEAR)], [LAN]) == ("", {NEAR})
    assert chosen([], [LAN]) == ("", frozenset())


@pytest.mark.skipif(sys.platform == "win32", reason="there the library is there")
def test_a_library_that_does_not_answer() -> None:
    """No route rather than an error."""
    assert routes([LAN]) == ("", frozenset())
