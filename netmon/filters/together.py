"""A syntax tree to verdicts on many connections at once, for trees with terms without a field.

In: connections and their texts (``haystack.Words``), side by side. Out: a true or false value for each. Rule: the same
answers as the predicate of one connection; a term is asked only about those whose verdict the terms before it left open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress
from operator import not_
from typing import Any

from netmon.model.connection import Connection

from .haystack import Words

Verdicts = Sequence[Any]
Together = Callable[[Sequence[Connection], Sequence[Words], float], Verdicts]


def each(test: Callable[[Connection, float], Any]) -> Together:
    """A term with a field: one connection after the other."""
    return lambda rows, _, now: [test(row, now) for row in rows]


def all_of(terms: Sequence[Together]) -> Together:
    """Terms that must all hold."""
    first, *others = terms

    def verdicts(rows: Sequence[Connection], texts: Sequence[Words], now: float) -> Verdicts:
        found = list(first(rows, texts, now))
        for term in others:
            _ask(term, (rows, texts, now), found, found)
        return found

    return verdicts


def any_of(terms: Sequence[Together]) -> Together:
    """Terms of which one suffices."""
    first, *others = terms

    def verdicts(rows: Sequence[Connection], texts: Sequence[Words], now: float) -> Verdicts:
        found = list(first(rows, texts, now))
        for term in others:
            _ask(term, (rows, texts, now), found, list(map(not_, found)))
        return found

    return verdicts


def opposite(term: Together) -> Together:
    """What must not hold."""
    return lambda rows, texts, now: list(map(not_, term(rows, texts, now)))


def _ask(
    term: Together, about: tuple[Sequence[Connection], Sequence[Words], float], found: list[Any], open_: Sequence[Any]
) -> None:
    """Put the term's verdicts in ``found`` where ``open_`` is true."""
    rows, texts, now = about
    places = list(compress(range(len(rows)), open_))
    asked = term([rows[place] for place in places], [texts[place] for place in places], now)
    for place, verdict in zip(places, asked, strict=True):
        found[place] = verdict
