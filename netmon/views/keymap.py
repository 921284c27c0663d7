"""The one table of keys: what each does, and how the help and the key bar call it.

In: ``BINDINGS`` and, at start, a mapping of action names to keys from the configuration; out: a ``KeyMap``. Help and key
bar are generated from it, so they cannot disagree with what keys do. A key that is given twice, an action or key name
that does not exist: reported as a ``UsageError``, nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from netmon.errors import UsageError

from .action import Action


@dataclass(frozen=True, slots=True)
class Binding:
    """One action, its keys, what help says and where."""

    action: Action
    keys: tuple[str, ...]
    help: str
    section: str


def _b(action: Action, keys: str, text: str, section: str) -> Binding:
    return Binding(action, tuple(keys.split(" ")), text, section)


_MOVE, TABLE, _SHOW, FILE, _REST = "Move", "Table", "Show", "Playing a file", "Program"
BINDINGS: tuple[Binding, ...] = (
    _b(Action.UP, "Up k", "one row up", _MOVE),
    _b(Action.DOWN, "Down j", "one row down", _MOVE),
    _b(Action.FIRST, "g Home", "to the top, and stay there", _MOVE),
    _b(Action.LAST, "G End", "to the end", _MOVE),
    _b(Action.PAGE_UP, "PgUp Ctrl+B", "a screenful up", _MOVE),
    _b(Action.PAGE_DOWN, "PgDn Ctrl+F", "a screenful down", _MOVE),
    _b(Action.HALF_UP, "Ctrl+U", "half a screenful up", _MOVE),
    _b(Action.HALF_DOWN, "Ctrl+D", "half a screenful down", _MOVE),
    _b(Action.FOLD, "Left", "fold; Details: previous; Graph: longer", _MOVE),
    _b(Action.UNFOLD, "Right l", "unfold; Details: next; Graph: shorter", _MOVE),
    _b(Action.OPEN, "Enter", "details; Activity, Hosts: its connections", _MOVE),
    _b(Action.CLOSE, "Esc", "back; at the table: clear the filter", _MOVE),
    _b(Action.TAB_NEXT, "Tab ]", "next view", _MOVE),
    _b(Action.TAB_PREVIOUS, "S-Tab [", "previous view", _MOVE),
    _b(Action.TAB_1, "1", "Overview", _MOVE),
    _b(Action.TAB_2, "2", "Details", _MOVE),
    _b(Action.TAB_3, "3", "Activity", _MOVE),
    _b(Action.TAB_4, "4", "Graph", _MOVE),
    _b(Action.TAB_5, "5", "Hosts", _MOVE),
    _b(Action.FILTER, "/", "show only what matches", TABLE),
    _b(Action.SEARCH, "\\", "search, hiding nothing", TABLE),
    _b(Action.SEARCH_NEXT, "n", "next match of the search", TABLE),
    _b(Action.SEARCH_PREVIOUS, "N", "previous match", TABLE),
    _b(Action.SORT_NEXT, "s", "sort by the next column", TABLE),
    _b(Action.SORT_FLIP, "S", "the other way round", TABLE),
    _b(Action.GROUP, "a", "group by process, host, ...; Hosts: country, network", TABLE),
    _b(Action.GROUP_PREVIOUS, "A", "group by the one before", TABLE),
    _b(Action.CLOSED, "t", "closed connections too", TABLE),
    _b(Action.LOCALHOST, "L", "loopback conversations too", TABLE),
    _b(Action.COLUMNS, "C", "choose columns, their order and width", TABLE),
    _b(Action.RESET, "r", "sorting, grouping, filter as at start", TABLE),
    _b(Action.NAMES, "d", "host names or addresses", _SHOW),
    _b(Action.SERVICES, "p", "port numbers or services", _SHOW),
    _b(Action.INFO, "i", "System sidebar; Activity: interfaces, neighbours", _SHOW),
    _b(Action.THEME, "T", "next colour theme", _SHOW),
    _b(Action.PAUSE, "Space", "hold the picture; on a group: fold", _SHOW),
    _b(Action.STEP, ".", "one step while paused", FILE),
    _b(Action.FASTER, "+ =", "faster", FILE),
    _b(Action.SLOWER, "-", "slower", FILE),
    _b(Action.SEEK_BACK, "<", "back by a twentieth", FILE),
    _b(Action.SEEK_FORWARD, ">", "forward by a twentieth", FILE),
    _b(Action.COPY, "c", "copy what the cursor is on: remote end, value, process, host", _REST),
    _b(Action.CLEAR, "x", "twice: forget all connections", _REST),
    _b(Action.REDRAW, "Ctrl+L", "paint the screen anew", _REST),
    _b(Action.SUSPEND, "Ctrl+Z", "suspend", _REST),
    _b(Action.HELP, "? h F1", "this help", _REST),
    _b(Action.QUIT, "q", "twice: quit", _REST),
    _b(Action.QUIT_NOW, "Ctrl+C", "quit", _REST),
)
_NAMED = re.compile(
    r"Space|Enter|Esc|Tab|S-Tab|Backspace|Delete|Insert|Up|Down|Left|Right|Home|End|PgUp|PgDn|F([1-9]|1[0-2])|Ctrl\+[A-Z]"
)


def known_key(name: str) -> bool:
    """Whether a key can have that name (``events``)."""
    return bool(_NAMED.fullmatch(name)) or (len(name) == 1 and name.isprintable() and name != " ")


@dataclass(frozen=True, slots=True)
class KeyMap:
    """The bindings in force and the action of every key."""

    bindings: tuple[Binding, ...]
    actions: Mapping[str, Action]

    def keys_of(self, action: Action) -> tuple[str, ...]:
        """The keys of an action, the usual one first."""
        return next((binding.keys for binding in self.bindings if binding.action is action), ())


class Conflict(NamedTuple):
    """A key, and the two things it would do."""

    key: str
    one: Action
    other: Action

    def __str__(self) -> str:
        return f"{self.key} would be both {self.one.value} and {self.other.value}"


def build(changes: Mapping[str, str | list[str]] | None = None) -> KeyMap:
    """The key map with ``changes`` (action name → its keys, instead of the usual ones)."""
    wanted = dict(changes or {})
    bindings: list[Binding] = []
    problems: list[str] = []
    for binding in BINDINGS:
        given = wanted.pop(binding.action.value, None)
        if given is not None:
            keys = (given,) if isinstance(given, str) else tuple(given)
            problems += [f"no key is called {key!r}" for key in keys if not known_key(key)]
            binding = Binding(binding.action, keys, binding.help, binding.section)
        bindings.append(binding)
    problems += [f"no action is called {name!r}" for name in wanted]
    problems += [str(conflict) for conflict in conflicts(bindings)]
    if problems:
        raise UsageError("keys: " + "; ".join(problems))
    return KeyMap(tuple(bindings), {key: binding.action for binding in bindings for key in binding.keys})


def conflicts(bindings: Sequence[Binding]) -> list[Conflict]:
    """One for each key that would do two things."""
    seen: dict[str, Action] = {}
    result: list[Conflict] = []
    for binding in bindings:
        for key in binding.keys:
            if seen.setdefault(key, binding.action) is not binding.action:
                result.append(Conflict(key, seen[key], binding.action))
    return result
