"""The name cache: lifetimes, bounds, and which addresses are asked for."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.model.connection import Name
from netmon.names.cache import PENDING_TIMEOUT, STALE, NameCache, resolvable

HOST = Name("host.example", "ptr")


def test_an_answer_is_kept_for_its_lifetime_and_then_asked_for_again() -> None:
    """A name is wanted again when its lifetime is over, and stays visible meanwhile."""
    cache = NameCache()
    assert cache.wanted(["192.0.2.1"], 0.0) == ["192.0.2.1"]
    cache.store("192.0.2.1", HOST, 100.0, 1.0)
    assert cache.get("192.0.2.1", 2.0) == Name("host.example", "ptr", 1.0)
    assert cache.wanted(["192.0.2.1"], 100.0) == []
    assert cache.wanted(["192.0.2.1"], 101.0) == ["192.0.2.1"]
    assert cache.get("192.0.2.1", 102.0) is not None
    assert cache.get("192.0.2.1", 102.0 + STALE) is None


def test_default_lifetimes() -> None:
    """Without a lifetime of its own an answer lives 300 s, a negative one 60 s."""
    cache = NameCache()
    cache.store("192.0.2.1", HOST, None, 0.0)
    cache.store("192.0.2.2", None, None, 0.0)
    assert cache.wanted(["192.0.2.1", "192.0.2.2"], 59.0) == []
    assert cache.wanted(["192.0.2.1", "192.0.2.2"], 61.0) == ["192.0.2.2"]
    assert cache.wanted(["192.0.2.1"], 301.0) == ["192.0.2.1"]


@pytest.mark.parametrize(
    ("ttl", "least", "most"), [(0.0, 29, 31), (-5.0, 29, 31), (1e12, 86_399, 86_401), (math.nan, 29, 31)]
)
def test_lifetimes_are_bounded(ttl: float, least: float, most: float) -> None:
    """A hostile lifetime neither makes a storm of questions nor keeps a name for ever."""
    cache = NameCache()
    cache.store("192.0.2.1", HOST, ttl, 0.0)
    assert cache.wanted(["192.0.2.1"], least) == []
    assert cache.wanted(["192.0.2.1"], most) == ["192.0.2.1"]


def test_an_address_is_pending_once() -> None:
    """While an answer is awaited the address is not asked for again; after a discarded request it is."""
    cache = NameCache()
    assert cache.wanted(["192.0.2.1", "192.0.2.1"], 0.0) == ["192.0.2.1"]
    assert cache.wanted(["192.0.2.1"], 1.0) == []
    cache.forget_pending(["192.0.2.1"])
    assert cache.wanted(["192.0.2.1"], 2.0) == ["192.0.2.1"]
    assert cache.wanted(["192.0.2.1"], 2.0 + PENDING_TIMEOUT) == ["192.0.2.1"]


def test_entries_and_pending_are_bounded() -> None:
    """Neither a flood of addresses nor a silent resolver makes it grow; the oldest answer leaves first and is counted."""
    cache = NameCache(limit=3)
    for number in range(5):
        cache.store(f"192.0.2.{number}", HOST, None, 0.0)
    statistics = cache.statistics()
    assert (statistics.entries, statistics.evicted) == (3, 2)
    assert cache.get("192.0.2.1", 0.0) is None
    assert cache.get("192.0.2.4", 0.0) is not None
    asked = cache.wanted((f"198.51.100.{number}" for number in range(9)), 0.0)
    assert len(asked) == 3
    assert len(cache.wanted((f"203.0.113.{number}" for number in range(9)), PENDING_TIMEOUT)) == 3
    assert cache.statistics().pending == 3


def test_wanted_is_limited() -> None:
    """One request is never longer than asked for."""
    assert len(NameCache().wanted((f"192.0.2.{number}" for number in range(99)), 0.0, limit=7)) == 7


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.1", True), ("10.0.0.1", True), ("192.168.1.1", True), ("100.64.0.1", True), ("2001:db8::1", True),
        ("fd00::1", True), ("::ffff:192.0.2.1", True),
        ("127.0.0.1", False), ("::1", False), ("0.0.0.0", False), ("0.1.2.3", False), ("::", False), ("224.0.0.251", False),
        ("ff02::fb", False), ("255.255.255.255", False), ("240.0.0.1", False), ("169.254.1.1", False), ("fe80::1", False),
        ("::ffff:127.0.0.1", False), ("00:11:22:33:44:55", False), ("", False), ("example.org", False),
    ],
)  # fmt: skip
def test_only_unicast_addresses_are_asked_for(address: str, expected: bool) -> None:
    """Private unicast addresses are; loopback, link-local, multicast, broadcast and what is no address are not."""
    assert resolvable(address) is expected
    assert bool(NameCache().wanted([address], 0.0)) is expected


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.sampled_from("gwsf"), st.integers(0, 9), st.floats(0, 1e6)), max_size=60))
def test_any_order_of_calls_keeps_the_bounds(calls: list[tuple[str, int, float]]) -> None:
    """Whatever happens in whatever order, the limits hold."""
    cache = NameCache(limit=4)
    for call, number, now in calls:
        address = f"192.0.2.{number}"
        if call == "g":
            cache.get(address, now)
        elif call == "w":
            cache.wanted([address], now)
        elif call == "s":
            cache.store(address, HOST if number % 2 else None, now, now)
        else:
            cache.forget_pending([address])
        statistics = cache.statistics()
        assert statistics.entries <= 4
        assert statistics.pending <= 4
