"""HTTP/1.x messages on the wire: lines, heads, and how long a body is (RFC 9112).

In: the bytes of one direction in pieces of any size, and gaps. Out, to the ``Listener``: each head in full, once, and the
end of each message. Bodies are stepped over, never kept or copied.

Rules never broken: at most ``MAXIMUM_HEAD`` bytes are held per direction, every byte is looked at a bounded number of
times, and where the framing is lost (a gap, a broken chunk size) the next line that is a request or status line beyond
doubt is waited for.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Final, Protocol

from ._http_syntax import CHUNKED, OFF, SIZED, UNTIL_CLOSE, Framing, message_start

MAXIMUM_HEAD: Final = 65_536
MAXIMUM_LINE: Final = 8192
"""Longest chunk-size or trailer line, and longest request or status line looked for after the framing was lost."""

STEP: Final = 1024
"""Less is not worth stepping over: whatever is left of a body mostly comes with the segment that ends it."""

LARGE: Final = 1024 * 1024
"""Bytes looked at without a head after which a direction is not worth following any more."""
ENDLESS: Final = 1 << 40

_END_OF_HEAD: Final = re.compile(rb"\n\r?\n")


class _State(IntEnum):
    HEAD = 0
    LENGTH = 1
    CHUNK_SIZE = 2
    CHUNK_DATA = 3
    TRAILER = 4
    UNTIL_CLOSE = 5
    LOST = 6
    PAUSED = 7
    OFF = 8
    DEAF = 9


def _next_candidate(data: bytes, position: int) -> int:
    """Where the first line begins that may be a request or status line; else the line that is not complete yet."""
    found = data.find(b"HTTP/1.", position)
    return max(position, data.rfind(b"\n", position, found if found >= 0 else len(data)) + 1)


class Listener(Protocol):
    """Who is told about the messages of a connection."""

    def head(self, side: int, head: bytes, started_ns: int) -> Framing:
        """A head, first line included, without the empty line; what follows it?"""

    def ended(self, side: int, now_ns: int) -> bool:
        """A message is over; false pauses the direction until ``Reader.resume``."""

    def sampled(self, sample: bytes) -> None:
        """The beginning of the body, as far as ``Framing.sample`` asked for it and it came."""


class Reader:
    """Framing of one direction."""

    __slots__ = (
        "_buffer",
        "_left",
        "_now_ns",
        "_sample",
        "_scanned",
        "_side",
        "_started_ns",
        "_state",
        "_wanted",
        "bound",
        "skipped",
    )

    def __init__(self, side: int, midstream: bool) -> None:
        self._side = side
        self._state = _State.LOST if midstream else _State.HEAD
        self._buffer = bytearray()
        self._scanned = self._left = self._started_ns = self._now_ns = 0
        self._sample = b""
        self._wanted = 0
        self.skipped = 0
        """Bytes fed since the last head, whether of its body or looked through for the next message."""
        self.bound = LARGE
        """Of ``skipped``, for whoever follows."""

    @property
    def held(self) -> int:
        """Bytes kept of an unfinished head or line."""
        return len(self._buffer)

    @property
    def rest(self) -> bytes:
        """What came after the last message and was not read."""
        return bytes(self._buffer)

    def feed(self, listener: Listener, data: bytes, now_ns: int) -> None:
        """The next bytes."""
        self._now_ns = now_ns
        position, size = 0, len(data)
        while position < size:
            state = self._state
            if state is _State.LENGTH or state is _State.CHUNK_DATA:
                position = self._skip(listener, data, position, now_ns)
            elif state is _State.HEAD:
                position = self._head(listener, data, position, now_ns)
            elif state is _State.DEAF:
                return
            elif state is _State.UNTIL_CLOSE:
                self.skipped += size - position
                return
            elif state is _State.PAUSED or state is _State.OFF:
                if len(self._buffer) < MAXIMUM_HEAD:
                    self._buffer += data[position:]
                return
            else:
                position = self._line(listener, data, position, now_ns)

    def gap(self, listener: Listener, length: int) -> None:
        """Missing bytes. Inside a body of known length they do no harm."""
        state = self._state
        if state is _State.LENGTH or state is _State.CHUNK_DATA:
            spare = state is _State.CHUNK_DATA
            if length < self._left or (length == self._left and not spare):
                self._left -= length
                self._wanted = 0
                if not self._left:
                    self._end(listener, self._now_ns)
                return
        elif state is _State.HEAD and self._buffer:
            held = bytes(self._buffer)
            self._buffer.clear()
            listener.head(self._side, held[: held.rfind(b"\n") + 1] or held, self._started_ns)
        if self._state not in (_State.UNTIL_CLOSE, _State.PAUSED, _State.OFF, _State.DEAF):
            self._buffer.clear()
            self._state = _State.LOST

    def step_over(self) -> int:
        """How much of a body under way need not be seen; it counts as seen. The last byte of it is left."""
        if self._state is _State.DEAF:
            return ENDLESS
        count = self._left - 1
        if count < STEP or self._wanted or (self._state is not _State.LENGTH and self._state is not _State.CHUNK_DATA):
            return 0
        self._left = 1
        return count

    def close(self) -> None:
        """Nothing of this direction is of interest any more."""
        self._buffer.clear()
        self._state, self.skipped = _State.DEAF, 0

    def resume(self, listener: Listener, now_ns: int) -> None:
        """After a pause: what waited is read as the next message."""
        if self._state is _State.PAUSED:
            waiting = bytes(self._buffer)
            self._buffer.clear()
            self._scanned = 0
            self._state = _State.HEAD
            self.feed(listener, waiting, now_ns)

    def lose(self) -> None:
        """The listener does not believe the framing any more: what comes is not what heads have said, nothing is missing."""
        self._state = _State.LOST
        self.skipped, self.bound = 0, MAXIMUM_HEAD

    # -- states

    def _head(self, listener: Listener, data: bytes, position: int, now_ns: int) -> int:
        buffer = self._buffer
        if not buffer:
            if data[position] in b"\r\n":  # RFC 9112 2.2: empty lines before a request line are ignored
                return position + 1
            self._started_ns = now_ns
            match = _END_OF_HEAD.search(data, position)
            if match:
                self._begin(listener, data[position : match.start() + 1], now_ns)
                return match.end()
            self._scanned = 0
        before = len(buffer)
        buffer += data[position : position + MAXIMUM_HEAD]
        match = _END_OF_HEAD.search(buffer, self._scanned)
        if match:
            head, end = bytes(buffer[: match.start() + 1]), match.end()
            buffer.clear()
            self._begin(listener, head, now_ns)
            return position + end - before
        self._scanned = max(0, len(buffer) - 2)
        if len(buffer) > MAXIMUM_HEAD:
            head = bytes(buffer)
            buffer.clear()
            listener.head(self._side, head, self._started_ns)
            self._state = _State.LOST
        return min(len(data), position + MAXIMUM_HEAD)

    def _begin(self, listener: Listener, head: bytes, now_ns: int) -> None:
        self._state = _State.HEAD
        framing = listener.head(self._side, head, self._started_ns)
        self._sample, self._wanted = b"", framing.sample
        if self._state is _State.LOST:
            return
        self.skipped, self.bound = 0, LARGE
        if framing.body is SIZED and framing.length:
            self._state, self._left = _State.LENGTH, framing.length
        elif framing.body is CHUNKED:
            self._state = _State.CHUNK_SIZE
        elif framing.body is UNTIL_CLOSE:
            self._state = _State.UNTIL_CLOSE
        elif framing.body is OFF:
            self._state = _State.OFF
        else:
            self._end(listener, now_ns)

    def _end(self, listener: Listener, now_ns: int) -> None:
        if self._sample:
            listener.sampled(self._sample)
            self._sample = b""
        self._wanted = 0
        self._state = _State.HEAD
        if not listener.ended(self._side, now_ns):
            self._state = _State.PAUSED

    def _skip(self, listener: Listener, data: bytes, position: int, now_ns: int) -> int:
        step = min(self._left, len(data) - position)
        if self._wanted:
            seen = data[position : position + min(step, self._wanted)]
            self._sample += seen
            self._wanted -= len(seen)
        self._left -= step
        self.skipped += step
        if not self._left:
            if self._state is _State.LENGTH:
                self._end(listener, now_ns)
            else:
                self._state = _State.CHUNK_SIZE
        return position + step

    def _line(self, listener: Listener, data: bytes, position: int, now_ns: int) -> int:
        """States that read lines: chunk sizes, trailers, and the search for the next message."""
        buffer = self._buffer
        before = position
        if self._state is _State.LOST and not buffer:
            position = _next_candidate(data, position)
        end = data.find(b"\n", position) + 1
        if self._state is _State.LOST:
            self.skipped += (end or len(data)) - before
        if not end:
            buffer += data[max(position, len(data) - MAXIMUM_LINE) :]
            if len(buffer) > 2 * MAXIMUM_LINE:
                del buffer[:-MAXIMUM_LINE]
                self._state = _State.LOST
            return len(data)
        line = bytes(buffer) + data[position:end]
        buffer.clear()
        if self._state is _State.LOST:
            start = message_start(line[-MAXIMUM_LINE:])
            if start:
                self._state, self._scanned, self._started_ns = _State.HEAD, 0, now_ns
                buffer += start
        elif self._state is _State.TRAILER:
            if line in (b"\n", b"\r\n"):
                self._end(listener, now_ns)
        else:
            self._chunk(line)
        return end

    def _chunk(self, line: bytes) -> None:
        """RFC 9112 section 7.1: a chunk size in hexadecimal; the CRLF after the chunk is stepped over with it."""
        digits = line.partition(b";")[0].strip()
        if not 0 < len(digits) <= 15:
            self._state = _State.LOST
            return
        try:
            size = int(digits, 16)
        except ValueError:
            self._state = _State.LOST
            return
        self._state, self._left = (_State.CHUNK_DATA, size + 2) if size else (_State.TRAILER, 0)
