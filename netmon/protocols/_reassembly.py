"""One direction of a TCP connection, put back in order (RFC 9293, 3.4: what the receiver would have read).

In: segments as they were captured (position in the stream, data, length on the wire), in any order, repeated, overlapping,
cut by the snap length. Out: the bytes in order, once each, and an ``int`` wherever that many bytes are missing. Of
overlapping copies the first seen wins.

Rules never broken: at most ``MAXIMUM_BYTES`` and ``MAXIMUM_SEGMENTS`` wait for a hole to be filled, and none longer than
``PATIENCE_NS`` of packet time; then the hole is given up. The sum of what comes out never depends on how the stream was
cut. A segment in order costs nothing: the caller compares ``offset == stream.expected and not stream.waiting`` itself and
adds the length.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

MAXIMUM_BYTES: Final = 65_536
MAXIMUM_SEGMENTS: Final = 256
"""Segments of one byte must not fill the memory with objects."""
PATIENCE_NS: Final = 3_000_000_000
"""A lost segment is sent again sooner than this (RFC 6298: 1 s at first, doubled once)."""
_MERGE: Final = 256
"""Held segments shorter than this take what follows them in: many tiny segments then count as few."""

Piece = bytes | int
"""Bytes in order, or the number of bytes missing before the next."""


_NO_STARTS: list[int] = []
_NO_DATA: list[bytes] = []
"""Of every direction in which nothing has ever waited; never added to."""


def distance(later: int, earlier: int) -> int:
    """How far one 32-bit sequence number is behind another, which may have wrapped (RFC 1982)."""
    return ((later - earlier + 0x8000_0000) & 0xFFFF_FFFF) - 0x8000_0000


class Stream:
    """Reassembly of one direction."""

    __slots__ = ("_data", "_starts", "expected", "since", "waiting")

    def __init__(self, expected: int = 0) -> None:
        self.expected = expected
        """Position of the next byte to hand out."""
        self.waiting = 0
        """Bytes held because something before them is missing."""
        self._starts = _NO_STARTS
        self._data = _NO_DATA
        self.since = 0
        """When the bytes held last began to wait, or something was handed out, in nanoseconds."""

    def push(self, offset: int, data: bytes, length: int, now_ns: int) -> list[Piece]:
        """Take a segment in; what can be handed out because of it."""
        pieces: list[Piece] = []
        if offset < self.expected:
            skip = self.expected - offset
            data, length, offset = data[skip:], length - skip, self.expected
        if length > 0:
            if offset == self.expected and not self._starts:
                self._hand_out(data, length, pieces)
            elif data:
                if not self._starts:
                    self.since = now_ns
                self._hold(offset, data)
                if self._starts[0] == self.expected:
                    self._drain(pieces)
                    self.since = now_ns
            elif offset == self.expected:
                self._hand_out(data, min(length, self._starts[0] - offset), pieces)
                self._drain(pieces)
        while self._starts and (
            self.waiting > MAXIMUM_BYTES or len(self._starts) > MAXIMUM_SEGMENTS or now_ns - self.since > PATIENCE_NS
        ):
            self._give_up_hole(pieces)
            self.since = now_ns
        return pieces

    def step_over(self, count: int) -> list[Piece]:
        """The next ``count`` bytes are of no interest; what can be handed out of what was held behind them."""
        pieces: list[Piece] = []
        self.expected += count
        starts, held = self._starts, self._data
        while starts and starts[0] < self.expected:
            skip = self.expected - starts[0]
            self.waiting -= min(skip, len(held[0]))
            if skip < len(held[0]):
                starts[0], held[0] = self.expected, held[0][skip:]
            else:
                del starts[0], held[0]
        self._drain(pieces)
        return pieces

    def flush(self) -> list[Piece]:
        """Give all holes up; everything held comes out."""
        pieces: list[Piece] = []
        while self._starts:
            self._give_up_hole(pieces)
        return pieces

    def _hand_out(self, data: bytes, length: int, pieces: list[Piece]) -> None:
        if len(data) > length:
            data = data[:length]
        if data:
            pieces.append(data)
        if len(data) < length:
            pieces.append(length - len(data))
        self.expected += length

    def _hold(self, offset: int, data: bytes) -> None:
        """Keep what is new of a segment: the parts not covered by segments held already."""
        if self._starts is _NO_STARTS:
            self._starts, self._data = [], []
        starts, held = self._starts, self._data
        end = offset + len(data)
        index = bisect_right(starts, offset)
        if index:
            covered = starts[index - 1] + len(held[index - 1])
            if covered > offset:
                data, offset = data[covered - offset :], covered
        while offset < end:
            stop = min(end, starts[index]) if index < len(starts) else end
            if stop > offset:
                self.waiting += stop - offset
                before = index - 1
                if index and len(held[before]) < _MERGE and starts[before] + len(held[before]) == offset:
                    held[before] += data[: stop - offset]
                else:
                    starts.insert(index, offset)
                    held.insert(index, data[: stop - offset])
                    index += 1
            if stop == end:
                return
            after = starts[index] + len(held[index])
            data, offset = data[after - offset :], after
            index += 1

    def _drain(self, pieces: list[Piece]) -> None:
        """Hand out what is in order now."""
        count = 0
        starts, held = self._starts, self._data
        while count < len(starts) and starts[count] == self.expected:
            pieces.append(held[count])
            self.expected += len(held[count])
            self.waiting -= len(held[count])
            count += 1
        if count:
            del starts[:count], held[:count]

    def _give_up_hole(self, pieces: list[Piece]) -> None:
        missing = self._starts[0] - self.expected
        if missing > 0:
            pieces.append(missing)
            self.expected += missing
        self._drain(pieces)
