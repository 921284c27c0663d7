"""Answers remembered per distinct value: of 100,000 connections few have a protocol, a process or an address of their own.

Rule: bounded; what is remembered by identity is kept alive, so that no other object can come to have its identity.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

CACHE_LIMIT = 262_144


class Memo(dict[Any, Any]):
    """``memo[value]`` is ``work_out(value)``; a look-up that hits costs no call."""

    __slots__ = ("_work_out",)

    def __init__(self, work_out: Callable[[Any], Any]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, value: Any) -> Any:
        if len(self) >= CACHE_LIMIT:
            self.clear()
        answer = self[value] = self._work_out(value)
        return answer


class ByIdentity:
    """The same for objects that are costly to compare."""

    __slots__ = ("_known", "_work_out")

    def __init__(self, work_out: Callable[[Any], Any]) -> None:
        self._work_out = work_out
        self._known: dict[int, tuple[Any, Any]] = {}

    def __call__(self, value: Any) -> Any:
        found = self._known.get(id(value))
        if found is None:
            if len(self._known) >= CACHE_LIMIT:
                self._known.clear()
            found = self._known[id(value)] = (value, self._work_out(value))
        return found[1]
