"""Which of the Overview's columns fit a width, and where they stand.

In: the table's width; out: columns with position and width. Nothing else is looked at, so nothing jumps while running.
Columns that do not fit are dropped by priority before any is squeezed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from .columns import COLUMNS, Column


class Placed(NamedTuple):
    """A column where it stands in a table of some width."""

    column: Column
    x: int
    width: int


@lru_cache(maxsize=64)
def place(width: int) -> tuple[Placed, ...]:
    """The columns that fit ``width`` columns, left to right; one column of margin on the left, two between columns
    (one where space is short)."""
    gap = 1 if width < 100 else 2
    room = width - 1
    chosen: list[Column] = []
    used = 0
    for column in sorted(COLUMNS, key=lambda column: column.priority):
        need = column.width + (gap if chosen else 0)
        comfort = _COMFORT[0] if column.priority >= 8 else {}
        comfort = _COMFORT[1] if column.priority >= 11 else comfort
        short = sum(max(0, comfort.get(other.key, 0) - other.width) for other in chosen)
        if used + need + short > room:
            break
        chosen.append(column)
        used += need
    if not chosen:
        first = min(COLUMNS, key=lambda column: column.priority)
        return (Placed(first, 1 if width > 1 else 0, max(1, width - 1)),)
    widths = {column.key: column.width for column in chosen}
    _grow(widths, {column.key: column.most for column in chosen}, room - used)
    placed: list[Placed] = []
    x = 1
    for column in COLUMNS:
        if column.key in widths:
            placed.append(Placed(column, x, widths[column.key]))
            x += widths[column.key] + gap
    return tuple(placed)


_COMFORT: tuple[dict[str, int], ...] = (
    {"process": 12, "remote": 28, "application": 28},
    {"process": 20, "remote": 32, "application": 40},
)
"""Widths the columns that are read most are given before columns of priority 8, and of 11, are shown at all."""
_STEPS: tuple[tuple[str, int], ...] = (
    ("process", 12), ("application", 25), ("remote", 28), ("application", 28), ("process", 20), ("application", 34),
    ("remote", 34), ("process", 22), ("application", 44), ("remote", 40), ("application", 60), ("remote", 48),
    ("process", 24), ("local", 30),
)  # fmt: skip
"""Where spare room goes, in this order: a column grows to that width before the next one does."""


def _grow(widths: dict[str, int], most: dict[str, int], spare: int) -> None:
    for key, goal in _STEPS:
        if key in widths and spare > 0:
            more = min(spare, max(0, min(goal, most[key]) - widths[key]))
            widths[key] += more
            spare -= more
