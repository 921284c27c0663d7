"""What has been measured of each connection, in the order of the snapshot: what rows are sorted, hidden, filtered and
grouped by.

In: the connections, how they differ from the last ones, ``Options``; out: the next ``Lane``. Cost: what is known of a
connection is measured again only when it is another object now.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from netmon.filters import Filter
from netmon.filters.haystack import Words, forget, words
from netmon.model.connection import Connection

from .changes import Difference, carried
from .column import Column
from .grouping import GROUPINGS
from .steps import Kept, Steps, measuring, parts
from .words import is_loopback, over

Predicate = Filter

ABSENT_LOW, ABSENT_HIGH = -1.0, 1e18
"""What an absent number counts as, so that it comes last in both directions."""
LAST = "\U0010ffff"
"""What an absent text counts as when sorting upwards."""
FADE = 8.0
"""Seconds what is over (TIME_WAIT, a reset) is still shown, dim, where closed connections are not."""
MOST_TEXTS = 262_144
"""Of so many connections texts are kept; of more they are put together as they are looked at."""
EVER, NEVER = float("inf"), float("-inf")


@dataclass(frozen=True, slots=True)
class Options:
    """What decides which rows there are and in which order."""

    sort: str = "down"
    descending: bool = True
    group: str = ""
    folded: frozenset[str] = frozenset()
    measures: tuple[str, ...] = ()
    """Columns that groups are summed up in."""
    closed: bool = False
    localhost: bool = False
    predicate: Predicate | None = None
    typing: bool = False
    """A filter is being typed: what words are looked for in is put together before the first one is there."""

    @property
    def texts(self) -> bool:
        """Whether what words are looked for in is wanted."""
        return self.typing or (self.predicate is not None and self.predicate.everywhere)


@dataclass(frozen=True, slots=True)
class Lane:
    """Everything measured, one value for each connection."""

    connections: Sequence[Connection] = ()
    identifiers: list[str] = field(default_factory=list)
    column: tuple[str, bool] = ("", True)
    """The column ``values`` are of, and whether absent ones are made for sorting downwards."""
    values: list[Any] | array[float] = field(default_factory=list)
    """Numbers are packed: a million of them are copied in a millisecond. What runs is as at the moment 0."""
    group: str = ""
    labels: list[str] = field(default_factory=list)
    hides: tuple[bool, bool] = (False, False)
    """What ``until`` was made for: hiding loopback, hiding what is over."""
    until: array[float] = field(default_factory=lambda: array("d"))
    """Until when a row is shown: for ever, never (loopback), or for a while after it was over; empty = all are."""
    predicate: Predicate | None = None
    matches: bytearray = field(default_factory=bytearray)
    """Whether the filter lets it pass; empty where that depends on the moment, or there is no filter."""
    texts: list[Words] = field(default_factory=list)
    """What words are looked for in; empty where nobody looks, or there are more than ``MOST_TEXTS`` connections."""


def laid(
    old: Lane, every: Sequence[Connection], difference: Difference | None, asked: tuple[Column, Options, float]
) -> Steps[Lane]:
    """The lane of these connections, in parts; what the last one knows already is not measured again."""
    column, options, now = asked
    known = difference if old.connections else None

    def brought(
        values: Kept, same: bool, measure: Callable[[Sequence[Connection]], Sequence[Any]], empty: Kept
    ) -> Steps[Kept]:
        if known is not None and same:
            kept: Kept = yield from carried(values, known, measure)
            return kept
        return (yield from measuring(every, measure, empty))

    identifiers = old.identifiers
    if known is None or known.kept != [(0, len(old.connections))] or len(every) != len(old.connections):
        identifiers = yield from brought(old.identifiers, True, _identifiers, [])
    key = (column.key, options.descending)
    values: list[Any] | array[float]

    def measured(rows: Sequence[Connection]) -> list[Any]:
        return _values(rows, column, options.descending)

    same = old.column == key
    if column.numeric:
        packed = old.values if isinstance(old.values, array) else array("d")
        values = yield from brought(packed, same, measured, array("d"))
    else:
        before = old.values if isinstance(old.values, list) else []
        values = yield from brought(before, same, measured, [])
    hides = (not options.localhost, not options.closed)
    until = array("d")
    if any(hides):
        until = yield from brought(
            old.until, old.hides == hides, lambda rows: [_until(row, hides) for row in rows], array("d")
        )
    group = options.group if options.group in GROUPINGS else ""
    labels: list[str] = []
    if group:
        label = GROUPINGS[group].key
        labels = yield from brought(old.labels, old.group == group, lambda rows: [label(row) for row in rows], [])
    texts = yield from _texts(old, every, known, options)
    matches = yield from _matches(old, every, known, (options.predicate, texts, now))
    return Lane(every, identifiers, key, values, group, labels, hides, until, options.predicate, matches, texts)


def _texts(old: Lane, every: Sequence[Connection], known: Difference | None, options: Options) -> Steps[list[Words]]:
    """What words are looked for in, where somebody looks; else all of it is let go."""
    texts: list[Words] = []
    if options.texts and len(every) <= MOST_TEXTS:
        if known is not None and old.texts:
            texts = yield from carried(old.texts, known, lambda rows: list(map(words, rows)))
        else:
            texts = yield from measuring(every, lambda rows: list(map(words, rows)), [], costly=8)
    if old.texts and not texts:
        forget()
    return texts


def _matches(
    old: Lane, every: Sequence[Connection], known: Difference | None, asked: tuple[Predicate | None, Sequence[Words], float]
) -> Steps[bytearray]:
    """Whether the filter lets each pass; empty where that depends on the moment, or there is none."""
    predicate, texts, now = asked
    matches = bytearray()
    if predicate is None or not predicate.steady:
        return matches
    test = predicate.passes
    if known is not None and old.predicate is predicate:
        brought: bytearray = yield from carried(old.matches, known, lambda rows: test(rows, now))
        return brought
    for part in parts(len(every)):
        some = slice(part.start, part.stop)
        matches += bytes(test(every[some], now, texts[some]))
        yield
    return matches


def _identifiers(rows: Sequence[Connection]) -> list[str]:
    return [connection.identifier for connection in rows]


def _until(connection: Connection, hides: tuple[bool, bool]) -> float:
    loopback, ended = hides
    if loopback and connection.source_scope == "LOOPBACK" and is_loopback(connection):
        return NEVER
    return connection.last_seen + FADE if ended and over(connection) else EVER


def _values(rows: Sequence[Connection], column: Column, descending: bool) -> list[Any]:
    """What each row is sorted by: all numbers or all texts, absent ones so that they come last in both directions."""
    found = column.values(rows, 0.0)
    absent: float | str = (ABSENT_LOW if descending else ABSENT_HIGH) if column.numeric else "" if descending else LAST
    return [absent if value is None else value for value in found] if None in found else found
