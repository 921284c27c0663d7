"""Routing tables of the shape that netstat(1) of macOS 14, FreeBSD 14, OpenBSD 7 and NetBSD 10 prints, with documentation
addresses; none of these systems ran here."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.platforms.generic.routes import Routes, parse_netstat, run

MACOS = """Routing tables

Internet:
Destination        Gateway            Flags           Netif Expire
default            192.0.2.1          UGScg             en0
127                127.0.0.1          UCS               lo0
192.0.2.1/32       link#6             UCS               en0      !
192.0.2.1          0:11:22:33:44:55   UHLWIir           en0   1187

Internet6:
Destination                             Gateway                                 Flags           Netif Expire
default                                 fe80::1%en0                             UGcg              en0
default                                 fe80::%utun0                            UGcIg           utun0
::1                                     ::1                                     UHL               lo0
"""
FREEBSD = """Routing tables

Internet:
Destination        Gateway            Flags     Netif Expire
127.0.0.1          link#2             UH          lo0
192.0.2.0/24       link#1             U          vtnet0

Internet6:
Destination                       Gateway                       Flags     Nhop#    Mtu    Netif Expire
::/96                             ::1                           URS           4  16384      lo0
default                           2001:db8:1234:5678:9abc:def0:1234:1 UGS     7   1500   vtnet0
"""
OPENBSD = """Routing tables

Internet:
Destination        Gateway            Flags   Refs      Use   Mtu  Prio Iface
default            192.0.2.1          UGS       12     4711     -     8 vio0
192.0.2/24         192.0.2.7          UCn        1        0     -     4 vio0
127.0.0.1          127.0.0.1          UHhl       1        2 32768     1 lo0

Internet6:
Destination                        Gateway                        Flags   Refs      Use   Mtu  Prio Iface
::/96                              ::1                            UGRS       0        0 32768     8 lo0
"""
NETBSD = """Routing tables

Internet:
Destination        Gateway            Flags    Refs      Use    Mtu Interface
default            192.0.2.1          UGS         -        -      -  wm0
127/8              127.0.0.1          UGRS        -        -  33624  lo0
"""


def test_macos() -> None:
    """The IPv4 default route gives the interface; gateways of both families, but not a link as a whole."""
    assert parse_netstat(MACOS) == Routes(
        "en0",
        frozenset({bytes([192, 0, 2, 1]), bytes.fromhex("fe80" + "00" * 13 + "01")}),
    )


def test_freebsd_with_ipv6_only() -> None:
    """Without an IPv4 default route the IPv6 one counts; each family has its own heading, and a long gateway is not cut."""
    assert parse_netstat(FREEBSD) == Routes("vtnet0", frozenset({bytes.fromhex("20010db8123456789abcdef012340001")}))


@settings(deadline=None, max_examples=100)
@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from((MACOS + FREEBSD).splitlines())).map("\n".join)))
def test_any_text_is_survived(text: str) -> None:
    """Lines out of place, and lines that are none, raise nothing."""
    assert isinstance(parse_netstat(text), Routes)


@pytest.mark.parametrize("command", [["/nonexistent/tool"], [sys.executable, "-c", "raise SystemExit(3)"]])
def test_a_tool_that_is_missing_or_fails_gives_nothing(command: list[str]) -> None:
    """No exception, no output."""
    assert run(command) == ""


def test_the_output_of_a_tool() -> None:
    """Standard output as text, undecodable bytes replaced."""
    assert run([sys.executable, "-c", r"import os; os.write(1, b'a\xff')"]) == "a\ufffd"


@pytest.mark.parametrize(("text", "interface"), [(OPENBSD, "vio0"), (NETBSD, "wm0")])
def test_other_headings(text: str, interface: str) -> None:
    """OpenBSD and NetBSD name the last column otherwise, and have more of them."""
    routes = parse_netstat(text)
    assert routes.default_interface == interface
    assert routes.gateways == {bytes([192, 0, 2, 1])}  # 127/8 and ::/96 are rejected: 127.0.0.1 and ::1 lead nowhere


VPN = """Internet:
Destination        Gateway            Flags               Netif Expire
default            192.0.2.9          UGScIg                en7
default            link#24            UCSIg               utun6
default            198.51.100.1       UGScg               utun4
203.0.113/24       192.0.2.8          UGSB                  en0
"""


def test_scoped_default_routes_of_macos() -> None:
    """Those that count only for sockets of their interface come after the one that counts for all, wherever they stand."""
    routes = parse_netstat(VPN)
    assert routes.default_interface == "utun4"
    assert routes.gateways == {bytes([192, 0, 2, 9]), bytes([198, 51, 100, 1])}
    assert parse_netstat(VPN.replace("UGScg ", "UGScIg")).default_interface == "en7"


@pytest.mark.parametrize(
    "text",
    [
        "Destination        Gateway            Flags        Netif Expire\n"
        "198.51.100.5/32    127.0.0.1          UGSc           lo0\n",
        "Destination        Gateway            Flags     Refs     Use    Mtu  Prio Iface\n"
        "198.51.100.5       127.0.0.1          UGHS        0        0      -     1 lo0\n",
        "Destination        Gateway            Flags    Refs      Use    Mtu Interface\n"
        "2001:db8::5        ::1                UGHS        -        -      -  lo0\n",
    ],
)
def test_own_address_through_loopback(text: str) -> None:
    """macOS and the BSDs lead to an address of their own by way of the loopback address, which is no gateway."""
    assert parse_netstat(f"Routing tables\n\nInternet:\n{text}") == Routes("", frozenset())
