"""How much work something is: calls counted, and processor time of two sizes compared within one run."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType

from netmon.model.flow import Inspected
from netmon.protocols._engine import Engine

REPEATS = 3


class Work:
    """Counts calls (of functions in Python and in C) while it is open: the same on every machine and every run."""

    def __init__(self) -> None:
        self.calls = 0

    def _count(self, frame: FrameType, event: str, argument: object) -> None:
        self.calls += event in ("call", "c_call")

    def __enter__(self) -> Work:
        self._before = sys.getprofile()
        sys.setprofile(self._count)
        return self

    def __exit__(self, *problem: object) -> None:
        sys.setprofile(self._before)


def calls(do: Callable[[], object]) -> int:
    """How many it makes."""
    with Work() as counted:
        do()
    return counted.calls


def seconds(do: Callable[[], object]) -> float:
    """Processor time it takes, the best of a few: other programs only ever add."""
    best = float("inf")
    for _ in range(REPEATS):
        start = time.process_time()
        do()
        best = min(best, time.process_time() - start)
    return best


def inspected(frames: Sequence[Inspected], machine: Engine, batch: int = 512) -> Engine:
    """Frames through an engine, to the end."""
    for start in range(0, len(frames), batch):
        machine.inspect(frames[start : start + batch])
    machine.finish_all()
    return machine
