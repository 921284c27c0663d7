"""Basic encoding rules, as far as LDAP and Kerberos use them: X.690 with low tag numbers and definite lengths.

In: a cursor at an element. Out: its tag byte and a cursor over its contents. ``ParseError`` for tags of several bytes and
indefinite lengths, ``NeedMore`` for what is cut. Nesting is up to the caller, who descends a fixed number of levels.
"""

from __future__ import annotations

from typing import Final

from netmon.errors import ParseError

from ._cursor import Cursor

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
OCTET_STRING: Final = 0x04
OID: Final = 0x06
ENUMERATED: Final = 0x0A
SEQUENCE: Final = 0x30
MAXIMUM_MEMBERS: Final = 64


def read_header(cursor: Cursor) -> tuple[int, int]:
    """Tag byte and length."""
    tag = cursor.u8()
    if tag & 0x1F == 0x1F:
        raise ParseError("tag of several bytes")
    length = cursor.u8()
    if length & 0x80:
        size = length & 0x7F
        if not 1 <= size <= 4:
            raise ParseError("indefinite or absurd length")
        length = int.from_bytes(cursor.take(size), "big")
    return tag, length


def element(cursor: Cursor) -> tuple[int, Cursor]:
    """The element at the cursor; contents that go beyond the end are cut."""
    tag, length = read_header(cursor)
    return tag, cursor.sub(min(length, cursor.left))


def expect(cursor: Cursor, wanted: int) -> Cursor:
    """The contents of the element at the cursor, which must have this tag."""
    tag, contents = element(cursor)
    if tag != wanted:
        raise ParseError("another element")
    return contents


def integer(contents: Cursor) -> int:
    """A small signed integer."""
    if not 1 <= contents.left <= 8:
        raise ParseError("integer of a strange size")
    return int.from_bytes(contents.rest(), "big", signed=True)


def members(contents: Cursor) -> dict[int, Cursor]:
    """The members of a sequence by tag, the first of each; what cannot be read ends it."""
    found: dict[int, Cursor] = {}
    while not contents.at_end and len(found) < MAXIMUM_MEMBERS:
        try:
            tag, value = element(contents)
        except ParseError:
            break
        found.setdefault(tag, value)
    return found


def message_length(head: bytes) -> int:
    """Whole length of the element that begins with ``head``; 0 while its header is incomplete."""
    cursor = Cursor(head)
    if len(head) < 2 or (head[1] & 0x80 and len(head) < 2 + (head[1] & 0x7F) <= 6):
        return 0
    _, length = read_header(cursor)
    return cursor.consumed + length
