"""Response times: one table for every protocol (features 3.4).

In: ``Exchange`` halves of one flow. Out: ``ResponseTime`` per kind. Rule: a response pairs with the first request of the
same key still open, so a repeated request counts from its first sending; the table is bounded, what falls out or waits
longer than ``PATIENCE`` is unanswered.
"""

from __future__ import annotations

from typing import Any, Final

from netmon.model.draft import draft_of
from netmon.model.finding import Exchange, Role
from netmon.model.health import ResponseTime

from .entry import Shared

OPEN_LIMIT: Final = 256
KINDS_LIMIT: Final = 8
_REQUEST: Final = Role.REQUEST
Draft: Final[Any] = draft_of(ResponseTime)
PATIENCE: Final = 10_000_000_000
"""Nanoseconds after which a request counts as unanswered."""


class _Kind:
    __slots__ = ("count", "failed", "last", "maximum", "minimum", "total", "unanswered", "what")

    def __init__(self, what: str) -> None:
        self.what = what
        self.count = 0
        self.last = self.minimum = self.maximum = self.total = 0
        self.unanswered = self.failed = 0

    def add(self, elapsed: int) -> None:
        self.last = elapsed
        self.minimum = min(self.minimum, elapsed) if self.count else elapsed
        self.maximum = max(self.maximum, elapsed)
        self.total += elapsed
        self.count += 1


class Pairing:
    """Open requests and finished pairs of one flow. Small, as soon as nothing is open any more."""

    __slots__ = ("_kinds", "_open")

    def __init__(self) -> None:
        self._open: dict[tuple[str, object], int] | None = None
        """``None``: none."""
        self._kinds: tuple[_Kind, ...] = ()

    def add(self, exchange: Exchange) -> None:
        """Take one half."""
        place = (exchange.what, exchange.key)
        if exchange.role is _REQUEST:
            self._give_up(exchange.timestamp_ns - PATIENCE)
            if self._open is None:
                self._open = {}
            if place not in self._open:
                if len(self._open) >= OPEN_LIMIT:
                    self._unanswered(self._open, next(iter(self._open)))
                self._open[place] = exchange.timestamp_ns
            return
        asked = None if self._open is None else self._open.pop(place, None)
        if not self._open:
            self._open = None
        kind = self._kind(exchange.what)
        if asked is not None and kind is not None:
            kind.add(max(0, exchange.timestamp_ns - asked))
            kind.failed += exchange.failed

    def give_up(self) -> None:
        """The flow is over: what is still open stays unanswered."""
        self._give_up(None)

    def _give_up(self, before: int | None) -> None:
        waiting = self._open
        while waiting:
            place = next(iter(waiting))
            if before is not None and waiting[place] > before:
                return
            self._unanswered(waiting, place)
        self._open = None

    def _unanswered(self, waiting: dict[tuple[str, object], int], place: tuple[str, object]) -> None:
        del waiting[place]
        kind = self._kind(place[0])
        if kind is not None:
            kind.unanswered += 1

    def _kind(self, what: str) -> _Kind | None:
        for kind in self._kinds:
            if kind.what == what:
                return kind
        if len(self._kinds) >= KINDS_LIMIT:
            return None
        kind = _Kind(what)
        self._kinds += (kind,)
        return kind

    def times(self) -> tuple[ResponseTime, ...]:
        """Finished pairs by kind, in order of first appearance; a kind without any is left out unless unanswered."""
        return tuple([_time(kind) for kind in self._kinds if kind.count or kind.unanswered])


def _time(kind: _Kind) -> ResponseTime:
    last: Shared = kind.last / 1e6
    draft = Draft()
    draft.what, draft.last, draft.count = kind.what, last, kind.count
    draft.unanswered, draft.failed = kind.unanswered, kind.failed
    if kind.count == 1:  # one number object
        draft.minimum = draft.maximum = draft.mean = last
    else:
        draft.minimum, draft.maximum = kind.minimum / 1e6, kind.maximum / 1e6
        draft.mean = kind.total / kind.count / 1e6 if kind.count else 0.0
    draft.__class__ = ResponseTime
    time: ResponseTime = draft
    return time
