"""Saved filters by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from netmon.errors import FilterError
from netmon.filters import compile_filter, completion
from netmon.model.connection import Connection

SAVED = {
    "web": "port:80,443 OR app:http", "fox": "firefox", "both": "@web @fox", "self": "x @self", "a": "@b", "b": "@a",
    "broken": "tcp (x", "outer": "tcp @broken",
}  # fmt: skip


@pytest.mark.parametrize("text", ["@web", "@both", "tcp @web -curl", "(@fox)", "NOT NOT @both"])
def test_stands_for_the_filter(connection: Callable[..., Connection], text: str) -> None:
    """The filter counts as a whole, as if in parentheses."""
    assert compile_filter(text, saved=SAVED)(connection(), 1000.0)
    assert not compile_filter(f"NOT ({text})", saved=SAVED)(connection(), 1000.0)
    assert not compile_filter("@web udp", saved=SAVED)(connection(), 1000.0)


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("tcp @wob", 4, 'there is no saved filter "wob"; there are: a, b, both'),
        ("@self", 0, "leads back to itself"),
        ("@a", 0, "leads back to itself"),
        ("tcp @broken", 4, "in @broken: this parenthesis is not closed"),
        ("@outer", 0, "in @broken: this parenthesis"),
    ],
)
def test_errors_stand_at_the_name(text: str, position: int, words: str) -> None:
    """What is wrong inside is told at the name that led there."""
    with pytest.raises(FilterError) as raised:
        compile_filter(text, saved=SAVED)
    assert (raised.value.position, words in str(raised.value)) == (position, True), str(raised.value)


def test_doubling_is_bounded() -> None:
    """Names that double each other do not grow without end."""
    saved = {f"n{level}": f"@n{level + 1} @n{level + 1}" for level in range(7)} | {"n7": "tcp"}
    with pytest.raises(FilterError, match="too many saved filters"):
        compile_filter("@n0", saved=saved)


def test_without_saved_filters() -> None:
    """The error says where they come from; a quoted one is plain text."""
    with pytest.raises(FilterError, match=r"\[filters\] in the configuration"):
        compile_filter("@web")
    assert compile_filter('"@web"').text == '"@web"'


def test_completion() -> None:
    """Names are offered after the sign."""
    assert completion("tcp @b", 6, [], saved=SAVED) == (4, 6, ("@b", "@both", "@broken"))
