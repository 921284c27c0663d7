"""HPACK (RFC 7541): header blocks of HTTP/2 back into header fields, as far as anybody wants to see them.

In: the header blocks of one direction, in order. Out: (name, value) pairs; the value is empty for names outside
``wanted``, so credentials and cookies are neither returned nor kept in the dynamic table. ``ParseError`` for a block
that is none.

Rules never broken: the dynamic table holds at most ``MAXIMUM_TABLE`` octets, a block gives at most ``MAXIMUM_FIELDS``
fields, a string is at most as long as its block allows. The Huffman code of appendix B is canonical (codes ascend with
length, then symbol), so its lengths are all there is to know. After lost octets (``lose``) what refers to the dynamic
table is unknown.
"""

from __future__ import annotations

from collections import deque
from functools import cache

from netmon.errors import ParseError

from ._cursor import Cursor

MAXIMUM_TABLE = 65_536
DEFAULT_TABLE = 4096
MAXIMUM_FIELDS = 256
OVERHEAD = 32
"""RFC 7541 section 4.1."""
EOS = 256

_STATIC = (
    ":authority|:method=GET|:method=POST|:path=/|:path=/index.html|:scheme=http|:scheme=https|:status=200|:status=204|"
    ":status=206|:status=304|:status=400|:status=404|:status=500|accept-charset|accept-encoding=gzip, deflate|"
    "accept-language|accept-ranges|accept|access-control-allow-origin|age|allow|authorization|cache-control|content-disposition|"
    "content-encoding|content-language|content-length|content-location|content-range|content-type|cookie|date|etag|expect|"
    "expires|from|host|if-match|if-modified-since|if-none-match|if-range|if-unmodified-since|last-modified|link|location|"
    "max-forwards|proxy-authenticate|proxy-authorization|range|referer|refresh|retry-after|server|set-cookie|"
    "strict-transport-security|transfer-encoding|user-agent|vary|via|www-authenticate"
)
"""Appendix A."""
STATIC: tuple[tuple[bytes, bytes], ...] = tuple(
    (name.encode(), value.encode()) for name, _, value in (entry.partition("=") for entry in _STATIC.split("|"))
)
_BY_LENGTH = {
    5: b"012aceiost",
    6: b" %-./3456789=A_bdfghlmnpru",
    7: b":BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz",
    8: b"&*,;XZ",
    10: b'!"()?',
    11: b"'+|",
    12: b"#>",
    13: b"\x00$@[]~",
    14: b"^}",
    15: b"<`{",
    19: bytes.fromhex("5cc3d0"),
    20: bytes.fromhex("808283a2b8c2e0e2"),
    21: bytes.fromhex("99a1a7acb0b1b3d1d8d9e3e5e6"),
    22: bytes.fromhex("8184858688929a9ca0a3a4a9aaadb2b5b9babbbdbec4c6e4e8e9"),
    23: bytes.fromhex("0187898a8b8c8d8f93959697989b9d9ea5a6a8aeafb4b6b7bcbfc5e7ef"),
    24: bytes.fromhex("098e9091949fabced7e1eced"),
    25: bytes.fromhex("c7cfeaeb"),
    26: bytes.fromhex("c0c1c8c9cacdd2d5dadbeef0f2f3ff"),
    27: bytes.fromhex("cbccd3d4d6dddedff1f4f5f6f7f8fafbfcfdfe"),
    28: bytes.fromhex("020304050607080b0c0e0f1011121314151718191a1b1c1d1e1f7fdcf9"),
    30: bytes.fromhex("0a0d16"),
}
"""Appendix B: the symbols of each code length, without EOS, which is the last of 30 bits."""

Step = tuple[int, int]
"""Next state (-1: EOS inside a string, which is an error) and the symbol that ended on the way, or -1."""


@cache
def _machine() -> tuple[list[list[Step]], frozenset[int]]:
    """For each state what four bits do, and the states in which a string may end: less than eight bits, all ones (5.2)."""
    children: list[list[int]] = [[0, 0]]  # > 0: a state; < 0: the symbol -n - 1
    code = last = 0
    for length, symbols in sorted(_BY_LENGTH.items()):
        code <<= length - last
        last = length
        for symbol in [*symbols, *((EOS,) if length == 30 else ())]:
            node = 0
            for bit in range(length - 1, 0, -1):
                branch = code >> bit & 1
                if not children[node][branch]:
                    children.append([0, 0])
                    children[node][branch] = len(children) - 1
                node = children[node][branch]
            children[node][code & 1] = -symbol - 1
            code += 1
    table = [[_walk(children, state, nibble) for nibble in range(16)] for state in range(len(children))]
    ends, node = {0}, 0
    for _ in range(7):
        node = children[node][1]
        ends.add(node)
    return table, frozenset(ends)


def _walk(children: list[list[int]], state: int, nibble: int) -> Step:
    symbol = -1
    for bit in (8, 4, 2, 1):
        state = children[state][1 if nibble & bit else 0]
        if state < 0:
            symbol = -state - 1
            state = 0
            if symbol == EOS:
                return -1, -1
    return state, symbol


def huffman(data: bytes) -> bytes:
    """Section 5.2."""
    table, ends = _machine()
    state = 0
    out = bytearray()
    for octet in data:
        for nibble in (octet >> 4, octet & 15):
            state, symbol = table[state][nibble]
            if symbol >= 0:
                out.append(symbol)
            elif state < 0:
                raise ParseError("EOS in a Huffman string")
    if state not in ends:
        raise ParseError("wrong Huffman padding")
    return bytes(out)


def integer(cursor: Cursor, prefix: int, first: int) -> int:
    """Section 5.1: ``first`` is the octet that holds the prefix."""
    value = first & (1 << prefix) - 1
    if value < (1 << prefix) - 1:
        return value
    for shift in range(0, 28, 7):
        octet = cursor.u8()
        value += (octet & 0x7F) << shift
        if octet < 0x80:
            return value
    raise ParseError("integer too large")


def string(cursor: Cursor) -> bytes:
    """Section 5.2."""
    first = cursor.u8()
    data = cursor.take(integer(cursor, 7, first))
    return huffman(data) if first & 0x80 else data


class Decoder:
    """The header compression of one direction."""

    __slots__ = ("_limit", "_lost", "_size", "_table", "_wanted")

    def __init__(self, wanted: frozenset[bytes]) -> None:
        self._wanted = wanted
        self._table: deque[tuple[bytes, bytes, int]] = deque()
        self._size = 0
        self._limit = DEFAULT_TABLE
        self._lost = False

    def lose(self) -> None:
        """A block is missing: the dynamic table is not what the sender thinks."""
        self._lost = True
        self._table.clear()
        self._size = 0

    def decode(self, block: bytes) -> list[tuple[bytes, bytes]]:
        """One header block."""
        cursor = Cursor(block)
        found: list[tuple[bytes, bytes]] = []
        while not cursor.at_end:
            first = cursor.u8()
            if first & 0x80:
                found.append(self._entry(integer(cursor, 7, first)))
            elif first & 0xE0 == 0x20:
                self._resize(integer(cursor, 5, first))
            else:
                found.append(self._literal(cursor, first))
            if len(found) > MAXIMUM_FIELDS:
                raise ParseError("too many header fields")
        return found

    def _literal(self, cursor: Cursor, first: int) -> tuple[bytes, bytes]:
        index = integer(cursor, 6 if first & 0x40 else 4, first)
        name = self._entry(index)[0] if index else string(cursor)
        value = string(cursor)
        size = len(name) + len(value) + OVERHEAD
        if name not in self._wanted:
            value = b""
        if first & 0x40:
            self._insert(name, value, size)
        return name, value

    def _entry(self, index: int) -> tuple[bytes, bytes]:
        if 0 < index <= len(STATIC):
            name, value = STATIC[index - 1]
            return name, value if name in self._wanted else b""
        if self._lost:
            return b"", b""
        index -= len(STATIC) + 1
        if not 0 <= index < len(self._table):
            raise ParseError("index outside the table")
        name, value, _ = self._table[index]
        return name, value

    def _insert(self, name: bytes, value: bytes, size: int) -> None:
        if self._lost:
            return
        self._table.appendleft((name, value, size))
        self._size += size
        self._evict()

    def _resize(self, limit: int) -> None:
        if limit > MAXIMUM_TABLE:
            raise ParseError("table too large")
        self._limit = limit
        self._evict()

    def _evict(self) -> None:
        while self._size > self._limit:
            self._size -= self._table.pop()[2]
