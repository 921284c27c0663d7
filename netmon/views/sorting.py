"""Sorting a million rows without stopping for it.

In: indexes of rows, what each is sorted by; out: the indexes in order. A list that is too long to be sorted at once is dealt
out to buckets between values of a sample of it, each small enough to be sorted at once; equal rows, however many, need no
sorting. Which row comes before which is the same either way: by value, and equal ones as they were.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from .steps import PART, Steps, parts

WHOLE = 4 * PART
"""Rows sorted by texts at once: a few milliseconds."""
WHOLE_NUMBERS = 32 * PART
"""Rows sorted by numbers at once: 20 ms at most, and half of what dealing them out takes."""
SPARE = 8
"""Rows of the sample for each bucket, so that none is much larger than the others."""


def sorting(order: list[int], values: Sequence[Any], *, reverse: bool) -> Steps[list[int]]:
    """``order`` by ``values`` of each, in parts."""
    if len(order) <= (WHOLE_NUMBERS if isinstance(values, array) else WHOLE):
        order.sort(key=values.__getitem__, reverse=reverse)
        return order
    sample = sorted(values[index] for index in order[:: max(1, PART // (2 * SPARE))])
    borders = sorted(set(sample[SPARE::SPARE]))
    yield
    buckets: list[list[int]] = [[] for _ in range(2 * len(borders) + 1)]
    last = len(borders)
    for part in parts(len(order)):
        for index in order[part.start : part.stop]:
            value = values[index]
            place = bisect_left(borders, value)
            # Those that equal a border have a bucket of their own, between the two about it.
            buckets[2 * place + (place < last and borders[place] == value)].append(index)
        yield
    result: list[int] = []
    for number in reversed(range(len(buckets))) if reverse else range(len(buckets)):
        bucket = buckets[number]
        if not number % 2:
            bucket.sort(key=values.__getitem__, reverse=reverse)
            yield
        result += bucket
    return result
