"""Long work divided: a generator that comes back after each part and gives its result at the end.

Whoever has keys to answer runs one part at a time (``View.working``); who has not, ``finished``.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
Steps = Generator[None, None, T]
PART = 4096
"""Connections looked at in one part: a few milliseconds."""

Kept = TypeVar("Kept", list[Any], "array[float]", bytearray)


def finished(steps: Steps[T]) -> T:
    """All parts at once; the result."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result


def parts(count: int, costly: int = 1) -> Iterator[range]:
    """The indexes up to ``count`` in parts; smaller ones where each is ``costly`` times the work of others."""
    size = max(1, PART // costly)
    for start in range(0, count, size):
        yield range(start, min(start + size, count))


def measuring(
    rows: Sequence[T], measure: Callable[[Sequence[T]], Sequence[Any]], into: Kept, costly: int = 1
) -> Steps[Kept]:
    """``into`` with the measure of every row at its end."""
    for part in parts(len(rows), costly):
        into.extend(measure(rows[part.start : part.stop]))
        yield
    return into


def letting_go(values: list[Any]) -> Steps[None]:
    """Empty a list that nobody will look at any more, in parts."""
    while len(values) > PART:
        del values[-4 * PART :]
        yield
