"""A filter error as a person reads it."""

from __future__ import annotations

from netmon.errors import FilterError


def explain(text: str, error: FilterError) -> tuple[str, str]:
    """Two lines: the filter, and a caret under the offending character followed by what is wrong."""
    shown = text.replace("\n", " ").replace("\t", " ")
    position = min(max(error.position, 0), len(shown))
    return shown, " " * position + "^ " + str(error)
