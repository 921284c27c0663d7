"""Response times: one table for every protocol (features 3.4).

In: ``Exchange`` halves of one flow. Out: ``ResponseTime`` per kind. Rule: a response pairs with the first request of the
same key still open, so a repeated request counts from its first sending; the table is bounded, what falls out or waits
longer than ``PATIENCE`` is unanswered.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from netmon.model.finding import Exchange, Role
from netmon.model.health import ResponseTime

OPEN_LIMIT: Final = 256
KINDS_LIMIT: Final = 8
_REQUEST: Final = Role.REQUEST
PATIENCE: Final = 10_000_000_000
"""Nanoseconds after which a request counts as unanswered."""


Times = tuple[ResponseTime, ...]


class Pairing:
    """Requests of one flow that wait for a response, and what has come of the earlier ones."""

    __slots__ = ("_open", "kept")

    def __init__(self, kept: Times = ()) -> None:
        self._open: dict[tuple[str, object], int] = {}
        self.kept = kept
        """By kind, in order of first appearance, those of which nothing is known as well (``shown``): all that need be kept
        when nothing waits."""

    @property
    def waits(self) -> bool:
        """Whether a request is open."""
        return bool(self._open)

    def add(self, exchange: Exchange) -> None:
        """Take one half."""
        place = (exchange.what, exchange.key)
        if exchange.role is _REQUEST:
            self._give_up(exchange.timestamp_ns - PATIENCE)
            if place not in self._open:
                if len(self._open) >= OPEN_LIMIT:
                    self._unanswered(next(iter(self._open)))
                self._open[place] = exchange.timestamp_ns
            return
        asked = self._open.pop(place, None)
        at = self._kind(exchange.what)
        if asked is not None and at >= 0:
            self._put(at, _answered(self.kept[at], max(0, exchange.timestamp_ns - asked), exchange.failed))

    def give_up(self) -> None:
        """The flow is over: what is still open stays unanswered."""
        self._give_up(None)

    def _give_up(self, before: int | None) -> None:
        while self._open:
            place = next(iter(self._open))
            if before is not None and self._open[place] > before:
                return
            self._unanswered(place)

    def _unanswered(self, place: tuple[str, object]) -> None:
        del self._open[place]
        at = self._kind(place[0])
        if at >= 0:
            self._put(at, replace(self.kept[at], unanswered=self.kept[at].unanswered + 1))

    def _kind(self, what: str) -> int:
        """Where that kind is; -1 when there are too many."""
        for at, kind in enumerate(self.kept):
            if kind.what == what:
                return at
        if len(self.kept) >= KINDS_LIMIT:
            return -1
        self.kept = (*self.kept, ResponseTime(what, 0.0, 0.0, 0.0, 0.0, 0))
        return len(self.kept) - 1

    def _put(self, at: int, kind: ResponseTime) -> None:
        self.kept = (*self.kept[:at], kind, *self.kept[at + 1 :])


def shown(kept: Times) -> Times:
    """Finished pairs by kind, in order of first appearance; a kind without any is left out unless unanswered."""
    for kind in kept:
        if not kind.count and not kind.unanswered:
            return tuple([kind for kind in kept if kind.count or kind.unanswered])
    return kept


def _answered(kind: ResponseTime, elapsed: int, failed: bool) -> ResponseTime:
    """With one more; milliseconds are exact to the nanosecond for as long as anything lasts."""
    before: int = kind.count
    count, last = before + 1, elapsed / 1e6
    total = elapsed + round(kind.mean * before * 1e6)
    least = min(kind.minimum, last) if before else last
    return ResponseTime(
        kind.what, last, least, max(kind.maximum, last), total / count / 1e6, count, kind.unanswered, kind.failed + failed
    )  # fmt: skip
