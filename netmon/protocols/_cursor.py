"""One bounds-checked reader over bytes; the only place in this room that does index arithmetic.

In: bytes (or a part of them). Out: integers and slices, in wire order. Short data raises ``NeedMore`` and leaves the
position where it was: a stream parser lets it out to ask for more, in a datagram it means malformed (``NeedMore`` is a
``ParseError``, so nothing has to be translated). No method ever reads outside ``[start, end)`` or moves backwards, except
``seek``, which stays inside the same bounds.

    cursor = Cursor(data)
    kind, length = cursor.u8(), cursor.u16()
    body = cursor.sub(length)          # its own bounds, no copy
    while not body.at_end: ...

Names: ``u16`` is network byte order (big endian), ``u16le`` little endian.
"""

from __future__ import annotations

from struct import Struct
from typing import Final

from netmon.errors import NeedMore

_U64: Final = Struct(">Q").unpack_from
_U64LE: Final = Struct("<Q").unpack_from


class Cursor:
    """A position in ``data`` between ``start`` and ``end``."""

    __slots__ = ("data", "end", "position", "start")

    def __init__(self, data: bytes, start: int = 0, end: int | None = None) -> None:
        size = len(data)
        if end is None or end > size:
            end = size
        elif end < 0:
            end = 0
        if start < 0:
            start = 0
        elif start > end:
            start = end
        self.data = data
        self.end = end
        self.start = self.position = start

    @property
    def left(self) -> int:
        """Bytes not yet read."""
        return self.end - self.position

    @property
    def at_end(self) -> bool:
        """Nothing left."""
        return self.position >= self.end

    @property
    def consumed(self) -> int:
        """Bytes read so far."""
        return self.position - self.start

    def _advance(self, count: int) -> int:
        """Move on by ``count`` and return the position before."""
        position = self.position
        after = position + count
        if after > self.end or count < 0:
            raise NeedMore
        self.position = after
        return position

    def u8(self) -> int:
        """An octet."""
        position = self.position
        if position >= self.end:
            raise NeedMore
        self.position = position + 1
        return self.data[position]

    def u16(self) -> int:
        """Two octets."""
        position = self.position
        if position + 2 > self.end:
            raise NeedMore
        self.position = position + 2
        data = self.data
        return data[position] << 8 | data[position + 1]

    def u24(self) -> int:
        """Three octets."""
        position, data = self._advance(3), self.data
        return data[position] << 16 | data[position + 1] << 8 | data[position + 2]

    def u32(self) -> int:
        """Four octets."""
        position, data = self._advance(4), self.data
        return data[position] << 24 | data[position + 1] << 16 | data[position + 2] << 8 | data[position + 3]

    def u64(self) -> int:
        """Eight octets."""
        value: int = _U64(self.data, self._advance(8))[0]
        return value

    def u16le(self) -> int:
        """Two octets, least significant first."""
        position, data = self._advance(2), self.data
        return data[position + 1] << 8 | data[position]

    def u24le(self) -> int:
        """Three octets, least significant first."""
        position, data = self._advance(3), self.data
        return data[position + 2] << 16 | data[position + 1] << 8 | data[position]

    def u32le(self) -> int:
        """Four octets, least significant first."""
        position, data = self._advance(4), self.data
        return data[position + 3] << 24 | data[position + 2] << 16 | data[position + 1] << 8 | data[position]

    def u64le(self) -> int:
        """Eight octets, least significant first."""
        value: int = _U64LE(self.data, self._advance(8))[0]
        return value

    def take(self, count: int) -> bytes:
        """The next ``count`` octets."""
        position = self._advance(count)
        return self.data[position : position + count]

    def skip(self, count: int) -> None:
        """Move over ``count`` octets."""
        self._advance(count)

    def sub(self, count: int) -> Cursor:
        """A cursor over the next ``count`` octets, which this one moves over."""
        position = self._advance(count)
        return Cursor(self.data, position, position + count)

    def rest(self) -> bytes:
        """Everything that is left."""
        position = self.position
        self.position = self.end
        return self.data[position : self.end]

    def peek(self, count: int) -> bytes:
        """At most ``count`` octets without moving; fewer where fewer are left."""
        return self.data[self.position : min(self.position + max(count, 0), self.end)]

    def until(self, delimiter: bytes, limit: int) -> bytes:
        """The octets before ``delimiter``, which is read too; ``NeedMore`` when it is not within ``limit`` octets."""
        stop = min(self.end, self.position + limit + len(delimiter))
        found = self.data.find(delimiter, self.position, stop)
        if found < 0:
            raise NeedMore
        text = self.data[self.position : found]
        self.position = found + len(delimiter)
        return text

    def seek(self, position: int) -> None:
        """Go to an absolute index of ``data`` (a DNS compression pointer), inside this cursor's bounds only."""
        if not self.start <= position <= self.end:
            raise NeedMore
        self.position = position
