"""Regular expressions from people, which cannot run away.

In: a pattern in Python's syntax. Out: a ``Pattern``, which ignores case, or ``FilterError`` at the offending character.
Rule: linear time. Python's matcher is the quickest where it cannot do much harm (``Pattern`` works out up to which length
of text that is); everywhere else ``automaton`` answers. What only a matcher that goes back can do is refused: back
references, look-arounds, atomic groups; and so is a pattern of more than ``STATES`` states. A text counts up to
``REGEX_TEXT`` characters.
"""

from __future__ import annotations

import re
import warnings
from functools import cached_property
from re import _compiler as sre_compiler  # type: ignore[attr-defined]
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as sre  # type: ignore[attr-defined]
from typing import Any

from netmon.errors import FilterError

from .automaton import Automaton, matcher, size

LONGEST = 200
REGEX_TEXT = 4096
"""Characters of a text that are looked at."""
STATES = 300
BUDGET = 400_000
"""Steps Python's matcher may need at most; some milliseconds."""
_ANYTHING = re.compile(r"\A(?:\.\*\??)+")
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT)
_REFUSED = {
    codes.GROUPREF: "back references", codes.GROUPREF_EXISTS: "back references", codes.ASSERT: "look-arounds",
    codes.ASSERT_NOT: "look-arounds (use NOT)", codes.ATOMIC_GROUP: "atomic groups",
    codes.POSSESSIVE_REPEAT: "possessive repetitions",
}  # fmt: skip


class Pattern:
    """A compiled pattern; ``lines``: the texts are several values, one a line, each looked at for itself."""

    def __init__(self, source: str, tree: Any, compiled: re.Pattern[str], *, lines: bool) -> None:
        self.pattern = source
        self.compiled = compiled
        self._tree = tree
        self._flags = compiled.flags
        self._apart = lines and _over_lines(tree, compiled.flags)
        self.safe_length = _safe_length(tree)
        """Up to this length of text Python's matcher needs no more than ``BUDGET`` steps."""

    @cached_property
    def _automaton(self) -> Automaton:
        return Automaton(self._tree, self._flags)

    def search(self, text: str) -> bool:
        """Whether it matches anywhere in the text."""
        if len(text) > REGEX_TEXT:
            text = text[:REGEX_TEXT]
        if self._apart:
            return any(map(self._search, text.split("\n")))
        return self._search(text)

    def _search(self, text: str) -> bool:
        if len(text) <= self.safe_length:
            return self.compiled.search(text) is not None
        return self._automaton.search(text)

    @cached_property
    def exact(self) -> re.Pattern[str] | None:
        """What finds in lower-case ASCII text without ignoring case what this one finds there; ``None`` when there is no
        such thing: a capital letter, or one beyond ASCII, might stand for a small one."""
        if self._apart or "(?" in self.pattern or _capital(self._tree):
            return None
        # A match may begin anywhere, so "anything, then ..." is "...".
        flags = re.ASCII | (self._flags & re.MULTILINE)
        return sre_compiler.compile(_begun(sre.parse(_ANYTHING.sub("", self.pattern), flags)), flags)  # type: ignore[no-any-return]

    @cached_property
    def digits_alike(self) -> bool:
        """Whether it takes any ASCII digit where it takes one."""
        return _digits_alike(self._tree, self._flags)

    @cached_property
    def literals(self) -> tuple[str, ...]:
        """Runs of small ASCII letters that every match contains, in order; not what a scoped flag may change."""
        runs: list[str] = [""]
        for code, argument in self._tree:
            if code is codes.LITERAL and argument < 128:
                runs[-1] += chr(argument).lower()
            elif runs[-1]:
                runs.append("")
        return tuple(run for run in runs if run)


def compile_regex(pattern: str, position: int, *, lines: bool = False) -> Pattern:
    """The pattern; ``position`` is where it stands in the filter, for errors."""
    if len(pattern) > LONGEST:
        raise FilterError(f"regular expression longer than {LONGEST} characters", position + LONGEST)
    flags = re.IGNORECASE | (re.MULTILINE if lines else 0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # a nested set is what it looks like
            tree = sre.parse(pattern, flags)
            _refuse(tree, position)
            if size(tree) > STATES:
                raise FilterError("regular expression: too many repetitions in it", position)
            compiled = re.compile(pattern, flags)
    except re.error as error:
        raise FilterError(f"regular expression: {error.msg}", position + (error.pos or 0)) from error
    except (OverflowError, RecursionError) as error:
        raise FilterError("regular expression: too much of it", position) from error
    return Pattern(pattern, tree, compiled, lines=lines)


def _refuse(tree: Any, position: int) -> None:
    for code, argument in tree:
        if code in _REFUSED:
            raise FilterError(f"regular expression: {_REFUSED[code]} are not supported", position)
        for part in _parts(code, argument):
            _refuse(part, position)


def _parts(code: Any, argument: Any) -> Any:
    """The patterns inside one."""
    if code in _REPEATS:
        return (argument[2],)
    if code is codes.BRANCH:
        return argument[1]
    return (argument[3],) if code is codes.SUBPATTERN else ()


def _begun(tree: Any) -> Any:
    """The same with the first round of a repetition at its beginning written out: ``[12]{3}`` is ``[12][12]{2}``. Where a
    match cannot begin the matcher then skips without trying."""
    if not tree or tree[0][0] not in _REPEATS:
        return tree
    code, (low, high, part) = tree[0]
    if not low or len(part) != 1 or _parts(*part[0]):
        return tree
    rest = (code, (low - 1, high if high == codes.MAXREPEAT else high - 1, part))
    return sre.SubPattern(tree.state, [part[0], *([rest] if high > 1 else []), *tree[1:]])


def _safe_length(tree: Any) -> int:
    """0 where a repetition or a choice stands in a repetition: such a pattern may be exponential."""
    cost = [1, 1]  # choices, open-ended repetitions and the beginning of the match
    if not _simple(tree, cost, inside=False):
        return 0
    choices, degree = cost
    return min(REGEX_TEXT, int((BUDGET / choices) ** (1 / degree)))


def _simple(tree: Any, cost: list[int], *, inside: bool) -> bool:
    for code, argument in tree:
        if code in _REPEATS and argument[0] != argument[1]:
            low, high, _ = argument
            if inside:
                return False
            if high > 64:
                cost[1] += 1
            else:
                cost[0] *= high - low + 1
        elif code is codes.BRANCH:
            if inside:
                return False
            cost[0] *= len(argument[1])
        repeated = inside or (code in _REPEATS and argument[1] > 1)
        if not all(_simple(part, cost, inside=repeated) for part in _parts(code, argument)):
            return False
    return True


def _over_lines(tree: Any, flags: int) -> bool:
    """Whether a match might reach from one line into the next, or mean the whole text's end."""
    for code, argument in tree:
        parts = list(_parts(code, argument))
        if code is codes.AT:
            if argument in (codes.AT_BEGINNING_STRING, codes.AT_END_STRING):
                return True
        elif parts:
            if any(_over_lines(part, flags | (argument[1] if code is codes.SUBPATTERN else 0)) for part in parts):
                return True
        elif matcher((code, argument), flags)("\n") is not None:
            return True
    return False


def _digits_alike(tree: Any, flags: int) -> bool:
    for code, argument in tree:
        parts = _parts(code, argument)
        if parts:
            if not all(_digits_alike(part, flags) for part in parts):
                return False
        elif code is not codes.AT:
            takes = matcher((code, argument), flags)
            if len({takes(digit) is None for digit in "0123456789"}) > 1:
                return False
    return True


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
