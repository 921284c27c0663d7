"""The filter line's memory."""

from __future__ import annotations

from netmon.filters.history import MOST, recalled, remembered


def test_newest_last_and_once() -> None:
    """A text used again moves to the end; empty ones are not kept; the oldest go."""
    assert remembered(("a", "b"), " a ") == ("b", "a")
    assert remembered(("a",), "  ") == ("a",)
    assert remembered(("a",), "x" * 5000) == ("a",)
    long = tuple(map(str, range(MOST)))
    assert remembered(long, "new") == (*long[1:], "new")


def test_up_and_down() -> None:
    """Up goes to older entries that begin with what was typed, down back to what was typed."""
    history = ("port:80", "tcp", "port:443")
    assert recalled(history, "", "", -1) == "port:443"
    assert recalled(history, "", "port:443", -1) == "tcp"
    assert recalled(history, "", "port:80", -1) == "port:80"
    assert recalled(history, "port", "port", -1) == "port:443"
    assert recalled(history, "port", "port:443", -1) == "port:80"
    assert recalled(history, "port", "port:80", 1) == "port:443"
    assert recalled(history, "port", "port:443", 1) == "port"
    assert recalled((), "x", "x", -1) == "x"
