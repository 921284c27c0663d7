"""A capture file, as fast as it goes, on packet time.

The tracker ticks whenever packet time has moved on by a second, at the time of the packet that is about to come: what
is idle by then is expired before that packet is counted. Where ticks fall depends on the packets alone, so every run
over the same file says the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import trio

from netmon.capture.contract import FileSource
from netmon.meter.contract import Fed
from netmon.model.connection import ConnectionEvent
from netmon.model.frame import Frame

from .pipeline import Pipeline

TICK_NS = 1_000_000_000
FRAMES_PER_CALL = 256
Deliver = Callable[[Sequence[ConnectionEvent]], None]


class Replay:
    """Feeds a file to a pipeline and hands out the events; ``run`` is the task."""

    def __init__(self, pipeline: Pipeline, source: FileSource, deliver: Deliver) -> None:
        self._pipeline = pipeline
        self._source = source
        self._deliver = deliver
        self._until_ns = 1  # the first packet sets the first tick

    @property
    def now(self) -> float:
        """Packet time reached, seconds."""
        return self._pipeline.meter.last_timestamp_ns / 1e9

    async def run(self, progress: Callable[[float], None]) -> None:
        """Read to the end. Raises ``CaptureError`` when the file is damaged (what came before has been delivered).

        The caller ends the run with ``finish``, whether this returned, raised or was cancelled.
        """
        if self._pipeline.meter.reads_files:
            chunks = self._source.chunks()
            while (chunk := await next_item(chunks)) is not None:
                self._feed_chunk(chunk)
                progress(self._source.fraction())
        else:
            batches = self._source.frames()
            while (batch := await next_item(batches)) is not None:
                self._feed_frames(batch)
                progress(self._source.fraction())

    def finish(self) -> None:
        """Deliver what is still open."""
        self._pipeline.inspect()
        self._deliver(self._pipeline.finish(self.now))

    def _feed_chunk(self, chunk: bytes) -> None:
        meter = self._pipeline.meter
        fed = Fed.TIME
        while fed != Fed.EATEN:
            try:
                fed = meter.feed_chunk(chunk, self._until_ns)
            finally:
                self._pipeline.inspect()
            chunk = b""
            if fed == Fed.TIME:
                self._tick(meter.next_timestamp_ns)

    def _feed_frames(self, batch: Sequence[Frame]) -> None:
        for piece in self._pieces(batch):
            self._pipeline.meter.feed(piece)
            self._pipeline.inspect()

    def _tick(self, next_ns: int) -> None:
        self._deliver(self._pipeline.tick(next_ns / 1e9))
        self._until_ns = next_ns + TICK_NS

    def _pieces(self, batch: Sequence[Frame]) -> Iterator[Sequence[Frame]]:
        """The batch, cut before each tick and into pieces small enough for ``set_attention`` to take effect early."""
        start = 0
        for index, frame in enumerate(batch):
            if frame.timestamp_ns >= self._until_ns:
                if index > start:
                    yield batch[start:index]
                start = index
                self._tick(frame.timestamp_ns)
            elif index - start >= FRAMES_PER_CALL:
                yield batch[start:index]
                start = index
        if start < len(batch):
            yield batch[start:]


Item = TypeVar("Item")


async def next_item(items: Iterator[Item]) -> Item | None:
    """The next item of a blocking iterator, ``None`` at its end; read in a worker thread so that signals are heard."""
    return await trio.to_thread.run_sync(next, items, None, abandon_on_cancel=True)
