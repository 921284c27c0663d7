"""Scopes, kinds and texts of addresses (features 1.14)."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.model.flow import Family
from netmon.model.network import Interface, Network
from netmon.tracker.address import AddressBook, mac_bytes, scope_of, text_of


def packed(text: str) -> bytes:
    """Address bytes."""
    return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("8.8.8.8", "PUBLIC"), ("0.0.0.0", "UNSPECIFIED"), ("0.1.2.3", "RESERVED"), ("127.255.255.255", "LOOPBACK"),
        ("10.0.0.0", "PRIVATE"), ("9.255.255.255", "PUBLIC"), ("11.0.0.0", "PUBLIC"), ("172.15.255.255", "PUBLIC"),
        ("172.16.0.0", "PRIVATE"), ("172.31.255.255", "PRIVATE"), ("172.32.0.0", "PUBLIC"), ("192.168.0.1", "PRIVATE"),
        ("192.169.0.0", "PUBLIC"), ("169.254.0.0", "LINK-LOCAL"), ("100.63.255.255", "PUBLIC"), ("100.64.0.0", "CGNAT"),
        ("100.127.255.255", "CGNAT"), ("100.128.0.0", "PUBLIC"), ("192.0.0.8", "RESERVED"), ("192.0.2.1", "DOCUMENTATION"),
        ("198.51.100.1", "DOCUMENTATION"), ("203.0.113.255", "DOCUMENTATION"), ("198.17.255.255", "PUBLIC"),
        ("198.18.0.0", "BENCHMARKING"), ("198.19.255.255", "BENCHMARKING"), ("224.0.0.1", "MULTICAST"),
        ("239.255.255.255", "MULTICAST"), ("240.0.0.0", "RESERVED"), ("255.255.255.255", "BROADCAST"),
        ("::", "UNSPECIFIED"), ("::1", "LOOPBACK"), ("::2", "RESERVED"), ("::ffff:10.0.0.1", "IPV4-MAPPED"),
        ("fe80::1", "LINK-LOCAL"), ("febf::1", "LINK-LOCAL"), ("fec0::1", "RESERVED"), ("fc00::1", "UNIQUE-LOCAL"),
        ("fdff::1", "UNIQUE-LOCAL"), ("ff02::fb", "MULTICAST"), ("2001:db8::1", "DOCUMENTATION"),
        ("3fff:fff::1", "DOCUMENTATION"),
        ("2001:2::1", "BENCHMARKING"), ("2606:4700::1", "PUBLIC"), ("64:ff9b::1", "PUBLIC"), ("64:ff9b:1::1", "PRIVATE"),
        ("100::1", "RESERVED"), ("4000::1", "RESERVED"),
    ],
)  # fmt: skip
def test_scopes(text: str, scope: str) -> None:
    """The IANA special-purpose registries, at their edges."""
    assert scope_of(packed(text)) == scope


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.binary(min_size=4, max_size=4), st.binary(min_size=16, max_size=16), st.binary(min_size=6, max_size=6)))
def test_texts_come_back(raw: bytes) -> None:
    """Every address has a text, and the text leads to the same address."""
    family = {4: Family.IPV4, 16: Family.IPV6, 6: Family.LINK}[len(raw)]
    book = AddressBook()
    address = book.address(family, raw.ljust(16, b"\0"))
    assert address.text == text_of(raw)
    assert book.parse(address.text) == address


def test_mac_bytes_and_texts() -> None:
    """One is the other's inverse; what is no MAC is refused."""
    assert text_of(mac_bytes("b8:27:eb:00:0a:ff")) == "b8:27:eb:00:0a:ff"
    with pytest.raises(ValueError, match="hexadecimal"):
        mac_bytes("b8:27:eb:00:0a:zz")


def test_kinds_follow_the_network() -> None:
    """Gateways and subnet broadcasts are known from the network, and change with it."""
    book = AddressBook()
    gateway = packed("192.168.1.1").ljust(16, b"\0")
    assert book.address(Family.IPV4, gateway).kind == "unicast"
    network = Network(
        gateways=frozenset([packed("192.168.1.1")]),
        local_addresses=frozenset([packed("192.168.1.5")]),
        broadcast_addresses=frozenset([packed("192.168.1.255")]),
        interfaces=(Interface("eth0", mac=b"\x02\0\0\0\0\x01"),),
    )
    assert book.set_network(network)
    assert not book.set_network(network)
    assert book.address(Family.IPV4, gateway).kind == "gateway"
    assert book.parse("192.168.1.255").kind == "broadcast"
    assert book.parse("224.0.0.251").kind == "multicast"
    assert book.parse("192.168.1.5").local
    assert book.parse("127.0.0.1").local
    assert book.parse("02:00:00:00:00:01").local
    assert book.parse("ff:ff:ff:ff:ff:ff").kind == "broadcast"
    assert book.parse("01:00:5e:00:00:fb").kind == "multicast"


def test_an_ipv6_address_that_looks_like_a_mac() -> None:
    """Five colons and seventeen characters do not make a hardware address."""
    book = AddressBook()
    assert book.parse("2001:2b:f8:7800::").scope == "PUBLIC"
    assert book.parse("02:00:00:00:00:01").scope == ""
