"""From a snapshot to the rows of the table: hide, filter, hold, sort, group.

In: a snapshot, ``Options`` and the previous ``Table``; out: the next ``Table``. Nothing is drawn here.
Rule 3 of the screen is kept here: a row whose sort value changed only a little keeps its place for a second. For that a
table remembers, per connection, the value it was sorted by and since when the true one differs.
Cost per call follows the number of connections with a small constant, because it runs on all of them: sort values are
computed anew only for connections that are not the same objects as last time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

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
"""What an absent value counts as, so that it comes last in both directions."""


@dataclass(frozen=True, slots=True)
class Group:
    """One folded or unfolded group and its sums."""

    identifier: str
    label: str
    members: tuple[Connection, ...]
    folded: bool
    values: Mapping[str, float]
    """Column key → value gathered over the members, numeric columns only."""


Row = Connection | Group


class Held(NamedTuple):
    """What a connection is sorted by."""

    connection: Connection
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
    held: Mapping[str, Held] | None = None


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


def arrange(snapshot: Snapshot, options: Options, previous: Table) -> Table:
    """The table of this snapshot."""
    rows, total = visible(snapshot, options)
    column = BY_KEY.get(options.sort) or BY_KEY["down"]
    held: Mapping[str, Held] | None = None
    rows.reverse()  # equal values: newest first, and it stays so because the sort is stable
    if column.jumpy:
        before = previous.held if previous.sort == column.key else None
        held = _hold(rows, column, snapshot.now, before or {}, ABSENT_LOW if options.descending else ABSENT_HIGH)
        rows.sort(key=lambda connection: held[connection.identifier].value, reverse=options.descending)
    else:
        rows.sort(key=_key(column, snapshot.now, options.descending), reverse=options.descending)
    connections = tuple(rows)
    shown: tuple[Row, ...] = connections
    if options.group in GROUPINGS:
        shown = _grouped(connections, column, options, snapshot.now)
    return Table(shown, len(connections), total, connections, column.key, held)


def _hold(rows: list[Connection], column: Column, now: float, before: Mapping[str, Held], absent: float) -> dict[str, Held]:
    """What each row is sorted by now: the old value while the change is small and young."""
    value_of = column.value
    result: dict[str, Held] = {}
    for connection in rows:
        identifier = connection.identifier
        old = before.get(identifier)
        if old is not None and old.since is None and old.connection is connection:
            result[identifier] = old
            continue
        found = value_of(connection, now)
        value = found if isinstance(found, (int, float)) else absent
        if old is None or value == old.value:
            result[identifier] = Held(connection, value, None)
        elif abs(value - old.value) <= LITTLE * max(abs(value), abs(old.value)) and (
            old.since is None or now - old.since < HOLD
        ):
            result[identifier] = Held(connection, old.value, now if old.since is None else old.since)
        else:
            result[identifier] = Held(connection, value, None)
    return result


def _key(column: Column, now: float, descending: bool) -> Callable[[Connection], tuple[bool, float | str]]:
    """A sort key that puts absent values last in both directions."""
    value_of = column.value
    absent = not descending
    empty: float | str = 0.0 if column.numeric else ""

    def key(connection: Connection) -> tuple[bool, float | str]:
        value = value_of(connection, now)
        return (absent, empty) if value is None else (not absent, value)

    return key


def gather(members: tuple[Connection, ...], now: float) -> dict[str, float]:
    """The values of a group's line."""
    result: dict[str, float] = {}
    for column in BY_KEY.values():
        if column.gather is not None:
            values = [value for c in members if isinstance(value := column.value(c, now), (int, float))]
            if values:
                result[column.key] = column.gather(values)
    return result


def _grouped(connections: tuple[Connection, ...], column: Column, options: Options, now: float) -> tuple[Row, ...]:
    members: dict[str, list[Connection]] = {}
    key = GROUPINGS[options.group].key
    for connection in connections:
        members.setdefault(key(connection), []).append(connection)
    groups: list[Group] = []
    for label, inside in members.items():
        identifier = f"group:{options.group}:{label}"
        fixed = tuple(inside)
        groups.append(Group(identifier, label, fixed, identifier in options.folded, gather(fixed, now)))
    if column.numeric:
        worst = float("-inf") if options.descending else float("inf")
        groups.sort(key=lambda group: group.values.get(column.key, worst), reverse=options.descending)
    else:
        groups.sort(key=lambda group: group.label.lower(), reverse=options.descending)
    rows: list[Row] = []
    for group in groups:
        rows.append(group)
        if not group.folded:
            rows += group.members
    return tuple(rows)
