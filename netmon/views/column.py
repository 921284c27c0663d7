"""What a column of the Overview is, and how to look at a connection.

In: a connection and how to look at it; out: spans (text, style) that fit a column, and sort values. The columns there are
stand in ``columns`` and ``extra_columns``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from netmon.model.connection import Connection
from netmon.units import quantity

from .theme import Role
from .words import faded

Span = tuple[str, int]
Spans = list[Span]
ABSENT = "·"
TRICKLE = 8000
"""Bytes per second that fill a small chart at least: a few packets are a low line, not a wall."""


class Look(NamedTuple):
    """How to look at a connection: the moment, and the toggles that change cell texts."""

    now: float
    names: bool = True
    services: bool = False
    group: str = ""
    """What rows are grouped by: their own line need not say it again."""
    places: bool = False
    """Countries are known: REMOTE has room for two letters."""
    file: bool = False
    """A file is played: everything in it is over, so that is no reason to dim."""

    def over(self, connection: Connection) -> bool:
        """Whether a connection is drawn dim because it is over."""
        return not self.file and faded(connection)


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``spans`` may return less than ``width`` columns, never more."""

    key: str
    title: str
    width: int
    """Least width at which it is worth having."""
    most: int
    """Width beyond which more is of no use."""
    priority: int
    """1 stays longest."""
    spans: Callable[[Connection, Look, int], Spans]
    values: Callable[[Sequence[Connection], float], list[Any]]
    """What rows are sorted by, of many at once because it is asked of all connections: numbers, or texts, or ``None``."""
    right: bool = False
    format: Callable[[float], str] | None = None
    """Numeric columns: how a sum or an extreme over a group is written."""
    gather: Callable[[Iterable[float]], float] | None = None
    """Numeric columns: the value of a group from its members' values."""
    jumpy: bool = False
    """Its values change all the time, so rows are held in place against small changes (screen.md rule 3)."""
    role: int = Role.TEXT
    running: bool = False
    """Its value grows by a second each second: that of the moment 0 and the moment, so that it need not be measured anew."""
    usual: bool = True
    """Shown without being chosen, where there is room."""

    @property
    def numeric(self) -> bool:
        """Sorted downwards at first, and summed up in groups."""
        return self.gather is not None


def quantity_or_absent(value: float) -> str:
    """A quantity, the dim dot for zero."""
    return quantity(value) if value >= 0.5 else ABSENT
