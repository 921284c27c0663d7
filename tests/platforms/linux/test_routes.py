"""Default routes of Linux, from recorded tables (little-endian)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.platforms.linux import routes
from netmon.platforms.linux.routes import Routes, parse


@pytest.fixture(autouse=True)
def little_endian(monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows was recorded on a little-endian machine, and is read as on one."""
    monkeypatch.setattr(routes, "_IPV4_REVERSED", True)


IPV4 = """Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
tun0\t0000000A\t0100080A\t0003\t0\t0\t50\t000000FF\t0\t0\t0
"""
ZERO = "0" * 32
GATEWAY6 = "fe800000000000000000000000000001"
IPV6 = f"""fe800000000000000000000000000000 40 {ZERO} 00 {ZERO} 00000100 00000001 00000000 00000001     eth0
{ZERO} 00 {ZERO} 00 {GATEWAY6} 00000400 00000001 00000000 00000003     eth1
{ZERO} 00 {ZERO} 00 {ZERO} ffffffff 00000001 00000000 00200200       lo
"""
IPV4_BIG = """Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
d0\t00000000\tC0000201\t0003\t0\t0\t0\t00000000\t0\t0\t0
d0\tC0000200\t00000000\t0001\t0\t0\t0\tFFFFFF00\t0\t0\t0
"""
"""Recorded on s390x (Linux 6.12)."""
IPV6_BIG = f"{ZERO} 00 {ZERO} 00 20010db8000000000000000000000001 00000400 00000001 00000000 00000003       d0"
GATEWAYS4 = {bytes([192, 168, 1, 1]), bytes([192, 0, 2, 1]), bytes([10, 8, 0, 1])}


def test_the_default_route_with_the_lowest_metric_wins() -> None:
    """IPv4 comes before IPv6; all gateways of both families are known."""
    assert parse(IPV4, IPV6) == Routes("eth0", frozenset(GATEWAYS4 | {bytes.fromhex(GATEWAY6)}))


def test_a_machine_with_ipv6_only() -> None:
    """Without an IPv4 default route the IPv6 one counts; reject routes do not."""
    assert parse("header\n", IPV6) == Routes("eth1", frozenset({bytes.fromhex(GATEWAY6)}))
    assert parse("", IPV6.splitlines()[2]) == Routes("", frozenset())


def test_no_routes() -> None:
    """Nothing known, nothing claimed."""
    assert parse("", "") == Routes("", frozenset())


def test_a_big_endian_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its words are in network order as they are; those of IPv6 are everywhere."""
    monkeypatch.setattr(routes, "_IPV4_REVERSED", False)
    gateways = {bytes([192, 0, 2, 1]), bytes.fromhex("20010db8" + "0" * 23 + "1")}
    assert parse(IPV4_BIG, IPV6_BIG) == Routes("d0", frozenset(gateways))


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=200), st.text("0123456789abcdefABCDEF \t\neth-", max_size=300))
def test_any_text_is_survived(first: str, second: str) -> None:
    """Lines that are no routes are skipped."""
    for text in (first, second):
        assert isinstance(parse("header\n" + text, text), Routes)
