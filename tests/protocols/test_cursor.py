"""The cursor: right values, and never a byte outside its bounds."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.errors import NeedMore
from netmon.protocols._cursor import Cursor

BYTES = bytes(range(1, 33))


@pytest.mark.parametrize(
    ("method", "size", "order"),
    [
        ("u8", 1, "big"),
        ("u16", 2, "big"),
        ("u24", 3, "big"),
        ("u32", 4, "big"),
        ("u64", 8, "big"),
        ("u16le", 2, "little"),
        ("u24le", 3, "little"),
        ("u32le", 4, "little"),
        ("u64le", 8, "little"),
    ],
)
def test_integers(method: str, size: int, order: str) -> None:
    """Each integer has its width and order, and one byte less is NeedMore without moving."""
    cursor = Cursor(BYTES, 3)
    assert getattr(cursor, method)() == int.from_bytes(BYTES[3 : 3 + size], order)  # type: ignore[arg-type]
    assert cursor.consumed == size
    short = Cursor(BYTES, 3, 3 + size - 1)
    with pytest.raises(NeedMore):
        getattr(short, method)()
    assert short.position == 3


def test_slices() -> None:
    """take, peek, sub, rest and until stay inside the bounds they were given."""
    cursor = Cursor(b"abcdefgh\nxyz", 1, 10)
    assert cursor.take(2) == b"bc"
    assert cursor.peek(99) == b"defgh\nx"
    inner = cursor.sub(3)
    assert (inner.rest(), inner.at_end, cursor.position) == (b"def", True, 6)
    with pytest.raises(NeedMore):
        inner.u8()
    assert cursor.until(b"\n", 10) == b"gh"
    assert cursor.rest() == b"x"
    assert cursor.left == 0


def test_until_is_limited() -> None:
    """A delimiter further away than the limit is not found, and the position stays."""
    cursor = Cursor(b"aaaa\n")
    with pytest.raises(NeedMore):
        cursor.until(b"\n", 3)
    assert cursor.until(b"\n", 4) == b"aaaa"


def test_seek_stays_inside() -> None:
    """An absolute position outside the bounds is refused."""
    cursor = Cursor(BYTES, 4, 8)
    for position in (3, 9, -1):
        with pytest.raises(NeedMore):
            cursor.seek(position)
    cursor.seek(8)
    assert cursor.at_end


@settings(deadline=None, max_examples=200)
@given(
    st.binary(max_size=40),
    st.integers(-5, 50),
    st.integers(-5, 50),
    st.lists(st.tuples(st.sampled_from(("take", "skip", "sub", "peek", "u8", "u16", "u32", "rest")), st.integers(-5, 50))),
)
def test_random_reading(data: bytes, start: int, end: int, calls: list[tuple[str, int]]) -> None:
    """Whatever is asked for, the position stays between start and end and only NeedMore comes out."""
    cursor = Cursor(data, start, end)
    for name, count in calls:
        method = getattr(cursor, name)
        with contextlib.suppress(NeedMore):
            method(count) if name in ("take", "skip", "sub", "peek") else method()
        assert 0 <= cursor.start <= cursor.position <= cursor.end <= len(data)
