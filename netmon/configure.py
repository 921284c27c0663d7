"""``netmon config``, and what of the configuration only other rooms can judge: themes, keys, columns, colours, filters.

In: a path. Out: what the file says, with every problem on its line. Rule: quick when there is no file; a room is imported
only when the file says something about it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from .config import Loaded, configuration_path, load
from .errors import FilterError, UsageError

USAGE = """\
usage: netmon config print|path|check [FILE]

  print   a complete configuration file: every setting with its default, commented out
  path    where the configuration file is
  check   what is wrong with it, line by line; exit status 2 when anything is
"""


def main(words: Sequence[str]) -> int:
    """``netmon config ...``; the exit status. Raises ``UsageError``."""
    if words[:2] == ["check", "--config"]:  # as everywhere else
        words = [words[0], *words[2:]]
    if not words or words[0] in ("-h", "--help"):
        print(USAGE, end="")
        return 0 if words else UsageError.exit_status
    if words[0] not in ("print", "path", "check") or len(words) > (2 if words[0] == "check" else 1):
        raise UsageError(f"netmon config {' '.join(words)} is not understood (see netmon config --help)")
    if words[0] == "path":
        print(configuration_path(os.environ))
        return 0
    if words[0] == "print":
        print(complete(), end="")
        return 0
    return check(Path(words[1]) if len(words) > 1 else configuration_path(os.environ), required=len(words) > 1)


def check(path: Path, *, required: bool) -> int:
    """Print every problem, or that there is none."""
    loaded = judged(load(path, required=required))
    for problem in sorted(loaded.problems, key=lambda one: one.line):
        print(problem.told(loaded.path), file=sys.stderr)
    if loaded.problems:
        return UsageError.exit_status
    print(f"{path}: {len(loaded.values)} settings, all well" if loaded.path else f"there is no {path}: the defaults hold")
    return 0


def load_checked(path: str) -> Loaded:
    """The file at ``path``, else the usual one if it is there. Raises ``UsageError`` with the first problem."""
    loaded = judged(load(Path(path), required=True) if path else load(configuration_path(os.environ)))
    loaded.require()
    return loaded


def complete() -> str:
    """A file with every setting there is."""
    from .config.template import template
    from .views.keymap import BINDINGS
    from .views.theme import THEMES, Role

    theme = THEMES["muted"]
    colors = {role.name.lower(): theme.colours[role] for role in Role} | {"selection": theme.selection}
    return template([(one.action.value, one.keys) for one in BINDINGS], colors)


def judged(loaded: Loaded) -> Loaded:
    """The same with the problems only other rooms see."""
    values = loaded.values
    if "theme" in values or values.get("colors"):
        _theme(loaded)
    if values.get("keys"):
        _keys(loaded, values["keys"])
    if values.get("columns") or values.get("sort") or values.get("group"):
        _columns(loaded)
    if "timeouts" in values and values["timeouts"].applications:
        _applications(loaded, values["timeouts"].applications)
    _filters(loaded, values.get("filters", {}))
    return loaded


def _theme(loaded: Loaded) -> None:
    from .views.theme import THEMES, Role

    theme = loaded.values.get("theme", "muted")
    if theme not in THEMES:
        loaded.complain(("theme",), f"there is no theme {theme!r}; there are: {', '.join(THEMES)}")
    roles = [role.name.lower() for role in Role] + ["selection"]
    for role in loaded.values.get("colors", {}):
        if role not in roles:
            loaded.complain(("colors", role), f"nothing is coloured as {role!r}; there are: {', '.join(roles)}")


def _keys(loaded: Loaded, changes: Mapping[str, tuple[str, ...]]) -> None:
    from .views.keymap import BINDINGS, conflicts, known_key

    actions = {binding.action.value for binding in BINDINGS}
    for action, keys in changes.items():
        if action not in actions:
            loaded.complain(("keys", action), "no action is called that (see: netmon config print)")
        for key in keys:
            if not known_key(key):
                loaded.complain(("keys", action), f"no key is called {key!r}")
    for conflict in conflicts([replace(one, keys=changes.get(one.action.value, one.keys)) for one in BINDINGS]):
        said = next(name for name in (conflict.other.value, conflict.one.value) if name in changes)
        loaded.complain(("keys", said), str(conflict))


def _columns(loaded: Loaded) -> None:
    from .views.columns import BY_KEY
    from .views.grouping import GROUPINGS

    group = loaded.values.get("group", "")
    if group and group not in GROUPINGS:
        loaded.complain(("group",), f"nothing is grouped by {group!r}; there are: {', '.join(GROUPINGS)}")
    sort = loaded.values.get("sort", "")
    if sort and sort.removeprefix("-") not in BY_KEY:
        loaded.complain(("sort",), f"there is no column {sort!r}; there are: {', '.join(BY_KEY)}")
    for column in loaded.values.get("columns", ()):
        name, colon, width = column.partition(":")
        if name not in BY_KEY:
            loaded.complain(("columns",), f"there is no column {name!r}; there are: {', '.join(BY_KEY)}")
        elif colon and not (width.isascii() and width.isdigit() and 0 < int(width[:5]) <= 500):
            loaded.complain(("columns",), f"{column!r}: a width from 1 to 500 is expected after the colon")


def _applications(loaded: Loaded, timeouts: Mapping[str, float]) -> None:
    from .config.load import advice
    from .protocols._registry import load as load_protocols

    labels = {protocol.label.lower() for protocol in load_protocols(with_plugins=True).protocols}
    for label in timeouts:
        if label not in labels:
            written = next((path for path in loaded.lines if len(path) == 3 and path[2].lower() == label), ("timeouts",))
            loaded.complain(written, f"no application protocol is called that{advice(label, labels)}")


def _filters(loaded: Loaded, saved: Mapping[str, str]) -> None:
    given: list[tuple[tuple[str, ...], str]] = [(("filters", name), text) for name, text in saved.items()]
    given += [((name,), loaded.values[name]) for name in ("filter",) if loaded.values.get(name)]
    for option, name in (("assert", "assertions"), ("assert_none", "denials")):
        given += [((option,), text) for text in loaded.values.get(name, ())]
    if not given:
        return
    from .filters import compile_filter

    for key, text in given:
        try:
            compile_filter(text, saved=saved)
        except FilterError as error:
            loaded.complain(key, f"{error} (at character {error.position + 1} of the filter)")
