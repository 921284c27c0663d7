"""Completion while a filter is typed: fields, operators, and values taken from what is on screen.

In: the text, where the cursor is, the connections shown. Out: what could stand there, best first, and which part of the
text it replaces. Rule: bounded work: a sample of the connections, a handful of candidates; secret values are not offered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from netmon.errors import FilterError
from netmon.model.connection import Connection

from .fields import FIELDS, Sources, texts_of
from .lexer import tokens

SAMPLE = 2000
MOST = 50
_BREAKING = frozenset(' \t\n()|"')


class Completion(NamedTuple):
    """Candidates that replace ``text[start:end]``."""

    start: int
    end: int
    candidates: tuple[str, ...]


def completion(
    text: str, position: int, connections: Sequence[Connection], sources: Sources | None = None, saved: Iterable[str] = ()
) -> Completion:
    """What may stand at ``position``: field names at a word's beginning, values after ``field:``, names of saved filters
    after ``@``."""
    before = text[:position]
    try:
        last = tokens(before)[-2:][0]
    except FilterError:
        return Completion(position, position, ())
    if last.kind != "TERM" or last.end != position:
        return Completion(position, position, tuple(name + _sign(name) for name in FIELDS) if not before.strip() else ())
    if not last.name:
        if last.form != "plain":
            return Completion(position, position, ())
        typed = last.value.lower()
        if typed.startswith("@"):
            wanted = [f"@{name}" for name in sorted(saved) if name.startswith(last.value[1:])]
            return Completion(last.position, position, tuple(wanted[:MOST]))
        names = [name + _sign(name) for name in FIELDS if name.startswith(typed)]
        words = [word for word in ("AND", "NOT", "OR") if typed and word.lower().startswith(typed)]
        return Completion(last.position, position, tuple(names + words)[:MOST])
    if last.name == "field":
        return _generic(last.value, last.value_position, connections)
    found = _values(last.name, connections, sources)
    typed = last.value.lower()
    ranked = [value for value, _ in found.most_common() if value.lower().startswith(typed)]
    ranked += [value for value, _ in found.most_common() if typed in value.lower() and not value.lower().startswith(typed)]
    return Completion(last.value_position, position, tuple(map(_quoted, ranked[:MOST])))


def _sign(name: str) -> str:
    return ">" if FIELDS[name].units is not None else ":"


def _quoted(value: str) -> str:
    if not _BREAKING.isdisjoint(value):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return value


def _values(name: str, connections: Sequence[Connection], sources: Sources | None) -> Counter[str]:
    field = FIELDS.get(name)
    counted: Counter[str] = Counter()
    texts = texts_of(name, sources)
    for connection in islice(connections, SAMPLE):
        if field is not None and field.integers is not None:
            counted.update(str(number) for number in field.integers(connection) if number is not None)
        counted.update(text for text in texts(connection) if text)
    return counted


def _generic(typed: str, start: int, connections: Sequence[Connection]) -> Completion:
    counted: Counter[str] = Counter()
    for connection in islice(connections, SAMPLE):
        if connection.finding is not None:
            counted.update(field.name for field in connection.finding.fields)
    names = tuple(name + "=" for name, _ in counted.most_common() if name.startswith(typed.lower()))
    return Completion(start, start + len(typed), names[:MOST])
