"""What changed between two lists of connections, told by identity.

In: the list of the last snapshot and that of this one; out: a ``Difference``, or ``None`` when so much changed that
starting over is cheaper. Unchanged connections are the same objects in both (``Snapshot``), so nothing of them is looked
at: the cost follows what changed. Only speed depends on the order (first appearance): a list in another order comes out
right as well, as gone and come again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress
from operator import is_not
from typing import Any, NamedTuple

from netmon.model.connection import Connection

from .steps import PART, Steps, finished, measuring

BLOCK = 512
"""Connections compared at a time: a gap in the middle costs no more than this to find the step again."""
BLOCKS = 64
"""Of them in a part."""
SAMPLE = 64
MOST_SAMPLES = 1024
"""Of so many one is looked at first, but no more than this."""


class Difference(NamedTuple):
    """How to get from the old list to the new one."""

    kept: list[tuple[int, int]]
    """Ranges of the old list that stand, one after the other, at the beginning of the new one."""
    changed: list[int]
    """Indexes in the new list of those among the kept that are other objects now."""
    first: int
    """From this index on everything in the new list is new."""
    gone: list[Connection]
    come: list[Connection]
    """Old and new objects of what changed, left or was added."""


def compare(old: Sequence[Connection], new: Sequence[Connection]) -> Difference | None:
    """The difference; ``None`` when more than a third is to be replaced."""
    return finished(comparing(old, new))


def comparing(old: Sequence[Connection], new: Sequence[Connection]) -> Steps[Difference | None]:
    """``compare`` in parts."""
    limit = 64 + len(old) // 3
    if _much(old, new):
        return None
    kept: list[tuple[int, int]] = []
    changed: list[int] = []
    gone: list[Connection] = []
    come: list[Connection] = []
    start = here = there = 0  # ``start``: where the range that is being kept began
    while here < len(old) and there < len(new):
        size = min(BLOCK, len(old) - here, len(new) - there)
        step = size
        for offset in compress(range(size), map(is_not, old[here : here + size], new[there : there + size])):
            before, after = old[here + offset], new[there + offset]
            gone.append(before)
            if before.identifier != after.identifier:  # it left, and the rest moved up
                step = offset
                break
            changed.append(there + offset)
            come.append(after)
        here += step
        there += step
        if step < size:
            if here > start:
                kept.append((start, here))
            here += 1
            start = here
        if len(gone) > limit:
            return None
        if not here // BLOCK % BLOCKS:
            yield
    if here > start:
        kept.append((start, here))
    gone += old[here:]
    come += new[there:]
    return Difference(kept, changed, there, gone, come) if len(gone) <= limit else None


def _much(old: Sequence[Connection], new: Sequence[Connection]) -> bool:
    """Whether a few looked at say that most are other objects."""
    step = max(SAMPLE, len(old) // MOST_SAMPLES)
    pairs = list(zip(old[::step], new[::step], strict=False))
    other = sum(before is not after and before.identifier == after.identifier for before, after in pairs)
    return other > 8 and other * 2 > len(pairs)


def carried(values: Any, difference: Difference, measure: Callable[[Sequence[Connection]], Sequence[Any]]) -> Steps[Any]:
    """``values`` (``Kept``) of the old list brought up to the new one, in parts; only what changed or came is measured."""
    result = values[:0]
    for number, (start, end) in enumerate(difference.kept, 1):
        result += values[start:end]
        if not number % PART:
            yield
    measured = yield from measuring(difference.come, measure, result[:0])
    for index, value in zip(difference.changed, measured, strict=False):
        result[index] = value
    result += measured[len(difference.changed) :]
    return result


def moved(difference: Difference, index: int) -> int:
    """Where the connection at an index of the old list is in the new one; -1 when it has gone."""
    before = 0
    for start, end in difference.kept:
        if index < start:
            return -1
        if index < end:
            return before + index - start
        before += end - start
    return -1
