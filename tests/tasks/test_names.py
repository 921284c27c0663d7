"""From addresses without names to the resolver and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import trio
from trio.testing import wait_all_tasks_blocked

from netmon.model.connection import Name
from netmon.names.resolver import ResolverStatistics
from netmon.tasks.names import BATCH, WAITING, NamesTask


class FakeTracker:
    """Has these addresses without a name."""

    def __init__(self, *addresses: str) -> None:
        self.wanted = list(addresses)
        self.names: dict[str, Name] = {}
        self.lifetimes: dict[str, float] = {}
        self.let_go: list[str] = []

    def unresolved(self, limit: int) -> list[str]:
        wanted, self.wanted = self.wanted[:limit], []
        return wanted

    def apply_names(self, names: Mapping[str, tuple[Name | None, float]]) -> None:
        self.lifetimes.update({address: ttl for address, (_, ttl) in names.items()})
        self.names.update({address: name for address, (name, _) in names.items() if name is not None})

    def not_asked(self, addresses: Iterable[str]) -> None:
        self.let_go += addresses


class FakeResolver:
    """Names every address after itself, except those that end in 9."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def statistics(self) -> ResolverStatistics:
        return ResolverStatistics(0, 0, 0, 0, 0, 0, ("no name server answers",))

    async def run(self, requests: Any, results: Any) -> None:
        async with requests, results:
            async for batch in requests:
                self.batches.append(batch)
                await results.send(
                    [(address, None if address.endswith("9") else Name(f"host-{address}", "ptr"), 60.0) for address in batch]
                )


def make(tracker: FakeTracker, resolver: FakeResolver, *, enabled: bool = True) -> NamesTask:
    tracker_: Any = tracker
    resolver_: Any = resolver
    return NamesTask(tracker_, lambda: 0.0, enabled=enabled, resolver=resolver_)


async def test_answers_reach_the_tracker(nursery: trio.Nursery) -> None:
    """Addresses are asked in batches; what has a name gets it, what has none stays without."""
    addresses = [f"192.0.2.{number}" for number in range(BATCH + 10)]
    tracker, resolver = FakeTracker(*addresses), FakeResolver()
    task = make(tracker, resolver)
    nursery.start_soon(task.run)
    await wait_all_tasks_blocked()
    task.ask()
    await wait_all_tasks_blocked()
    assert [len(batch) for batch in resolver.batches] == [BATCH, 10]
    assert set(tracker.names) == {address for address in addresses if not address.endswith("9")}
    assert tracker.lifetimes == dict.fromkeys(addresses, 60.0)


async def test_switched_off_asks_nothing(nursery: trio.Nursery) -> None:
    """Disabled, nothing is taken, asked or complained about; enabled again it goes on."""
    tracker, resolver = FakeTracker("192.0.2.1"), FakeResolver()
    task = make(tracker, resolver, enabled=False)
    nursery.start_soon(task.run)
    task.ask()
    await wait_all_tasks_blocked()
    assert (tracker.wanted, resolver.batches, task.notes) == (["192.0.2.1"], [], ())
    task.enabled = True
    task.ask()
    await wait_all_tasks_blocked()
    assert tracker.names["192.0.2.1"].text == "host-192.0.2.1"
    assert task.notes == ("no name server answers",)


async def test_full_queue_lets_the_oldest_go() -> None:
    """More addresses than may wait: the oldest are let go and counted."""
    tracker = FakeTracker(*(f"old-{number}" for number in range(WAITING)))
    task = make(tracker, FakeResolver())
    task.ask()
    tracker.wanted = ["new-1", "new-2"]
    task.ask()
    statistics = task.statistics()
    assert (statistics.used, statistics.bound, statistics.dropped) == (WAITING, WAITING, 2)
    assert tracker.let_go == ["old-0", "old-1"]
