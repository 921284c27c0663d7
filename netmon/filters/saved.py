"""Saved filters: ``@name`` in a filter stands for the filter of that name (features 8.3).

In: a name. Out: its syntax tree, or ``FilterError`` at the name in the outermost filter. Rule: bounded: a filter that leads
back to itself is refused, and so are more than ``MOST`` expansions in one filter, because names may double each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from netmon.errors import FilterError

from .syntax import Node

MOST = 64
Parse = Callable[[str, "Expansion"], Node]


class Expansion:
    """The saved filters, as one filter uses them."""

    def __init__(self, saved: Mapping[str, str] | None, parse: Parse) -> None:
        self._saved = saved or {}
        self._parse = parse
        self._open: list[str] = []
        self._count = 0

    def tree(self, name: str, position: int) -> Node:
        """The tree of the filter ``name``, which stands at ``position``."""
        if name not in self._saved:
            there = ", ".join(sorted(self._saved)[:20]) or "none: see [filters] in the configuration file"
            raise FilterError(f'there is no saved filter "{name}"; there are: {there}', position)
        if name in self._open:
            raise FilterError(f"@{name} leads back to itself: {' '.join('@' + one for one in self._open)}", position)
        self._count += 1
        if self._count > MOST:
            raise FilterError("too many saved filters in one", position)
        self._open.append(name)
        try:
            return self._parse(self._saved[name], self)
        except FilterError as error:
            inner = str(error) if str(error).startswith(("in @", "@")) else f"in @{name}: {error}"
            raise FilterError(inner, position) from error
        finally:
            self._open.pop()
