"""From a snapshot to the rows of the table: hide, filter, hold, sort, group.

In: a snapshot, ``Options`` and the previous ``Table``; out: the next ``Table``. Nothing is drawn here.
Rule 3 of the screen is kept here: a row whose sort value changed only a little keeps its place for a second. For that a
table remembers, for the rows about the visible ones, the value each was sorted by and since when the true one differs.
Cost per call follows the number of connections with a small constant, because it runs on all of them (about 0.5 µs each).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from netmon.model.connection import Connection, Snapshot

from .columns import BY_KEY, Column
from .grouping import GROUPINGS
from .words import is_loopback

Predicate = Callable[[Connection, float], bool]

HOLD = 1.0
"""Seconds a row keeps its place after a small change."""
LITTLE = 0.25
"""A change below this part of the value is a small one."""
ABSENT_LOW, ABSENT_HIGH = -1.0, 1e18
"""What an absent number counts as, so that it comes last in both directions."""
LAST = "\U0010ffff"
"""What an absent text counts as when sorting upwards."""
NEAR_TOP = range(200)


@dataclass(frozen=True, slots=True)
class Group:
    """One folded or unfolded group and its sums."""

    identifier: str
    label: str
    members: tuple[Connection, ...]
    folded: bool
    value: float | None = None
    """The members' values in the sort column, gathered; ``None`` for a column of texts."""


Row = Connection | Group


class Held(NamedTuple):
    """What a row near the visible ones is sorted by."""

    value: float
    since: float | None
    """When the true value began to differ; ``None`` while it does not."""


@dataclass(frozen=True, slots=True)
class Options:
    """What decides which rows there are and in which order."""

    sort: str = "down"
    descending: bool = True
    group: str = ""
    folded: frozenset[str] = frozenset()
    closed: bool = False
    localhost: bool = False
    predicate: Predicate | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The rows in order; ``matched`` of ``total`` connections passed the filter."""

    rows: tuple[Row, ...] = ()
    matched: int = 0
    total: int = 0
    connections: tuple[Connection, ...] = ()
    """The matching connections in order, whatever is folded."""
    sort: str = ""
    held: Mapping[str, Held] = field(default_factory=dict)


def visible(snapshot: Snapshot, options: Options) -> tuple[list[Connection], int]:
    """The connections that are not hidden and match, oldest first, and how many are not hidden."""
    rows: list[Connection] = list(snapshot.connections)
    if options.closed:
        rows += snapshot.closed
    if not options.localhost:
        rows = [c for c in rows if c.source_scope != "LOOPBACK" or not is_loopback(c)]
    total = len(rows)
    predicate = options.predicate
    if predicate is not None:
        now = snapshot.now
        rows = [connection for connection in rows if predicate(connection, now)]
    return rows, total


def arrange(snapshot: Snapshot, options: Options, previous: Table, near: range = NEAR_TOP) -> Table:
    """The table of this snapshot; ``near`` are the indexes of rows whose order is being looked at."""
    rows, total = visible(snapshot, options)
    column = BY_KEY.get(options.sort) or BY_KEY["down"]
    rows.reverse()  # equal values: newest first, and it stays so because the sort is stable
    values = _values(rows, column, snapshot.now, options.descending)
    held = _hold(rows, values, snapshot.now, previous) if column.jumpy and previous.sort == column.key else {}
    order = sorted(range(len(rows)), key=values.__getitem__, reverse=options.descending)
    connections = tuple([rows[index] for index in order])
    if column.jumpy:
        for index in order[near.start : near.stop]:
            held.setdefault(rows[index].identifier, Held(values[index], None))
    shown: tuple[Row, ...] = connections
    if options.group in GROUPINGS:
        shown = _grouped(connections, column, options, snapshot.now)
    return Table(shown, len(connections), total, connections, column.key, held)


def _values(rows: list[Connection], column: Column, now: float, descending: bool) -> list[Any]:
    """What each row is sorted by: all numbers or all texts, absent ones so that they come last in both directions."""
    found = column.values(rows, now)
    absent: float | str = (ABSENT_LOW if descending else ABSENT_HIGH) if column.numeric else "" if descending else LAST
    return [absent if value is None else value for value in found] if None in found else found


def _hold(rows: list[Connection], values: list[Any], now: float, previous: Table) -> dict[str, Held]:
    """Put the old value back in ``values`` where the change is small and young; says which were put back."""
    before = previous.held
    result: dict[str, Held] = {}
    for index, connection in enumerate(rows):
        old = before.get(connection.identifier)
        if old is None:
            continue
        value = values[index]
        small = value != old.value and abs(value - old.value) <= LITTLE * max(abs(value), abs(old.value))
        if small and (old.since is None or now - old.since < HOLD):
            values[index] = old.value
            result[connection.identifier] = Held(old.value, now if old.since is None else old.since)
    return result


def gathered(column: Column, members: Sequence[Connection], now: float) -> float | None:
    """The value of a group in a numeric column; ``None`` when there is none."""
    if column.gather is None:
        return None
    values = [value for value in column.values(members, now) if value is not None]
    return column.gather(values) if values else None


def _grouped(connections: tuple[Connection, ...], column: Column, options: Options, now: float) -> tuple[Row, ...]:
    members: dict[str, list[Connection]] = {}
    key = GROUPINGS[options.group].key
    for connection in connections:
        members.setdefault(key(connection), []).append(connection)
    groups: list[Group] = []
    for label, inside in members.items():
        identifier = f"group:{options.group}:{label}"
        value = gathered(column, inside, now)
        groups.append(Group(identifier, label, tuple(inside), identifier in options.folded, value))
    if column.numeric:
        worst = ABSENT_LOW if options.descending else ABSENT_HIGH
        groups.sort(key=lambda group: worst if group.value is None else group.value, reverse=options.descending)
    else:
        groups.sort(key=lambda group: group.label.lower(), reverse=options.descending)
    rows: list[Row] = []
    for group in groups:
        rows.append(group)
        if not group.folded:
            rows += group.members
    return tuple(rows)
