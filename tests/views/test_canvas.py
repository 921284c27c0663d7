"""Cells: widths, cutting, and what hostile names may not do."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.views.canvas import Canvas, cells, cut_end, cut_middle, width_of

HOSTILE = (
    "\x1b[2J\x1b[31m", "\x9b31m", "a\rb", "tab\tbed", "bell\x07", "‮gpj.exe", "\u2066x\u2069", "zero​width", "\x00",
    "\ud800", "﻿bom", "line\u2028break", "\x85next", "\U000e0041tag", "e" + "́" * 40, "日本語", "👩‍👩‍👧", "؜ar",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_text_is_neutralised(text: str) -> None:
    """No cell holds a control, format or unassigned character, and marks do not pile up."""
    for cell in cells(text):
        assert cell.isprintable()
        assert len(cell) <= 4
    assert "".join(cells(text)).encode("utf-8")


def test_double_width_characters_take_two_cells() -> None:
    """A wide character is followed by an empty cell."""
    assert cells("a日b") == ("a", "日", "", "b")
    assert width_of("日本") == 4


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 4, "abc…"),
        ("abcdef", 1, "…"),
        ("abcdef", 0, ""),
        ("日本語", 4, "日…"),
        ("日本語", 5, "日本…"),
    ],
)
def test_cut_end(text: str, width: int, expected: str) -> None:
    """The end gives way to an ellipsis."""
    assert cut_end(text, width) == expected


def test_cut_middle_keeps_both_ends() -> None:
    """Of a host both the beginning and the domain can be read."""
    assert cut_middle("lb-140-82-121-3-fra.github.com", 17) == "lb-140-8…thub.com"
    assert cut_middle("short", 17) == "short"


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=60), st.integers(-3, 40))
def test_cut_never_exceeds(text: str, width: int) -> None:
    """Cut text takes at most the width, whatever it is made of."""
    assert width_of(cut_end(text, width)) <= max(0, width)
    assert width_of(cut_middle(text, width)) <= max(0, width)


@settings(deadline=None, max_examples=300)
@given(
    st.integers(1, 30),
    st.lists(st.tuples(st.integers(-5, 35), st.integers(-2, 4), st.text(max_size=40), st.integers(0, 40)), max_size=8),
)
def test_put_stays_inside_and_keeps_cells_whole(width: int, calls: list[tuple[int, int, str, int]]) -> None:
    """Any printing anywhere leaves rows of the right width without half characters."""
    canvas = Canvas(width, 3)
    for x, y, text, limit in calls:
        canvas.put(x, y, text, 1, limit)
    for row, styles in zip(canvas.texts, canvas.styles, strict=True):
        assert len(row) == len(styles) == width
        assert width_of("".join(row)) == width


def test_put_returns_where_it_ended() -> None:
    """Spans are printed one after the other."""
    canvas = Canvas(10, 1)
    assert canvas.put(0, 0, "ab") == 2
    assert canvas.put(2, 0, "日", limit=1) == 3
    assert canvas.put(8, 0, "abc") == 10
    assert canvas.lines() == ["ab      ab"]


def test_right_and_add() -> None:
    """Right-aligned text ends before its column; attribute bits are added to what is there."""
    canvas = Canvas(8, 1)
    assert canvas.right(8, 0, "12K", 2) == 5
    canvas.add(4, 0, 2, 0x80)
    assert canvas.lines() == ["     12K"]
    assert canvas.styles[0] == [0, 0, 0, 0, 0x80, 0x82, 2, 2]
