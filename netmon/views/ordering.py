"""From a snapshot to the rows of the table: hide, filter, hold, sort, group.

In: a snapshot, ``Options`` and the previous ``Table``; out: the next ``Table``. Nothing is drawn here.
Rule 3 of the screen is kept here: a row whose sort value changed only a little keeps its place for a second. For that a
table remembers, for the rows about the visible ones, the value each was sorted by and since when the true one differs.
Cost: what rows are sorted and grouped by is remembered from one table to the next (``Lane``) and measured only for
connections that are other objects now; what is left to do for all of them is done by ``sorted`` and ``compress``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Any, NamedTuple

from netmon.model.connection import Connection, Snapshot

from .changes import Difference, carried, compare, moved
from .column import Column
from .columns import BY_KEY
from .grouping import GROUPINGS, SPEAKING
from .rows import Group, Row, Rows
from .words import is_loopback, over

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


class Held(NamedTuple):
    """What a row near the visible ones is sorted by."""

    value: float
    since: float | None
    """When the true value began to differ; ``None`` while it does not."""
    at: int = 0
    """Where it stood in the lane."""


class Lane(NamedTuple):
    """What has been measured of each connection, in the order of the snapshot."""

    connections: Sequence[Connection]
    identifiers: list[str]
    column: tuple[str, bool]
    """The column ``values`` are of, and whether absent ones are made for sorting downwards."""
    values: list[Any]
    group: str
    labels: list[str]
    until: list[float]
    """Until when a row is shown: for ever, never (loopback), or for a while after it was over; empty = all are."""
    hides: tuple[bool, bool] = (False, False)
    """What ``until`` was made for: hiding loopback, hiding what is over."""


NO_LANE = Lane((), [], ("", True), [], "", [], [])
FADE = 8.0
"""Seconds what is over (TIME_WAIT, a reset) is still shown, dim, where closed connections are not."""
EVER, NEVER = float("inf"), float("-inf")


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

    rows: Rows[Row] = field(default_factory=Rows)
    matched: int = 0
    total: int = 0
    connections: Rows[Connection] = field(default_factory=Rows)
    """The matching connections in order, whatever is folded."""
    sort: str = ""
    held: Mapping[str, Held] = field(default_factory=dict)
    lane: Lane = NO_LANE
    difference: Difference | None = None
    """From the lane before; ``None`` when there was none or too much has changed."""

    def find(self, identifier: str) -> int:
        """Where a row is, -1 for nowhere."""
        return self.rows.find(identifier, self.lane.identifiers)


def arrange(snapshot: Snapshot, options: Options, previous: Table, near: range = NEAR_TOP) -> Table:
    """The table of this snapshot; ``near`` are the indexes of rows whose order is being looked at."""
    column = BY_KEY.get(options.sort) or BY_KEY["down"]
    every = snapshot.connections + snapshot.closed if options.closed else snapshot.connections
    difference = compare(previous.lane.connections, every)
    lane = _follow(previous.lane, every, difference, (column, options, snapshot.now))
    values = lane.values
    held: dict[str, Held] = {}
    if column.jumpy and previous.sort == column.key:
        values = values.copy()
        held = _hold(every, values, snapshot.now, (previous.held, difference))
    chosen, total = _chosen(lane, options, snapshot.now)
    # Equal values: newest first, and it stays so because the sort is stable.
    order = list(chosen[::-1])
    order.sort(key=values.__getitem__, reverse=options.descending)
    if column.jumpy:
        for index in order[near.start : near.stop]:
            identifier = every[index].identifier
            if identifier not in held:
                held[identifier] = Held(values[index], None, index)
    connections: Rows[Connection] = Rows(every, order)
    shown: Rows[Row] = Rows(every, order)
    if options.group in GROUPINGS:
        shown = _grouped(lane, order, (column, values), options)
    return Table(shown, len(order), total, connections, column.key, held, lane, difference)


def _follow(
    old: Lane, every: Sequence[Connection], difference: Difference | None, asked: tuple[Column, Options, float]
) -> Lane:
    """The lane of this snapshot; what the last one knows already is not measured again."""
    column, options, now = asked
    key = (column.key, options.descending)
    known = old if difference is not None and old.connections else None

    def values(rows: Sequence[Connection]) -> list[Any]:
        return _values(rows, column, now, options.descending)

    if known is not None and known.column == key and column.steady and difference is not None:
        measured = carried(known.values, difference, values)
    else:
        measured = values(every)
    hides = (not options.localhost, not options.closed)
    until: list[float] = []
    if any(hides):

        def shown_until(rows: Sequence[Connection]) -> list[float]:
            return [_until(connection, hides) for connection in rows]

        usable = known is not None and known.hides == hides
        until = carried(old.until, difference, shown_until) if usable and difference is not None else shown_until(every)
    labels: list[str] = []
    group = options.group if options.group in GROUPINGS else ""
    if group:
        dimension = GROUPINGS[group].key

        def labelled(rows: Sequence[Connection]) -> list[str]:
            return [dimension(connection) for connection in rows]

        if known is not None and known.group == group and difference is not None:
            labels = carried(known.labels, difference, labelled)
        else:
            labels = labelled(every)
    if known is not None and difference is not None:
        identifiers = carried(known.identifiers, difference, _identifiers)
    else:
        identifiers = _identifiers(every)
    return Lane(every, identifiers, key, measured, group, labels, until, hides)


def _identifiers(rows: Sequence[Connection]) -> list[str]:
    return [connection.identifier for connection in rows]


def _until(connection: Connection, hides: tuple[bool, bool]) -> float:
    loopback, ended = hides
    if loopback and connection.source_scope == "LOOPBACK" and is_loopback(connection):
        return NEVER
    return connection.last_seen + FADE if ended and over(connection) else EVER


def _chosen(lane: Lane, options: Options, now: float) -> tuple[Sequence[int], int]:
    """Indexes of the connections that are not hidden and match, and how many are not hidden."""
    every = lane.connections
    rows: Sequence[int] = range(len(every))
    if lane.until:
        rows = list(compress(rows, map(now.__le__, lane.until)))
    total = len(rows)
    predicate = options.predicate
    if predicate is not None:
        rows = [index for index in rows if predicate(every[index], now)]
    return rows, total


def _values(rows: Sequence[Connection], column: Column, now: float, descending: bool) -> list[Any]:
    """What each row is sorted by: all numbers or all texts, absent ones so that they come last in both directions."""
    found = column.values(rows, now)
    absent: float | str = (ABSENT_LOW if descending else ABSENT_HIGH) if column.numeric else "" if descending else LAST
    return [absent if value is None else value for value in found] if None in found else found


def _hold(
    rows: Sequence[Connection], values: list[Any], now: float, before: tuple[Mapping[str, Held], Difference | None]
) -> dict[str, Held]:
    """Put the old value back in ``values`` where the change is small and young; says which were put back."""
    held, difference = before
    result: dict[str, Held] = {}
    where: dict[str, int] = {}
    if difference is None and not all(old.at < len(rows) and rows[old.at].identifier == name for name, old in held.items()):
        where = {connection.identifier: index for index, connection in enumerate(rows) if connection.identifier in held}
    for identifier, old in held.items():
        index = old.at
        if where:
            index = where.get(identifier, -1)
        elif difference is not None:
            index = moved(difference, index)
        if index < 0:
            continue
        value = values[index]
        small = value != old.value and abs(value - old.value) <= LITTLE * max(abs(value), abs(old.value))
        if small and (old.since is None or now - old.since < HOLD):
            values[index] = old.value
            result[identifier] = Held(old.value, now if old.since is None else old.since, index)
    return result


def gathered(column: Column, members: Sequence[Connection], now: float) -> float | None:
    """The value of a group in a numeric column; ``None`` when there is none."""
    if column.gather is None:
        return None
    values = [value for value in column.values(members, now) if value is not None]
    return column.gather(values) if values else None


def _grouped(lane: Lane, order: Sequence[int], sorting: tuple[Column, list[Any]], options: Options) -> Rows[Row]:
    """Groups by the gathered value of the sort column, each followed by its members unless it is folded."""
    column, values = sorting
    inside: dict[str, list[int]] = {}
    for index, label in zip(order, map(lane.labels.__getitem__, order), strict=True):
        if label in inside:
            inside[label].append(index)
        else:
            inside[label] = [index]
    worst = ABSENT_LOW if options.descending else ABSENT_HIGH
    groups: list[tuple[Group, list[int]]] = []
    for label, indexes in inside.items():
        identifier = f"group:{options.group}:{label}"
        value = None
        if column.gather is not None:
            there = [value for value in map(values.__getitem__, indexes) if value != worst]
            value = column.gather(there) if there else None
        members: Rows[Connection] = Rows(lane.connections, indexes)
        groups.append((Group(identifier, label, members, identifier in options.folded, value), indexes))
    if column.numeric:
        groups.sort(key=lambda pair: worst if pair[0].value is None else pair[0].value, reverse=options.descending)
    else:
        groups.sort(key=lambda pair: pair[0].label.lower(), reverse=options.descending)
    rows: list[int] = []
    lone: set[int] = set()
    for number, (group, indexes) in enumerate(groups):
        if len(indexes) == 1 and options.group in SPEAKING and not group.folded:
            rows += indexes
            lone.add(indexes[0])
            continue
        rows.append(-1 - number)
        if not group.folded:
            rows += indexes
    return Rows(lane.connections, rows, [group for group, _ in groups], frozenset(lone))
