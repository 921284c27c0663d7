"""The last minute of a connection, one value a second, ending now.

In: ``Rates`` as they were when something last happened, and the moment; out: 60 numbers. The histories of ``Rates`` are
put together every time they are asked for, so they are kept here for as long as the rates are the same object.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from operator import add

from netmon.model.connection import Rates

SECONDS = 60
_NOTHING = (0,) * SECONDS


class _Key:
    """Rates by identity: comparing their values would read the histories."""

    __slots__ = ("rates",)

    def __init__(self, rates: Rates) -> None:
        self.rates = rates

    def __hash__(self) -> int:
        return id(self.rates)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.rates is other.rates


@lru_cache(maxsize=1024)
def _histories(key: _Key) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return key.rates.history_in, key.rates.history_out


def aligned(history: Sequence[int], until: int, now: float) -> tuple[int, ...]:
    """A history that ends with second ``until`` as the full minute that ends with ``now``."""
    late = max(0, int(now) - until) if until else 0
    if late >= SECONDS or not history:
        return _NOTHING
    tail = tuple(history[-(SECONDS - late) :])
    return (0,) * (SECONDS - late - len(tail)) + tail + (0,) * late


def minutes(rates: Rates, now: float) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Inward and outward."""
    inward, out = _histories(_Key(rates))
    return aligned(inward, rates.until, now), aligned(out, rates.until, now)


def minute(rates: Rates, now: float) -> tuple[int, ...]:
    """Both ways together; nothing when nothing happened."""
    inward, out = _histories(_Key(rates))
    if not inward and not out:
        return ()
    return tuple(map(add, aligned(inward, rates.until, now), aligned(out, rates.until, now)))
