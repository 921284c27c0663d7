"""A capture file through a pipeline, on packet time.

The tracker ticks whenever packet time has moved on by a second, at the time of the packet that is about to come: what
is idle by then is expired before that packet is counted. Where ticks fall depends on the packets alone, so every run
over the same file says the same, whatever the speed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

import trio

from netmon.capture.contract import FileSource
from netmon.capture.playback import UNBOUNDED
from netmon.errors import CaptureError
from netmon.meter.contract import Fed, Meter
from netmon.model.frame import Frame
from netmon.model.snapshot import ConnectionEvent

from .ahead import Ahead
from .pipeline import Pipeline

TICK_NS = 1_000_000_000
FRAMES_PER_CALL = 256
Deliver = Callable[[Sequence[ConnectionEvent]], None]
Item = TypeVar("Item")


class Feeder(Protocol):
    """Hands a file to a meter piece by piece."""

    next_timestamp_ns: int
    """After ``Fed.TIME``: the packet that waits."""

    async def load(self) -> bool:
        """Read on; ``False`` at the end of the file."""

    def feed(self, until_ns: int) -> Fed:
        """Account what is loaded, as ``Meter.feed_chunk`` does."""


class ChunkFeeder:
    """For a meter that reads files itself."""

    def __init__(self, meter: Meter, source: FileSource) -> None:
        self._meter = meter
        self._name = source.name
        self._chunks = Ahead(source.chunks())
        self._chunk = b""
        self.next_timestamp_ns = 0

    async def load(self) -> bool:
        chunk = await self._chunks.take()
        self._chunk = chunk or b""
        return chunk is not None

    def feed(self, until_ns: int) -> Fed:
        chunk, self._chunk = self._chunk, b""
        try:
            fed = self._meter.feed_chunk(chunk, until_ns)
        except CaptureError as error:  # the meter does not know what the file is called
            raise CaptureError(f"{self._name}: {error}") from error
        if fed == Fed.TIME:
            self.next_timestamp_ns = self._meter.next_timestamp_ns
        return fed


class FrameFeeder:
    """For a meter that takes frames, read in plain Python."""

    def __init__(self, meter: Meter, source: FileSource) -> None:
        self._meter = meter
        self._batches = source.frames()
        self._batch: Sequence[Frame] = ()
        self._position = 0
        self.next_timestamp_ns = 0

    async def load(self) -> bool:
        batch = await next_item(self._batches)
        self._batch, self._position = batch or (), 0
        return batch is not None

    def feed(self, until_ns: int) -> Fed:
        batch, start = self._batch, self._position
        end = min(len(batch), start + FRAMES_PER_CALL)
        due = next((index for index in range(start, end) if batch[index].timestamp_ns >= until_ns), end)
        stop = self._account(batch[start:due]) + start
        self._position = stop
        if stop == due < end:
            self.next_timestamp_ns = batch[stop].timestamp_ns
            return Fed.TIME
        return Fed.EATEN if stop == len(batch) else Fed.QUEUE

    def _account(self, frames: Sequence[Frame]) -> int:
        """How many were taken: up to the one that used up a budget, where a meter that reads files itself stops, too."""
        spent = self._meter.totals().inspect_spent
        for number, frame in enumerate(frames, 1):
            self._meter.feed((frame,))
            if self._meter.totals().inspect_spent != spent:
                return number
        return len(frames)


class Replay:
    """Feeds a file to a pipeline and hands out the events."""

    def __init__(self, pipeline: Pipeline, source: FileSource, deliver: Deliver) -> None:
        self._pipeline = pipeline
        self._source = source
        self._deliver = deliver
        self._until_ns = 1  # the first packet sets the first tick
        kind = ChunkFeeder if pipeline.meter.reads_files else FrameFeeder
        self._feeder: Feeder = kind(pipeline.meter, source)
        self.next_timestamp_ns = 0
        """The packet ``advance`` stopped at."""
        self.torn = ""
        """After ``finish``: what was left over of a truncated tail, in one line."""

    @property
    def now(self) -> float:
        """Packet time reached, seconds."""
        return self._pipeline.meter.last_timestamp_ns / 1e9

    async def run(self, progress: Callable[[float], None]) -> None:
        """Read to the end. Raises ``CaptureError`` when the file is damaged (what came before has been delivered).

        The caller ends the run with ``finish``, whether this returned, raised or was cancelled.
        """
        while await self.advance(UNBOUNDED):
            progress(self._source.fraction())

    async def advance(self, limit_ns: int) -> bool:
        """Account packets before ``limit_ns`` and come back after each piece of the file.

        ``False`` at the end of the file; ``next_timestamp_ns`` is at or after the limit when that is why it came back.
        """
        fed = Fed.TIME
        while fed != Fed.EATEN:
            try:
                fed = self._feeder.feed(min(self._until_ns, limit_ns))
            finally:
                self._pipeline.inspect()
            if fed == Fed.TIME:
                self.next_timestamp_ns = self._feeder.next_timestamp_ns
                if self.next_timestamp_ns >= limit_ns:
                    return True
                self._tick(self.next_timestamp_ns)
        await trio.lowlevel.checkpoint()
        return await self._feeder.load()

    def finish(self) -> None:
        """Deliver what is still open."""
        self.torn = self._pipeline.meter.end_of_file() or self._source.torn()  # fragments without a first one get their row
        self._pipeline.inspect()
        self._deliver(self._pipeline.finish(self.now))

    def _tick(self, next_ns: int) -> None:
        events = self._pipeline.tick(next_ns / 1e9)
        if events:
            self._deliver(events)
        self._until_ns = next_ns + TICK_NS


async def next_item(items: Iterator[Item]) -> Item | None:
    """The next item of a blocking iterator, ``None`` at its end; read in a worker thread so that signals are heard."""
    return await trio.to_thread.run_sync(next, items, None, abandon_on_cancel=True)
