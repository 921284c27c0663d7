"""Puts one direction's CRYPTO frames in order (RFC 9000 section 7.5 and 19.6).

In: offset and data, in any order, overlapping, repeated. Out: the bytes that are next in order, each exactly once. At most
``LIMIT`` bytes ahead of what was delivered and ``MAXIMUM_PIECES`` pieces are kept, the rest is dropped.
"""

from __future__ import annotations

from typing import Final

LIMIT: Final = 64 * 1024
MAXIMUM_PIECES: Final = 256


class CryptoStream:
    """One direction of one encryption level."""

    __slots__ = ("_next", "_pieces")

    def __init__(self) -> None:
        self._next = 0
        self._pieces: dict[int, bytes] = {}

    @property
    def held(self) -> int:
        """Bytes that wait for what comes before them."""
        return sum(map(len, self._pieces.values()))

    def feed(self, offset: int, data: bytes) -> bytes:
        """What is now in order and was not given out before."""
        if offset > self._next:
            known = self._pieces.get(offset)
            room = offset + len(data) - self._next <= LIMIT and len(self._pieces) < MAXIMUM_PIECES
            if room and (known is None or len(known) < len(data)):
                self._pieces[offset] = data
            return b""
        fresh = data[self._next - offset :]
        if not fresh:
            return b""
        if not self._pieces:
            self._next += len(fresh)
            return fresh
        out = [fresh]
        self._next += len(fresh)
        for start in sorted(self._pieces):
            if start > self._next:
                break
            piece = self._pieces.pop(start)[self._next - start :]
            out.append(piece)
            self._next += len(piece)
        return b"".join(out)
