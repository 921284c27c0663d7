"""Puts the handshake messages of one direction together from a byte stream (records, CRYPTO frames).

In: pieces of any size. Out: whole messages (type, body), RFC 8446 section 4. Never more than ``MAXIMUM_MESSAGE`` bytes are
kept, a longer message is passed over; every byte is looked at a bounded number of times however the stream is cut.
"""

from __future__ import annotations

from typing import Final

from ._cursor import Cursor

MAXIMUM_MESSAGE: Final = 128 * 1024
_HEADER: Final = 4
_KNOWN: Final = frozenset((0, 1, 2, 3, 4, 5, 6, 8, 11, 12, 13, 14, 15, 16, 20, 21, 22, 23, 24, 25, 67, 203, 254))
"""IANA's handshake types. Anything else is not a message: encrypted, or the stream is out of step."""


class Messages:
    """One direction."""

    __slots__ = ("_buffer", "_deaf", "_need", "_skip")

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._need = _HEADER
        self._skip = 0
        self._deaf = False
        """Something else than a message stood where one had to be: the rest of the record is passed over."""

    @property
    def held(self) -> int:
        """Bytes kept of an unfinished message."""
        return len(self._buffer)

    @property
    def pending(self) -> bool:
        """A message has begun and is not complete."""
        return bool(self._buffer or self._skip)

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """The messages that ``data`` completes."""
        if self._deaf:
            return []
        if self._skip:
            skipped = min(self._skip, len(data))
            self._skip -= skipped
            data = data[skipped:]
        if self._buffer:
            self._buffer += data
            if len(self._buffer) < self._need:
                return []
            data = bytes(self._buffer)
            self._buffer.clear()
        return self._split(data)

    def _split(self, data: bytes) -> list[tuple[int, bytes]]:
        found: list[tuple[int, bytes]] = []
        cursor = Cursor(data)
        self._need = _HEADER
        while cursor.left >= _HEADER:
            header = cursor.peek(_HEADER)
            kind, length = header[0], int.from_bytes(header[1:], "big")
            if kind not in _KNOWN:
                self._deaf = True
                return found
            if length > MAXIMUM_MESSAGE:
                cursor.skip(_HEADER)
                self._skip = length - min(length, cursor.left)
                cursor.skip(length - self._skip)
            elif cursor.left < _HEADER + length:
                self._need = _HEADER + length
                break
            else:
                cursor.skip(_HEADER)
                found.append((kind, cursor.take(length)))
        self._buffer += cursor.rest()
        return found

    def record(self) -> None:
        """A record begins."""
        self._deaf = False

    def clear(self) -> None:
        """Bytes were lost: what is there can no longer be completed."""
        self._buffer.clear()
        self._need, self._skip, self._deaf = _HEADER, 0, False
