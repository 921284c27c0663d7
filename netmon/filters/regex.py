"""Regular expressions from people: compiled only when they cannot run away.

In: a pattern. Out: a compiled, case-insensitive pattern, or ``FilterError`` at the offending character. Rule: Python's
matcher backtracks, so what makes it exponential is refused: repetition of something that itself repeats or branches into
alternatives that begin alike, back references; and the number of open-ended repetitions is bounded, as is the text.
"""

from __future__ import annotations

import re
import warnings
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as sre  # type: ignore[attr-defined]
from typing import Any

from netmon.errors import FilterError

LONGEST = 200
OPEN_ENDED = 3
"""More of them make a search slower than linear to the power of their number."""
CHOICES = 4096
"""Ways in which bounded repetitions (``a?``, ``a{1,3}``) may be combined."""
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT)
_FEW = 4
"""Repetitions up to so often may hold others of that size (``(\\d{1,3}\\.){3}``), once."""


class _Cost:
    """What has been counted of one pattern."""

    def __init__(self, position: int) -> None:
        self.position = position
        self.open_ended = 0
        self.choices = 1

    def refuse(self, why: str) -> FilterError:
        return FilterError(f"regular expression: {why}", self.position)

    def repeat(self, low: int, high: int, level: int) -> None:
        """A repetition at a nesting level: 0 = in none, 1 = in a small one, 2 = in a large one or in two."""
        if low == high:
            return
        if level > 1 or (level == 1 and high > _FEW):
            raise self.refuse("a repetition inside a repetition would be too slow")
        if high > 64:
            self.open_ended += 1
        else:
            self.choices *= high - low + 1
        if self.open_ended > OPEN_ENDED:
            raise self.refuse(f"more than {OPEN_ENDED} open-ended repetitions would be too slow")
        if self.choices > CHOICES:
            raise self.refuse("so many optional parts would be too slow")


def compile_regex(pattern: str, position: int) -> re.Pattern[str]:
    """The pattern; ``position`` is where it stands in the filter, for errors."""
    if len(pattern) > LONGEST:
        raise FilterError(f"regular expression longer than {LONGEST} characters", position + LONGEST)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # a nested set is what it looks like
            tree = sre.parse(pattern, re.IGNORECASE)
            compiled = re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise FilterError(f"regular expression: {error.msg}", position + (error.pos or 0)) from error
    except (OverflowError, RecursionError) as error:
        raise FilterError("regular expression: too much of it", position) from error
    _walk(tree, 0, _Cost(position))
    return compiled


def _walk(tree: Any, level: int, cost: _Cost) -> None:
    for code, argument in tree:
        if code in _REPEATS:
            low, high, part = argument
            cost.repeat(low, high, level)
            _walk(part, level if high <= 1 else level + 1 if high <= _FEW else 2, cost)
        elif code is codes.BRANCH:
            if level and not _distinct(argument[1]):
                raise cost.refuse("repeated alternatives must begin differently")
            for part in argument[1]:
                _walk(part, level, cost)
        elif code in (codes.GROUPREF, codes.GROUPREF_EXISTS):
            raise cost.refuse("back references are not supported")
        elif code is codes.SUBPATTERN:
            _walk(argument[3], level, cost)
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            _walk(argument[1], level, cost)
        elif code is codes.ATOMIC_GROUP:
            _walk(argument, level, cost)
        elif code is codes.POSSESSIVE_REPEAT:
            cost.repeat(argument[0], argument[1], level)
            _walk(argument[2], 2, cost)


def _distinct(parts: Any) -> bool:
    firsts: list[Any] = [part[0] if len(part) else (None, 0) for part in parts]
    letters = [chr(value).lower() for code, value in firsts if code is codes.LITERAL]
    return len(letters) == len(firsts) == len(set(letters))


def sensitive(pattern: re.Pattern[str]) -> re.Pattern[str] | None:
    """The pattern that finds in lower-case ASCII text without ignoring case what this one finds; ``None`` when there is
    none: a capital letter, or one beyond ASCII, might stand for a small one."""
    if "(?" in pattern.pattern:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        if _capital(sre.parse(pattern.pattern)):
            return None
        return re.compile(pattern.pattern, re.ASCII)


def _capital(item: Any) -> bool:
    """Whether anything in a parsed pattern names a letter whose other case is a small ASCII letter."""
    if isinstance(item, tuple) and len(item) == 2 and item[0] in (codes.LITERAL, codes.NOT_LITERAL):
        return bool(65 <= item[1] <= 90 or item[1] > 127)
    if isinstance(item, tuple) and len(item) == 2 and item[0] is codes.RANGE:
        low, high = item[1]
        return bool((low <= 90 and high >= 65) or high > 127)
    if isinstance(item, tuple | list | sre.SubPattern):
        return any(_capital(part) for part in item)
    return False


def literal_of(pattern: re.Pattern[str]) -> str:
    """The longest run of characters that every match contains; empty when there is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        tree: Any = sre.parse(pattern.pattern)
    best = run = ""
    for code, argument in tree:
        run = run + chr(argument) if code is codes.LITERAL else ""
        best = max(best, run, key=len)
    return best
