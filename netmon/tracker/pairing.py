"""Response times: one table for every protocol (features 3.4).

In: ``Exchange`` halves of one flow. Out: ``ResponseTime`` per kind. Rule: a response pairs with the first request of the
same key still open, so a repeated request counts from its first sending; the table is bounded, what falls out or waits
longer than ``PATIENCE`` is unanswered.
"""

from __future__ import annotations

from netmon.model.connection import ResponseTime
from netmon.model.finding import Exchange, Role

OPEN_LIMIT = 256
KINDS_LIMIT = 8
PATIENCE = 10_000_000_000
"""Nanoseconds after which a request counts as unanswered."""


class _Kind:
    __slots__ = ("count", "failed", "last", "maximum", "minimum", "total", "unanswered")

    def __init__(self) -> None:
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
    """Open requests and finished pairs of one flow."""

    __slots__ = ("_kinds", "_open")

    def __init__(self) -> None:
        self._open: dict[tuple[str, object], int] = {}
        self._kinds: dict[str, _Kind] = {}

    def add(self, exchange: Exchange) -> None:
        """Take one half."""
        place = (exchange.what, exchange.key)
        if exchange.role is Role.REQUEST:
            self._give_up(exchange.timestamp_ns - PATIENCE)
            if place not in self._open:
                if len(self._open) >= OPEN_LIMIT:
                    self._unanswered(next(iter(self._open)))
                self._open[place] = exchange.timestamp_ns
            return
        asked = self._open.pop(place, None)
        kind = self._kind(exchange.what)
        if asked is not None and kind is not None:
            kind.add(max(0, exchange.timestamp_ns - asked))
            kind.failed += exchange.failed

    def give_up(self) -> None:
        """The flow is over: what is still open stays unanswered."""
        while self._open:
            self._unanswered(next(iter(self._open)))

    def _give_up(self, before: int) -> None:
        while self._open:
            place = next(iter(self._open))
            if self._open[place] > before:
                return
            self._unanswered(place)

    def _unanswered(self, place: tuple[str, object]) -> None:
        del self._open[place]
        kind = self._kind(place[0])
        if kind is not None:
            kind.unanswered += 1

    def _kind(self, what: str) -> _Kind | None:
        kind = self._kinds.get(what)
        if kind is None and len(self._kinds) < KINDS_LIMIT:
            kind = self._kinds[what] = _Kind()
        return kind

    def times(self) -> tuple[ResponseTime, ...]:
        """Finished pairs by kind, in order of first appearance; a kind without any is left out unless unanswered."""
        return tuple(
            ResponseTime(
                what,
                kind.last / 1e6,
                kind.minimum / 1e6,
                kind.maximum / 1e6,
                kind.total / kind.count / 1e6 if kind.count else 0.0,
                kind.count,
                kind.unanswered,
                kind.failed,
            )
            for what, kind in self._kinds.items()
            if kind.count or kind.unanswered
        )
