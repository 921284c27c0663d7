"""Stand-ins of addresses."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.privacy.addresses import Addresses
from netmon.tracker.address import scope_of

ADDRESSES = Addresses(b"k" * 32)


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
@settings(deadline=None, max_examples=150)
def test_family_and_scope_stay(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    """Whatever the address is, its stand-in is of the same kind, and always the same."""
    text = str(ipaddress.ip_address(address.packed))
    found = ADDRESSES.stand_in(text)
    assert scope_of(ipaddress.ip_address(found).packed) == scope_of(address.packed)
    assert ipaddress.ip_address(found).version == address.version
    assert ADDRESSES.stand_in(text) == found


def common(one: str, other: str) -> int:
    """Leading bits two addresses share."""
    a, b = ipaddress.ip_address(one), ipaddress.ip_address(other)
    return a.max_prefixlen - (int(a) ^ int(b)).bit_length()


@pytest.mark.parametrize(
    ("one", "other"),
    [("192.168.1.5", "192.168.1.77"), ("10.1.2.3", "10.200.2.3"), ("203.0.113.9", "203.0.113.200"), ("8.8.8.8", "8.8.4.4")],
)
def test_prefixes_stay(one: str, other: str) -> None:
    """Addresses of one network have stand-ins of one network."""
    assert common(ADDRESSES.stand_in(one), ADDRESSES.stand_in(other)) == common(one, other)


def test_one_to_one() -> None:
    """Different addresses, different stand-ins; another key, others."""
    every = [f"192.168.{high}.{low}" for high in (0, 1) for low in range(256)]
    found = {ADDRESSES.stand_in(text) for text in every}
    assert len(found) == len(every)
    assert all(text.startswith("192.168.") for text in found)
    assert Addresses(b"x" * 32).stand_in("192.168.1.5") != ADDRESSES.stand_in("192.168.1.5")


@pytest.mark.parametrize("text", ["127.0.0.1", "::1", "224.0.0.251", "255.255.255.255", "0.0.0.0", "ff02::fb",
                                  "ff:ff:ff:ff:ff:ff", "33:33:00:00:00:fb", "00:00:00:00:00:00"])  # fmt: skip
def test_what_names_nobody_stays(text: str) -> None:
    """Loopback, multicast, broadcast, unspecified."""
    assert ADDRESSES.stand_in(text) == text


def test_hidden_addresses() -> None:
    """Hardware addresses inside IPv6 addresses, and IPv6 and IPv4 addresses inside others, go too."""
    assert ADDRESSES.stand_in("b8:27:eb:12:34:56").startswith("02:")
    found = ADDRESSES.stand_in("fe80::ba27:ebff:fe12:3456")
    assert found.startswith("fe80::") and "3456" not in found
    assert "12:3456" not in ADDRESSES.stand_in("ff02::1:ff12:3456")
    assert ADDRESSES.stand_in("33:33:ff:12:34:56") != "33:33:ff:12:34:56"
    four = ADDRESSES.stand_in("203.0.113.9")
    assert ADDRESSES.stand_in("::ffff:203.0.113.9") == f"::ffff:{four}"
    assert ipaddress.ip_address(ADDRESSES.stand_in("64:ff9b::cb00:7109")).packed[12:] == ipaddress.ip_address(four).packed


def test_not_an_address() -> None:
    """Told, not guessed."""
    with pytest.raises(ValueError, match="no address"):
        ADDRESSES.stand_in("example.org")
