"""Reverse look-ups: the tracker's unnamed addresses to the resolver, its answers back.

Requests wait in a bounded queue; when it is full the oldest is let go, and the tracker brings it again while it is shown.
Answers live as long as they say. Switching off live stops new questions; what is known stays known.
"""

from __future__ import annotations

import os
from collections import deque

import trio

from netmon.model.connection import Name
from netmon.model.status import QueueStatistics
from netmon.names.resolver import Resolver
from netmon.tracker.tracker import Tracker

from .clock import Clock
from .own import OwnLookups

WAITING = 4096
"""Addresses that may wait: some 40 s at the resolver's rate."""
BATCH = 64


class NamesTask:
    """The resolver, and what waits for it."""

    def __init__(self, tracker: Tracker, clock: Clock, *, enabled: bool, resolver: Resolver | None = None) -> None:
        self.enabled = enabled
        self._tracker = tracker
        self._clock = clock
        self._resolver = resolver or Resolver()
        self._waiting: deque[str] = deque(maxlen=WAITING)
        self._dropped = 0
        self.own = OwnLookups(os.getpid())
        """Tells our look-ups among the connections."""
        self._wake = trio.Event()

    @property
    def notes(self) -> tuple[str, ...]:
        """What is wrong with the name servers."""
        return self._resolver.statistics().notes if self.enabled else ()

    def ask(self) -> None:
        """Take the addresses the tracker has no name for."""
        if not self.enabled:
            return
        wanted = self._tracker.unresolved(WAITING)
        if wanted:
            excess = [
                self._waiting.popleft() for _ in range(min(len(self._waiting), len(self._waiting) + len(wanted) - WAITING))
            ]
            self._tracker.not_asked(excess)
            self._dropped += len(excess)
            self._waiting.extend(wanted)
            self._wake.set()

    async def run(self) -> None:
        """Resolve for ever."""
        requests, asked = trio.open_memory_channel[list[str]](0)
        answered, results = trio.open_memory_channel[list[tuple[str, Name | None, float]]](BATCH)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._resolver.run, asked, answered)
            nursery.start_soon(self._send, requests)
            async for batch in results:
                self._tracker.apply_names({address: (name, ttl) for address, name, ttl in batch})

    async def _send(self, requests: trio.MemorySendChannel[list[str]]) -> None:
        while True:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
                self.own.asked(batch)
                await requests.send(batch)
            self._wake = trio.Event()
            await self._wake.wait()

    def statistics(self) -> QueueStatistics:
        """How many addresses wait."""
        return QueueStatistics("names", len(self._waiting), WAITING, self._dropped)
