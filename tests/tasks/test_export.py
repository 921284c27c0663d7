"""Writing without holding up the capture."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
import trio

from netmon.errors import ExportError
from netmon.exports.parts import Record
from netmon.model.snapshot import ConnectionEvent
from netmon.tasks.export import BOUND, PIECE, ExportTask, write_pieces

EVENT: Any = object()


class ListWriter:
    """Keeps what it is given; may fail."""

    def __init__(self, error: Exception | None = None) -> None:
        self.written: list[ConnectionEvent] = []
        self._error = error

    def write(self, events: Iterable[ConnectionEvent]) -> None:
        if self._error:
            raise self._error
        self.written.extend(events)

    def problem(self, text: str) -> None: ...

    def finish(self, summary: Record) -> None: ...


def test_many_events_are_written_in_pieces() -> None:
    """Their text is never together in memory; nothing is lost or turned round."""
    pieces: list[list[ConnectionEvent]] = []

    class Pieces(ListWriter):
        def write(self, events: Iterable[ConnectionEvent]) -> None:
            pieces.append(list(events))

    events: list[Any] = [object() for _ in range(2 * PIECE + 1)]
    write_pieces(Pieces(), events)
    assert [len(piece) for piece in pieces] == [PIECE, PIECE, 1]
    assert [event for piece in pieces for event in piece] == events


async def test_full_channel_drops_and_counts() -> None:
    """A reader that does not keep up loses the newest events, and every one of them is counted."""
    task = ExportTask("output", ListWriter())
    for _ in range(BOUND + 3):
        task.offer([EVENT, EVENT])
    assert task.dropped == 6
    statistics = task.statistics()
    assert (statistics.used, statistics.bound, statistics.dropped) == (BOUND, BOUND, 6)


async def test_everything_offered_is_written_in_order() -> None:
    """After ``end`` the task returns once all is written."""
    writer = ListWriter()
    task = ExportTask("output", writer)
    numbers: list[Any] = list(range(10))
    for number in numbers:
        task.offer([number])
    task.offer([])
    task.end()
    await task.run()
    assert writer.written == numbers


@pytest.mark.parametrize("error", [BrokenPipeError(), ExportError("full")])
async def test_failures_come_out(error: Exception) -> None:
    """A closed pipe and a full disk end the task with their own exception."""
    task = ExportTask("output", ListWriter(error))
    task.offer([EVENT])
    with pytest.raises(type(error)):
        await task.run()


async def test_waits_for_more() -> None:
    """Without events the task waits; it ends when told."""
    task = ExportTask("output", ListWriter())
    with trio.move_on_after(0.01) as scope:
        await task.run()
    assert scope.cancelled_caught
