"""Writing events without ever holding up the capture.

The channel holds ``BOUND`` lists of events: about a minute of a busy machine at one list a tick. When the reader of the
output is slower than that, lists are dropped and counted in the summary.
"""

from __future__ import annotations

from collections.abc import Sequence

import trio

from netmon.exports.writers import Writer
from netmon.model.snapshot import ConnectionEvent
from netmon.model.status import QueueStatistics

BOUND = 64
PIECE = 4096
"""Events written at once: the text of a million, together, would take a gigabyte."""


class ExportTask:
    """One output stream."""

    def __init__(self, name: str, writer: Writer) -> None:
        self.name = name
        self.writer = writer
        self.dropped = 0
        self._send, self._receive = trio.open_memory_channel[Sequence[ConnectionEvent]](BOUND)

    def offer(self, events: Sequence[ConnectionEvent]) -> None:
        """Events to be written, in order; dropped and counted when the channel is full."""
        if not events:
            return
        try:
            self._send.send_nowait(events)
        except trio.WouldBlock:
            self.dropped += len(events)

    def end(self) -> None:
        """No more events: ``run`` returns once everything is written."""
        self._send.close()

    async def run(self) -> None:
        """Write until ``end``. Raises ``BrokenPipeError`` and ``ExportError`` as the writer does."""
        async with self._receive:
            async for events in self._receive:
                await trio.to_thread.run_sync(write_pieces, self.writer, events, abandon_on_cancel=True)

    def statistics(self) -> QueueStatistics:
        """How full the channel is."""
        return QueueStatistics(self.name, self._receive.statistics().current_buffer_used, BOUND, self.dropped)


def write_pieces(writer: Writer, events: Sequence[ConnectionEvent]) -> None:
    """Write any number of events with little memory."""
    for start in range(0, len(events), PIECE):
        writer.write(events[start : start + PIECE])
