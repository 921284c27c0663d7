"""Frames that wait for inspection."""

from __future__ import annotations

import trio
from trio.testing import MockClock

from netmon.model.flow import Inspected
from netmon.tasks.backlog import Backlog


def frames(first: int, count: int) -> list[Inspected]:
    """Of so many flows."""
    return [Inspected(number, 2, 0, number, 0, 0, 4, 1, 2, False, b"data") for number in range(first, first + count)]


def test_in_order_and_bounded() -> None:
    """The first ones are kept; room is what has been taken away."""
    backlog = Backlog(5)
    assert (backlog.put(frames(0, 3)), backlog.put(frames(3, 4)), backlog.put(frames(7, 1))) == (3, 2, 0)
    assert [frame.flow_id for frame in backlog.take_now(2)] == [0, 1]
    assert backlog.put(frames(8, 9)) == 2
    assert [frame.flow_id for frame in backlog.take_now(100)] == [2, 3, 4, 8, 9]
    assert backlog.take_now(1) == []


async def test_whoever_takes_waits_for_the_first(autojump_clock: MockClock) -> None:
    """And loses nothing when it is stopped meanwhile."""
    backlog = Backlog(5)
    with trio.move_on_after(1) as scope:
        await backlog.take(2)
    assert scope.cancelled_caught
    taken: list[int] = []

    async def take() -> None:
        taken.extend(frame.flow_id for frame in await backlog.take(2))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(take)
        await trio.sleep(1)
        assert (taken, backlog.put(frames(0, 3))) == ([], 3)
    assert (taken, len(backlog)) == ([0, 1], 1)
