"""A parsed regular expression as an automaton that reads each character once (Thompson 1968), for where Python's matcher,
which goes back and tries again, might take for ever.

In: the tree of Python's own parser and the flags. Out: whether a text contains a match. Rule: time is proportional to the
text and to the size of the pattern, whatever both are; sets of states already met are remembered, so that usual texts
cost one look-up per character. What has to remember or look round (back references, look-arounds, atomic groups) is
refused by ``regex`` before it comes here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from re import _compiler as sre_compiler  # type: ignore[attr-defined]
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as sre  # type: ignore[attr-defined]
from typing import Any

MOST_ROWS = 4_000
"""Sets of states remembered."""
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT)
Matcher = Callable[[str], object]
Row = dict[str, Any]


def matcher(token: Any, flags: int) -> Matcher:
    """Whether one character is what a token of the tree (a letter, a set, ``.``) asks for."""
    state = sre.State()
    state.flags = flags
    return sre_compiler.compile(sre.SubPattern(state, [token]), flags).fullmatch  # type: ignore[no-any-return]


def size(tree: Any) -> int:
    """How many states a pattern takes."""
    total = 0
    for code, argument in tree:
        if code in _REPEATS:
            low, high, part = argument
            copies = low + 1 if high == codes.MAXREPEAT else high
            total += (size(part) + 1) * max(1, copies)
        elif code is codes.BRANCH:
            total += 1 + sum(size(part) for part in argument[1])
        elif code is codes.SUBPATTERN:
            total += size(argument[3])
        else:
            total += 1
    return total


class Automaton:
    """One pattern."""

    def __init__(self, tree: Any, flags: int) -> None:
        self._characters: dict[int, tuple[Matcher, int]] = {}
        self._places: dict[int, tuple[Any, int, int]] = {}
        self._ways: dict[int, tuple[int, ...]] = {}
        self._count = 1
        self._first = self._sequence(tree, flags, 0)
        self._rows: dict[tuple[frozenset[int], str], Row] = {}
        self._sets: dict[int, tuple[frozenset[int], str]] = {}

    def search(self, text: str) -> bool:
        """Whether it matches anywhere."""
        row = self._row(frozenset(), "")
        for character in text:
            following = row.get(character)
            if following is None:
                following = self._step(row, character)
            if following is True:
                return True
            row = following
        states, before = row[""]
        return 0 in self._reached(states, before, "")

    def _row(self, states: frozenset[int], kind: str) -> Row:
        """What follows a set of states after a character of some kind, by the next character; ``""``: the key itself."""
        row = self._rows.get((states, kind))
        if row is None:
            if len(self._rows) >= MOST_ROWS:
                self._rows.clear()
            row = self._rows[states, kind] = {"": (states, kind)}
        return row

    def _step(self, row: Row, character: str) -> Any:
        states, before = row[""]
        reached = self._reached(states, before, character)
        result: Any = True
        if 0 not in reached:
            waiting = [self._characters[state] for state in reached if state in self._characters]
            goals = frozenset(following for takes, following in waiting if takes(character) is not None)
            result = self._row(goals, _kind(character))
        if len(row) < MOST_ROWS:
            row[character] = result
        return result

    def _reached(self, states: Iterable[int], before: str, after: str) -> set[int]:
        """Everywhere one comes to between two characters (empty: the text's ends), a new match beginning here as well."""
        waiting = [self._first, *states]
        seen: set[int] = set()
        while waiting:
            state = waiting.pop()
            if state in seen:
                continue
            seen.add(state)
            if state in self._ways:
                waiting.extend(self._ways[state])
            elif state in self._places:
                place, flags, following = self._places[state]
                if _stands(place, flags, before, after):
                    waiting.append(following)
        return seen

    def _new(self) -> int:
        self._count += 1
        return self._count

    def _sequence(self, tree: Any, flags: int, following: int) -> int:
        for item in reversed(list(tree)):
            following = self._item(item, flags, following)
        return following

    def _item(self, item: Any, flags: int, following: int) -> int:
        code, argument = item
        if code in _REPEATS:
            return self._repeat(argument, flags, following)
        if code is codes.SUBPATTERN:
            _, add, remove, part = argument
            return self._sequence(part, (flags | add) & ~remove, following)
        state = self._new()
        if code is codes.BRANCH:
            self._ways[state] = tuple(self._sequence(part, flags, following) for part in argument[1])
        elif code is codes.AT:
            self._places[state] = (argument, flags, following)
        else:
            self._characters[state] = (matcher(item, flags), following)
        return state

    def _repeat(self, argument: Any, flags: int, following: int) -> int:
        low, high, part = argument
        if high == codes.MAXREPEAT:
            here = self._new()
            self._ways[here] = (self._sequence(part, flags, here), following)
        else:
            here = following
            for _ in range(high - low):
                inner = self._sequence(part, flags, here)
                here = self._new()
                self._ways[here] = (inner, following)
        for _ in range(low):
            here = self._sequence(part, flags, here)
        return here


def _kind(character: str) -> str:
    """A character that stands for all that are alike to what comes after them."""
    if character == "\n":
        return character
    if not (character.isalnum() or character == "_"):
        return " "
    return "a" if character.isascii() else "ä"


def _stands(place: Any, flags: int, before: str, after: str) -> bool:
    """Whether an anchor holds between two characters."""
    if place is codes.AT_BEGINNING:
        return not before or (before == "\n" and bool(flags & re.MULTILINE))
    if place is codes.AT_BEGINNING_STRING:
        return not before
    if place is codes.AT_END:
        return not after or (after == "\n" and bool(flags & re.MULTILINE))
    if place is codes.AT_END_STRING:
        return not after
    edge = _word(before, flags) != _word(after, flags)
    return edge if place is codes.AT_BOUNDARY else not edge


def _word(character: str, flags: int) -> bool:
    return (character.isalnum() or character == "_") and (not flags & re.ASCII or character.isascii())
