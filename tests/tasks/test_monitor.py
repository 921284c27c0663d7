"""A live run without a network: ticks, readers, the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
import trio
from trio.testing import MockClock

from netmon.errors import CaptureError
from netmon.meter.contract import MeterLimits
from netmon.meter.reference import ReferenceMeter
from netmon.model.frame import Frame
from netmon.model.snapshot import ConnectionEvent, EventKind, Snapshot
from netmon.settings import Settings
from netmon.tasks.monitor import Monitor
from netmon.tasks.pipeline import Pipeline
from netmon.tasks.slices import PART

from ._files import NoPlatform, trio_clock
from .test_capture import UDP, FakeSource


def make(**values: object) -> Monitor:
    """A monitor that resolves nothing."""
    settings = Settings(output="json", resolve_dns=False, **{"kernel_events": False, **values})  # type: ignore[arg-type]
    pipeline = Pipeline(settings, ReferenceMeter(MeterLimits()), live=True, services=lambda port, transport: "")
    return Monitor(settings, pipeline, NoPlatform(), trio_clock)


def many(count: int) -> list[Frame]:
    """One packet of each of so many conversations."""
    ports = (number.to_bytes(2) for number in range(1, count + 1))
    return [Frame(1_700_000_000_000_000_000, len(UDP), UDP[:34] + port + UDP[36:], 1) for port in ports]


async def test_ticks_reach_the_readers(autojump_clock: MockClock) -> None:
    """Every refresh interval readers get a snapshot and what happened since."""
    monitor = make(refresh_interval=0.5)
    source = FakeSource(4)
    await monitor.open(["fake0"], lambda name, index: source)
    seen: list[tuple[float, int]] = []
    events: list[ConnectionEvent] = []

    def read(snapshot: Snapshot, happened: Sequence[ConnectionEvent]) -> None:
        seen.append((snapshot.now - 1_700_000_000, snapshot.status.totals.packets))
        events.extend(happened)

    monitor.readers.append(read)
    with trio.move_on_after(2.2):
        await monitor.run()
    assert [round(when, 3) for when, _ in seen] == [0.0, 0.5, 1.0, 1.5, 2.0]
    assert seen[-1][1] == 4
    assert [event.kind for event in events] == [EventKind.OPENED]
    last = monitor.finish()
    assert [(event.kind, event.connection.packets_out) for event in last] == [(EventKind.ACTIVE, 4)]
    assert monitor.snapshot.status.source == "fake0"
    assert source.closed


async def test_others_have_their_turn_within_a_tick(autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tick with a lot to do is divided: others run while it reads and judges."""
    monkeypatch.setattr("netmon.tasks.slices.SLICE", 0.0)
    monitor = make()
    monitor.meter.feed(many(1000))
    seen: list[int] = []
    monitor.readers.append(lambda snapshot, events: seen.append(len(snapshot.connections)))
    turns = 0
    async with trio.open_nursery() as nursery:
        nursery.start_soon(monitor._tick)
        while not seen:
            turns += 1
            await trio.lowlevel.checkpoint()
        nursery.cancel_scope.cancel()
    assert seen == [1000]
    assert turns > 2 * 1000 // PART


async def test_a_tick_that_was_cancelled_is_finished_at_the_end(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read and not yet told is in the closing events."""
    monkeypatch.setattr("netmon.tasks.slices.SLICE", 0.0)
    for stop in (1, 5, 12, 20):
        monitor = make()
        monitor.meter.feed(many(1000))
        told: list[ConnectionEvent] = []
        monitor.readers.append(lambda snapshot, events, told=told: told.extend(events))  # type: ignore[misc]
        async with trio.open_nursery() as nursery:
            nursery.start_soon(monitor._tick)
            for _ in range(stop):
                await trio.lowlevel.checkpoint()
            nursery.cancel_scope.cancel()
        told.extend(monitor.finish())
        assert Counter(event.kind for event in told) == {EventKind.ACTIVE: 1000, EventKind.OPENED: 1000}


async def test_what_the_kernel_holds_at_the_end_is_counted(autojump_clock: MockClock) -> None:
    """Packets that came between the last look and the end of the run are in the closing events."""
    monitor = make()
    source = FakeSource(5)
    await monitor.open(["fake0"], lambda name, index: source)
    events = monitor.finish()
    assert sum(event.connection.packets_out for event in events if event.kind is EventKind.ACTIVE) == 5
    assert source.closed
    assert monitor.snapshot.status.capture.received == 5


async def test_one_interface_that_cannot_be_opened_closes_the_others() -> None:
    """Opening is all or nothing."""
    monitor = make()
    source = FakeSource(0)

    def open_source(name: str, index: int) -> FakeSource:
        if name == "bad":
            raise CaptureError("bad: no such interface")
        return source

    with pytest.raises(CaptureError, match="bad: no such interface"):
        await monitor.open(["good", "bad"], open_source)
    assert source.closed


async def test_who_opens_sockets_is_told_before_the_first_packet() -> None:
    """A process that lives shorter than it takes to load the hooks sends its packets while nobody is captured."""
    order: list[str] = []
    monitor = make(kernel_events=True)
    monitor.platform.open_events = lambda: order.append("events")  # type: ignore[method-assign]

    def open_source(name: str, index: int) -> FakeSource:
        order.append(name)
        return FakeSource(0)

    await monitor.open(["fake0", "fake1"], open_source)
    assert order == ["events", "fake0", "fake1"]


async def test_a_slow_reader_of_ticks_does_not_pile_them_up(mock_clock: MockClock, nursery: trio.Nursery) -> None:
    """After a pause the next tick is one interval later, not a burst of those missed."""
    monitor = make(refresh_interval=1.0)
    ticks: list[float] = []
    monitor.readers.append(lambda snapshot, events: ticks.append(snapshot.now - 1_700_000_000))
    nursery.start_soon(monitor._ticks)
    for step in (0.0, 10.0, 0.5, 0.5):
        mock_clock.jump(step)
        await trio.testing.wait_all_tasks_blocked()
    assert ticks == [0.0, 10.0, 11.0]
    nursery.cancel_scope.cancel()
