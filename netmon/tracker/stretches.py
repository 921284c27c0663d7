"""Traffic and connections of the last ten minutes, hour and day, each as 120 values.

In: what one second moved, opened and closed, once it is over; out: ``Stretch`` values. A bounded number of sums is kept,
whatever comes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Final

from netmon.model.status import Stretch

VALUES: Final = 120
STEPS: Final = (5, 30, 720)
"""Seconds a value stands for: ten minutes, an hour, a day."""


class Stretches:
    """Sums by step, of seconds that are over."""

    def __init__(self) -> None:
        self._sums: dict[int, dict[int, list[int]]] = {step: {} for step in STEPS}

    def add(self, second: int, down: int, up: int, opened: int = 0, closed: int = 0) -> None:
        """Count one second; once for each."""
        for step, sums in self._sums.items():
            slot = second // step
            old = sums.get(slot)
            if old is None:
                for gone in [other for other in sums if other <= slot - VALUES]:
                    del sums[gone]
                sums[slot] = [down, up, opened, closed]
            else:
                sums[slot] = [old[0] + down, old[1] + up, old[2] + opened, old[3] + closed]

    def read(self, second: int, young: Mapping[int, Sequence[int]]) -> tuple[Stretch, ...]:
        """The stretches that end with ``second``; ``young`` are seconds not counted yet, each with the four numbers of
        ``add``. The last value is of the part of its step that has passed."""
        return tuple(self._stretch(step, second, young) for step in STEPS)

    def _stretch(self, step: int, second: int, young: Mapping[int, Sequence[int]]) -> Stretch:
        last = second // step
        first = last - VALUES + 1
        sums = [[0] * VALUES for _ in range(4)]
        for slot, row in chain(self._sums[step].items(), ((when // step, row) for when, row in young.items())):
            if first <= slot <= last:
                for series, value in zip(sums, row, strict=True):
                    series[slot - first] += value
        lengths = [step] * (VALUES - 1) + [second - last * step + 1]
        down, up = (tuple(total // length for total, length in zip(one, lengths, strict=True)) for one in sums[:2])
        return Stretch(step, down, up, tuple(sums[2]), tuple(sums[3]))
