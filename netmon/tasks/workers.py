"""Questions to the operating system and to name servers, asked away from the event loop.

Each task runs its blocking call in a worker thread that may be abandoned on shutdown, and applies the answer in the
event loop, so the tracker needs no lock.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

import trio

from netmon.errors import PlatformError
from netmon.platforms.contract import Platform
from netmon.tracker.tracker import Tracker

from .clock import Clock

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
SOON_SECONDS = 0.25
"""The least time between two socket scans when new connections ask for one."""


class ProcessTask:
    """Keeps the tracker's ownership current: every few seconds, and soon after connections without an owner appear."""

    def __init__(self, platform: Platform, tracker: Tracker, clock: Clock, interval: float) -> None:
        self._platform = platform
        self._tracker = tracker
        self._clock = clock
        self._interval = interval
        self._wanted = trio.Event()
        self.notes: tuple[str, ...] = ()

    def ask(self) -> None:
        """A connection without an owner has appeared."""
        self._wanted.set()

    async def run(self) -> None:
        """Scan for ever."""
        while True:
            self._wanted = trio.Event()
            await self.scan()
            await trio.sleep(SOON_SECONDS)
            with trio.move_on_after(self._interval - SOON_SECONDS):
                await self._wanted.wait()

    async def scan(self) -> None:
        """One scan."""
        try:
            table = await in_thread(self._platform.sockets)
        except PlatformError as error:
            self.notes = (f"processes are not known: {error}",)
            return
        self.notes = table.notes
        self._tracker.apply_sockets(table, self._clock())


class NetworkTask:
    """Keeps local addresses, gateways and interface counters current."""

    def __init__(self, platform: Platform, tracker: Tracker, interval: float) -> None:
        self._platform = platform
        self._tracker = tracker
        self._interval = interval
        self.network = platform.network()
        tracker.apply_network(self.network)

    async def run(self) -> None:
        """Read for ever."""
        while True:
            await trio.sleep(self._interval)
            try:
                self.network = await in_thread(self._platform.network)
            except PlatformError as error:
                log.warning("local addresses could not be read again: %s", error)
                continue
            self._tracker.apply_network(self.network)


async def in_thread(call: Callable[[], Answer]) -> Answer:
    """The answer of a blocking call."""
    return await trio.to_thread.run_sync(call, abandon_on_cancel=True)
