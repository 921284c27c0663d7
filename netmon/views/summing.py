"""What the line of a group says in the columns of numbers.

In: a group's members; out: their gathered values by column. Rule: few members are looked at whenever the line is drawn, many
once for each table, in parts, and only those of lines that can be seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from netmon.model.connection import Connection

from .column import Column
from .columns import BY_KEY
from .rows import Group, Row
from .steps import Steps, parts

MANY = 64
"""Members whose lines, a screen full of them, are still drawn in a few milliseconds."""

Sums = Mapping[str, float | None]
"""By column key."""


def gathered(column: Column, members: Sequence[Connection], now: float) -> float | None:
    """The value of a group in a numeric column; ``None`` when there is none."""
    if column.gather is None:
        return None
    values = [value for value in column.values(members, now) if value is not None]
    return column.gather(values) if values else None


def unsummed(rows: Iterable[Row], sums: Mapping[str, Sums]) -> list[Group]:
    """The large groups among some rows whose sums are not there."""
    return [row for row in rows if isinstance(row, Group) and len(row.members) > MANY and row.identifier not in sums]


def summing(groups: Sequence[Group], keys: Sequence[str], now: float) -> Steps[dict[str, Sums]]:
    """The sums of large groups in some columns, by group."""
    columns = [BY_KEY[key] for key in keys]
    sums: dict[str, Sums] = {}
    for group in groups:
        found: list[list[float]] = [[] for _ in columns]
        for part in parts(len(group.members), max(1, len(columns))):
            some = group.members[part.start : part.stop]
            for column, values in zip(columns, found, strict=True):
                value = gathered(column, some, now)
                if value is not None:
                    values.append(value)
            yield
        sums[group.identifier] = {
            column.key: column.gather(values) if column.gather is not None and values else None
            for column, values in zip(columns, found, strict=True)
        }
    return sums
