"""From a snapshot to the rows of the table: hide, filter, hold, sort, group.

In: a snapshot, ``Options`` and the previous ``Table``; out: the next ``Table``. Nothing is drawn here.
Rule 3 of the screen is kept here: a row whose sort value changed only a little keeps its place for a second. For that a
table remembers, for the rows about the visible ones, the value each was sorted by and since when the true one differs.
Cost: what rows are sorted and grouped by is remembered from one table to the next (``Lane``); what is left to do for all of
them comes in parts (``arranging``).
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Any, NamedTuple

from netmon.model.connection import Connection
from netmon.model.snapshot import Snapshot

from .changes import Difference, comparing, moved
from .column import Column
from .columns import BY_KEY
from .grouping import GROUPINGS, SPEAKING
from .lane import ABSENT_HIGH, ABSENT_LOW, Lane, Options, laid
from .rows import Group, Row, Rows
from .sorting import sorting
from .steps import PART, Steps, finished, letting_go, parts
from .summing import Sums

HOLD = 1.0
"""Seconds a row keeps its place after a small change."""
LITTLE = 0.25
"""A change below this part of the value is a small one."""
NEAR_TOP = range(200)


class Held(NamedTuple):
    """What a row near the visible ones is sorted by."""

    value: float
    since: float | None
    """When the true value began to differ; ``None`` while it does not."""
    at: int = 0
    """Where it stood in the lane."""


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
    lane: Lane = field(default_factory=Lane)
    difference: Difference | None = None
    """From the lane before; ``None`` when there was none or too much has changed."""
    made_of: tuple[float, Options] | None = None
    """The moment and what was asked for."""
    sums: Mapping[str, Sums] = field(default_factory=dict)
    """Of large groups near the visible rows, by identifier (``summing``)."""

    def find(self, identifier: str) -> int:
        """Where a row is, -1 for nowhere."""
        return self.rows.find(identifier, self.lane.identifiers)

    def letting_go(self, after: Table) -> Steps[None]:
        """Give back, in parts, what no other table shares, when this one has been replaced by ``after``."""
        if after.lane is not self.lane:
            yield from self.rows.letting_go()
            yield from self.connections.letting_go()
            if self.difference is not None:
                yield from letting_go(self.difference.gone)


def arrange(snapshot: Snapshot, options: Options, previous: Table, near: range = NEAR_TOP) -> Table:
    """The table of this snapshot; ``near`` are the indexes of rows whose order is being looked at."""
    return finished(arranging(snapshot, options, previous, near))


def arranging(snapshot: Snapshot, options: Options, previous: Table, near: range = NEAR_TOP) -> Steps[Table]:
    """``arrange`` in parts."""
    column = BY_KEY.get(options.sort) or BY_KEY["down"]
    every = snapshot.connections + snapshot.closed if options.closed else snapshot.connections
    difference = yield from comparing(previous.lane.connections, every)
    lane = yield from laid(previous.lane, every, difference, (column, options, snapshot.now))
    values = lane.values
    held: dict[str, Held] = {}
    if column.jumpy and previous.sort == column.key:
        values = values[:]
        held = _hold(every, values, snapshot.now, (previous.held, difference))
    # Equal values: newest first, and it stays so because the sort is stable.
    chosen, total = yield from _choosing(lane, options, snapshot.now)
    order = yield from sorting(chosen, values, reverse=options.descending)
    if column.jumpy:
        for index in order[near.start : near.stop]:
            identifier = every[index].identifier
            if identifier not in held:
                held[identifier] = Held(values[index], None, index)
    connections: Rows[Connection] = Rows(every, order)
    shown: Rows[Row] = Rows(every, order)
    if options.group in GROUPINGS:
        shown = yield from _grouping(lane, order, (column, values), options)
    return Table(shown, len(order), total, connections, column.key, held, lane, difference, (snapshot.now, options))


def _choosing(lane: Lane, options: Options, now: float) -> Steps[tuple[list[int], int]]:
    """Indexes of the connections that are not hidden and match, last first, and how many are not hidden."""
    every, until, matches, predicate = lane.connections, lane.until, lane.matches, options.predicate
    rows: list[int] = []
    total = 0
    for part in reversed(list(parts(len(every)))):
        some: Sequence[int] = part[::-1]
        if until:
            ends = until[part.start : part.stop]
            if min(ends) < now:
                some = list(compress(some, map(now.__le__, reversed(ends))))
        total += len(some)
        if matches:
            some = list(compress(some, map(matches.__getitem__, some)))
        elif predicate is not None:
            texts = [lane.texts[index] for index in some] if lane.texts else ()
            some = list(compress(some, predicate.passes([every[index] for index in some], now, texts)))
        rows += some
        yield
    return rows, total


def _hold(
    rows: Sequence[Connection],
    values: list[Any] | array[float],
    now: float,
    before: tuple[Mapping[str, Held], Difference | None],
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


def _grouping(lane: Lane, order: Sequence[int], sorting: tuple[Column, Sequence[Any]], options: Options) -> Steps[Rows[Row]]:
    """Groups by the gathered value of the sort column, each followed by its members unless it is folded."""
    column, values = sorting
    inside: dict[str, list[int]] = {}
    for part in parts(len(order)):
        some = order[part.start : part.stop]
        for index, label in zip(some, map(lane.labels.__getitem__, some), strict=True):
            if label in inside:
                inside[label].append(index)
            else:
                inside[label] = [index]
        yield
    worst = ABSENT_LOW if options.descending else ABSENT_HIGH
    groups: list[tuple[Group, list[int]]] = []
    for label, indexes in inside.items():
        identifier = f"group:{options.group}:{label}"
        value = (yield from _sort_value(column, values, indexes, worst)) if column.gather is not None else None
        members: Rows[Connection] = Rows(lane.connections, indexes)
        groups.append((Group(identifier, label, members, identifier in options.folded, value), indexes))
        if not len(groups) % (PART // 4):
            yield
    if column.numeric:
        groups.sort(key=lambda pair: worst if pair[0].value is None else pair[0].value, reverse=options.descending)
    else:
        groups.sort(key=lambda pair: pair[0].label.lower(), reverse=options.descending)
    yield
    return (yield from _unfolded(lane, groups, options))


def _sort_value(column: Column, values: Sequence[Any], indexes: Sequence[int], worst: float) -> Steps[float | None]:
    assert column.gather is not None
    found: list[float] = []
    for part in parts(len(indexes)):
        some = indexes[part.start : part.stop]
        there = [value for value in map(values.__getitem__, some) if value != worst]
        if there:
            found.append(column.gather(there))
        if len(some) == PART:
            yield
    return column.gather(found) if found else None


def _unfolded(lane: Lane, groups: Sequence[tuple[Group, list[int]]], options: Options) -> Steps[Rows[Row]]:
    rows: list[int] = []
    lone: set[int] = set()
    for number, (group, indexes) in enumerate(groups):
        if not number % PART:
            yield
        if len(indexes) == 1 and options.group in SPEAKING and not group.folded:
            rows += indexes
            lone.add(indexes[0])
            continue
        rows.append(-1 - number)
        if not group.folded:
            rows += indexes
    return Rows(lane.connections, rows, [group for group, _ in groups], frozenset(lone))
