"""Frames between capture and inspection.

In: what capture tasks hand on. Out: the same in order, some at a time. Rule: bounded in frames, however few a drain finds:
while a long refresh lets inspection wait, captures are emptied every few milliseconds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import islice

import trio

from netmon.model.flow import Inspected


class Backlog:
    """A queue of at most ``bound`` frames."""

    def __init__(self, bound: int) -> None:
        self.bound = bound
        self._frames: deque[Inspected] = deque()
        self._some = trio.Event()

    def __len__(self) -> int:
        return len(self._frames)

    def put(self, frames: Sequence[Inspected]) -> int:
        """Keep as many as there is room for, the first ones; how many that were."""
        kept = min(self.bound - len(self._frames), len(frames))
        self._frames.extend(islice(frames, kept))
        if kept:
            self._some.set()
        return kept

    def take_now(self, most: int) -> list[Inspected]:
        """The oldest ones, none when there are none."""
        waiting = self._frames
        return [waiting.popleft() for _ in range(min(most, len(waiting)))]

    async def take(self, most: int) -> list[Inspected]:
        """The oldest ones; waits until there is one."""
        while not self._frames:
            self._some = trio.Event()
            await self._some.wait()
        return self.take_now(most)
