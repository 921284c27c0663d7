"""Typing on the bottom line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netmon.model.snapshot import Snapshot
from netmon.views.lane import Predicate
from netmon.views.lineedit import MAX_LINE, complete, edit, pasted
from netmon.views.state import Line, ViewState


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


def test_tab_goes_round_what_may_stand_there() -> None:
    """What all have in common first, then one after the other, S-Tab back; any other key ends it."""
    state = replace(ViewState(), saved=("web", "weird"))
    line = complete(Line("filter", "dport:80 @w", 11), state)
    assert (line.text, line.offers, line.offer) == ("dport:80 @we", ("@web", "@weird"), -1)
    seen = []
    for _ in range(3):
        line = complete(line, state)
        seen.append(line.text)
    assert seen == ["dport:80 @web", "dport:80 @weird", "dport:80 @web"]
    assert complete(line, state, -1).text == "dport:80 @weird"
    assert complete(Line("filter", "proces", 6), state).text == "process:"


def test_paste_is_one_change() -> None:
    """Line breaks become spaces, control characters go, the filter is compiled once, and nothing past the bound is kept."""
    compiled: list[str] = []

    def compile_filter(text: str) -> Predicate:
        compiled.append(text)
        return Predicate(text, lambda connection, now: True)

    state = replace(ViewState(), line=Line("filter", "app:tls ", 8))
    after = pasted(state, Snapshot(0.0), "dport:443\nx\x1b[2J\u65e5\u672c", compile_filter)
    assert after.line is not None and after.line.text == "app:tls dport:443 x [2J\u65e5\u672c"
    assert compiled == [after.line.text]
    long = pasted(state, Snapshot(0.0), "y" * 5000, compile_filter)
    assert long.line is not None and len(long.line.text) == MAX_LINE


def test_paste_without_a_line_presses_no_keys() -> None:
    """It only says where it could go."""
    before = ViewState()
    after = pasted(before, Snapshot(0.0), "qqxx", lambda text: Predicate(text, lambda connection, now: True))
    assert after == replace(before, message="press / to paste a filter")
