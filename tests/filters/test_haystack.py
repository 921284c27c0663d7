"""The text for words without a field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from netmon.filters.fields import visible
from netmon.filters.haystack import haystack, known
from netmon.model.connection import Connection


def test_everything_visible(connection: Callable[..., Connection]) -> None:
    """Each visible text is in it, in lower case."""
    row = connection()
    assert all(text.lower() in haystack(row) for text in visible(row))
    assert "hunter2" not in haystack(row)


def test_kept_while_only_numbers_change(connection: Callable[..., Connection]) -> None:
    """Counters change nothing; a new state does."""
    row = connection()
    text = haystack(row)
    assert haystack(replace(row, bytes_in=1)) is text
    assert known[row.identifier][0].bytes_in == 1
    assert "zombie" in haystack(replace(row, state="ZOMBIE"))
