"""Typing on the bottom line."""

from __future__ import annotations

import pytest

from netmon.views.lineedit import MAX_LINE, edit
from netmon.views.state import Line


@pytest.mark.parametrize(
    ("key", "text", "cursor"),
    [
        ("x", "ab xcd", 4), ("Space", "ab  cd", 4), ("Backspace", "abcd", 2), ("Delete", "ab d", 3), ("Ctrl+U", "cd", 0),
        ("Ctrl+K", "ab ", 3), ("Ctrl+W", "cd", 0), ("Home", "ab cd", 0), ("End", "ab cd", 5), ("Left", "ab cd", 2),
        ("Right", "ab cd", 4), ("F5", "ab cd", 3), ("é", "ab écd", 4),
    ],
)  # fmt: skip
def test_edit(key: str, text: str, cursor: int) -> None:
    """Each key changes text and cursor as in any line editor."""
    after = edit(Line("filter", "ab cd", 3), key)
    assert (after.text, after.cursor) == (text, cursor)


def test_the_line_is_bounded() -> None:
    """A cat on the keyboard does not fill the memory."""
    line = Line("filter", "x" * MAX_LINE, MAX_LINE)
    assert edit(line, "y") is line


def test_edges() -> None:
    """Nothing happens beyond both ends."""
    for key in ("Left", "Backspace", "Home"):
        assert edit(Line("filter", "ab", 0), key) == Line("filter", "ab", 0)
    for key in ("Right", "Delete", "End"):
        assert edit(Line("filter", "ab", 2), key) == Line("filter", "ab", 2)
