"""Traffic of the last ten minutes, hour and day, each as 120 values.

In: what one second moved, once it is over; out: ``Stretch`` values. A bounded number of sums is kept, whatever comes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from netmon.model.connection import Stretch

VALUES = 120
STEPS = (5, 30, 720)
"""Seconds a value stands for: ten minutes, an hour, a day."""


class Stretches:
    """Sums by step, of seconds that are over."""

    def __init__(self) -> None:
        self._sums: dict[int, dict[int, tuple[int, int]]] = {step: {} for step in STEPS}

    def add(self, second: int, down: int, up: int) -> None:
        """Count one second; once for each."""
        for step, sums in self._sums.items():
            slot = second // step
            old = sums.get(slot)
            if old is None:
                for gone in [other for other in sums if other <= slot - VALUES]:
                    del sums[gone]
                sums[slot] = (down, up)
            else:
                sums[slot] = (old[0] + down, old[1] + up)

    def read(self, second: int, young: Mapping[int, Sequence[int]]) -> tuple[Stretch, ...]:
        """The stretches that end with ``second``; ``young`` are seconds not counted yet, each with its down and up. The
        last value is of the part of its step that has passed."""
        return tuple(self._stretch(step, second, young) for step in STEPS)

    def _stretch(self, step: int, second: int, young: Mapping[int, Sequence[int]]) -> Stretch:
        last = second // step
        first = last - VALUES + 1
        down, up = [0] * VALUES, [0] * VALUES
        for slot, sums in self._sums[step].items():
            if first <= slot <= last:
                down[slot - first], up[slot - first] = sums
        for when, row in young.items():
            slot = when // step
            if first <= slot <= last:
                down[slot - first] += row[0]
                up[slot - first] += row[1]
        passed = second - last * step + 1
        lengths = [step] * (VALUES - 1) + [passed]
        return Stretch(
            step,
            tuple(total // length for total, length in zip(down, lengths, strict=True)),
            tuple(total // length for total, length in zip(up, lengths, strict=True)),
        )
