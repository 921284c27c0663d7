"""Which of the Overview's columns fit a width, and where they stand.

In: the table's width and what was chosen; out: columns with position and width. Nothing else is looked at, so
nothing jumps while running.
Columns that do not fit are dropped by priority before any is squeezed.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from .column import Column
from .columns import BY_KEY, COLUMNS, FILE_COLUMNS


class Placed(NamedTuple):
    """A column where it stands in a table of some width."""

    column: Column
    x: int
    width: int


ROOMY = 100
"""Columns from which space need not be saved."""
Chosen = tuple[tuple[str, int], ...]
"""Columns by key, in order, each with its width, 0 = whatever suits; empty = the usual ones."""


@lru_cache(maxsize=256)
def place(width: int, chosen: Chosen = (), file: bool = False) -> tuple[Placed, ...]:
    """The columns that fit ``width`` columns, left to right; one column of margin on the left, two between columns. Where
    space is short it is one, but before numbers, which would run together, as long as there is any to spare. ``file``: a
    capture file is played."""
    gap = 1 if width < ROOMY else 2
    room = width - 2
    columns = _wanted(chosen, file)
    fitting: list[Column] = []
    used = 0
    for column in sorted(columns, key=lambda column: column.priority):
        need = column.width + (gap if fitting else 0)
        comfort = _COMFORT[0] if 8 <= column.priority < 50 else {}
        comfort = _COMFORT[1] if 11 <= column.priority < 50 else comfort
        short = sum(max(0, comfort.get(other.key, 0) - other.width) for other in fitting)
        if used + need + short > room:
            break
        fitting.append(column)
        used += need
    if not fitting:
        first = min(columns, key=lambda column: column.priority)
        return (Placed(first, 1 if width > 1 else 0, max(1, width - 1)),)
    widths = {column.key: column.width for column in fitting}
    numbers = [column.key for column in columns if column.right and column.key in widths] if gap == 1 else []
    apart = numbers[max(0, len(numbers) - (room - used)) :] if room > used else []
    _grow(widths, {column.key: column.most for column in fitting}, room - used - len(apart))
    placed: list[Placed] = []
    x = 1
    for column in columns:
        if column.key in widths:
            x += column.key in apart
            placed.append(Placed(column, x, widths[column.key]))
            x += widths[column.key] + gap
    return tuple(placed)


def _wanted(chosen: Chosen, file: bool) -> tuple[Column, ...]:
    """The columns in order."""
    if not chosen:
        return FILE_COLUMNS if file else COLUMNS
    usual = {column.key: column for column in FILE_COLUMNS} if file else {}
    found = [(usual.get(key) or BY_KEY[key], width) for key, width in chosen if key in BY_KEY]
    return tuple(
        replace(column, width=width, most=width) if width else column for column, width in found
    ) or COLUMNS  # fmt: skip


@lru_cache(maxsize=256)
def measures(chosen: Chosen, file: bool) -> tuple[str, ...]:
    """The columns, shown where there is room, that groups are summed up in."""
    return tuple(column.key for column in _wanted(chosen, file) if column.gather is not None)


def default_columns(file: bool) -> Chosen:
    """The usual ones, as if they had been chosen."""
    return tuple((column.key, 0) for column in (FILE_COLUMNS if file else COLUMNS))


_COMFORT: tuple[dict[str, int], ...] = (
    {"process": 12, "remote": 28, "application": 28},
    {"process": 20, "remote": 32, "application": 40},
)
"""Widths the columns that are read most are given before columns of priority 8, and of 11, are shown at all."""
_STEPS: tuple[tuple[str, int], ...] = (
    ("process", 12), ("client", 20), ("application", 25), ("remote", 28), ("application", 28), ("process", 20),
    ("client", 26), ("application", 34), ("remote", 34), ("state", 11), ("process", 22), ("application", 44), ("remote", 40),
    ("application", 60), ("remote", 48), ("process", 24), ("client", 40), ("local", 30), ("command", 40), ("host", 36),
    ("asn", 30), ("location", 24), ("container", 30), ("unit", 30), ("risk", 30), ("command", 80), ("user", 18),
    ("country", 20), ("vendor", 24), ("process", 40), ("application", 100),
)  # fmt: skip
"""Where spare room goes, in this order: a column grows to that width before the next one does."""


def _grow(widths: dict[str, int], most: dict[str, int], spare: int) -> None:
    for key, goal in _STEPS:
        if key in widths and spare > 0:
            more = min(spare, max(0, min(goal, most[key]) - widths[key]))
            widths[key] += more
            spare -= more
