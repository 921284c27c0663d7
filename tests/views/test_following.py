"""Sums that follow snapshots are those of counting anew."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sample

from netmon.model.snapshot import Snapshot
from netmon.views.following import Following
from netmon.views.neighbourhood import Neighbourhood
from netmon.views.summary import Sums
from netmon.views.tallies import Hosts, Parts, Processes


def steps() -> list[Snapshot]:
    """Connections that move, close, go and come."""
    live, closed = sample.busy()
    first = Snapshot(sample.NOW, tuple(live), tuple(closed))
    faster = [replace(c, bytes_in=c.bytes_in * 3, rate_in=77.0) if n % 7 == 0 else c for n, c in enumerate(live)]
    second = Snapshot(sample.NOW + 1, tuple(faster), tuple(closed))
    ended = tuple(replace(c, closed=True, state="CLOSED") for c in faster[3:8])
    third = Snapshot(sample.NOW + 2, (*faster[:3], *faster[8:]), (*closed, *ended))
    return [first, second, third, Snapshot(sample.NOW + 3, third.connections, ()), Snapshot(sample.NOW + 4), first]


def plain(value: object) -> object:
    """An account as comparable values; sums of floats rounded."""
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items() if key not in ("examples", "peak")}
    if isinstance(value, (int, str, tuple)) or value is None:
        return value
    names = getattr(value, "__slots__", None) or vars(value)
    everything = {name: getattr(value, name) for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())}
    return (
        plain(everything or {name: getattr(value, name) for name in names})
        if not hasattr(value, "identifier")
        else id(value)
    )


@pytest.mark.parametrize("account", [Processes, Parts, Hosts])
@pytest.mark.parametrize("localhost", [True, False])
def test_following_is_counting(account: type[Processes], localhost: bool) -> None:
    """After any step the account is the one that would be made of that snapshot alone."""
    following = Following(lambda: account(localhost, True))
    for snapshot in steps():
        fresh = account(localhost, True)
        fresh.count(snapshot.connections, 1)
        fresh.count(snapshot.closed, 1)
        assert plain(vars(following.follow(snapshot))) == plain(vars(fresh))


def test_neighbours_follow() -> None:
    """Who is heard, likewise."""
    following = Following(Neighbourhood)
    for snapshot in steps():
        ways = [replace(c, source_mac="02:00:00:00:00:09", source_scope="LINK-LOCAL") for c in snapshot.connections]
        there = replace(snapshot, connections=tuple(ways[: 3 + int(snapshot.now) % 5]))
        fresh = Neighbourhood()
        fresh.count(there.connections, 1)
        fresh.count(there.closed, 1)
        assert following.follow(there).hosts(there) == fresh.hosts(there)


def test_the_summary_follows() -> None:
    """Counts and troubles of the sidebar, likewise."""
    following = Following(Sums)
    for snapshot in steps():
        fresh = Sums()
        fresh.count(snapshot.connections, 1)
        fresh.count(snapshot.closed, 1)
        assert following.follow(snapshot).summary() == fresh.summary()
    assert following.follow(Snapshot(0.0)).summary() == Sums().summary()
