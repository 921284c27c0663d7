"""The last minute of a connection, one value a second, ending now.

In: a track (``model.track``), and the moment; out: 60 numbers. Histories are put together every time they are asked for, so
the latest are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from operator import add

from netmon.model.track import histories, latest

SECONDS = 60
_NOTHING = (0,) * SECONDS

_histories = lru_cache(maxsize=1024)(histories)


def aligned(history: Sequence[int], until: int, now: float) -> tuple[int, ...]:
    """A history that ends with second ``until`` as the full minute that ends with ``now``."""
    late = max(0, int(now) - until) if until else 0
    if late >= SECONDS or not history:
        return _NOTHING
    tail = tuple(history[-(SECONDS - late) :])
    return (0,) * (SECONDS - late - len(tail)) + tail + (0,) * late


def minutes(track: bytes, now: float) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Inward and outward."""
    out, inward = _histories(track)
    until = latest(track)
    return aligned(inward, until, now), aligned(out, until, now)


def minute(track: bytes, now: float) -> tuple[int, ...]:
    """Both ways together; nothing when nothing happened."""
    out, inward = _histories(track)
    if not out:
        return ()
    until = latest(track)
    return tuple(map(add, aligned(inward, until, now), aligned(out, until, now)))
