"""On which line of a TOML document a key stands (TOML 1.0); ``tomllib`` does not tell.

In: a document that parses. Out: line numbers by key path. Each statement (table header, or key and value, which may span
lines) is parsed for itself by ``tomllib``, so that quoting and dotted keys need no rules of their own.
"""

from __future__ import annotations

import tomllib
from typing import Any

Path = tuple[str, ...]
LONGEST_STATEMENT = 500
"""Lines."""


def key_lines(text: str) -> dict[Path, int]:
    """The line, counted from 1, on which each key path first appears."""
    found: dict[Path, int] = {}
    lines = text.split("\n")
    table: Path = ()
    start = 0
    while start < len(lines):
        end, statement = _statement(lines, start)
        header = lines[start].lstrip().startswith("[")
        paths = _paths(statement)
        if header and paths:
            table = paths[-1]
        for path in paths:
            found.setdefault(path if header else table + path, start + 1)
        start = end
    return found


def _statement(lines: list[str], start: int) -> tuple[int, dict[str, Any]]:
    """Where the statement that begins at ``start`` ends, and what it says by itself."""
    for end in range(start + 1, min(len(lines), start + LONGEST_STATEMENT) + 1):
        try:
            return end, tomllib.loads("\n".join(lines[start:end]))
        except tomllib.TOMLDecodeError:
            continue
    return start + 1, {}


def _paths(value: Any) -> list[Path]:
    """Every key path in a value, outer ones first."""
    if isinstance(value, list):
        value = next((one for one in value if isinstance(one, dict)), None)
    if not isinstance(value, dict):
        return []
    found: list[Path] = []
    for key, inner in value.items():
        found.append((key,))
        found += [(key, *path) for path in _paths(inner)]
    return found
