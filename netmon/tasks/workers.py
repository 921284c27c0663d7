"""Questions to the operating system and to name servers, asked away from the event loop.

Each task runs its blocking call in a worker thread that may be abandoned on shutdown, and applies the answer in the
event loop, so the tracker needs no lock.
"""

from __future__ import annotations

import logging
import threading  # noqa: TID251  # no thread is started: two of trio's may take events at once
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import trio

from netmon.errors import PlatformError
from netmon.model.network import Network
from netmon.model.owner import EventStatistics, SocketEvent
from netmon.names import oui
from netmon.platforms.contract import Platform, SocketEvents
from netmon.tracker.address import mac_bytes
from netmon.tracker.tracker import Tracker

from .clock import Clock
from .slices import PART, Slices

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
SOON_SECONDS = 0.25
"""The least time between two socket scans when new connections ask for one."""
EVENTS_SECONDS = 0.02
"""Between two batches of kernel events."""
FIRST_SECONDS = 1.0
"""Until the counters of the interfaces are read the second time, and what was captured of them can be told."""
QUIET_SECONDS = 15.0
"""Between two scans while no packet comes: little that is new is to be found then."""
PATIENCE = 1.0
"""How long a tick waits for the processes of the latest kernel events."""
STUCK_SECONDS = 2.0
"""How long taking events waits for a thread that is taking some; that one brings them, and later ones come later."""


class ProcessTask:
    """Keeps the tracker's ownership current: every few seconds while packets come, and soon after connections without an
    owner appear."""

    def __init__(
        self, platform: Platform, tracker: Tracker, clock: Clock, interval: float, packets: Callable[[], int] | None = None
    ) -> None:
        """``packets`` counts all there have been; ``None``: sockets are to be shown that have none, so scans go on."""
        self._packets = packets
        self._platform = platform
        self._tracker = tracker
        self._clock = clock
        self._interval = interval
        self._wanted = trio.Event()
        self._notes: tuple[str, ...] = ()
        self._events: SocketEvents | None = None
        self._statistics = EventStatistics()
        self._first = ""
        self._reason: tuple[str, ...] = ()
        self._pulled: deque[list[SocketEvent]] = deque()
        """Read by a worker thread, not yet told to the tracker."""
        self._pulling = threading.Lock()
        """Two batches stay in their order: a child that received before its listener accepted would be none."""
        self._behind = False
        """A worker is still busy with events that somebody gave up waiting for."""

    async def open_events(self) -> None:
        """Have the kernel tell who opens sockets; without that, say why."""
        try:
            events = self._events = await in_thread(self._platform.open_events)
            if events is not None:
                self._first, self._reason = f"{events.attribution} + ", events.notes
        except PlatformError as error:
            self.without_events(str(error))

    def without_events(self, why: str) -> None:
        """There are none, which is said."""
        self._reason = (f"brief processes may have no name: no kernel events: {why}",)

    async def run_events(self) -> None:
        """Take the kernel's events as they come, a batch at a time, for ever."""
        if self._events is None:
            return
        while True:
            await trio.lowlevel.wait_readable(self._events.fileno())
            await self._take_events()
            # Events are told before their packets; waiting a little takes many at once and costs no process its name.
            await trio.sleep(EVENTS_SECONDS)

    async def catch_up(self) -> None:
        """Take the events told so far; wait for them ``PATIENCE`` seconds at most, they come later then."""
        if self._events is not None and not self._behind:
            with trio.move_on_after(PATIENCE) as scope:
                await self._take_events()
            self._behind = scope.cancelled_caught

    async def _take_events(self) -> None:
        """The events there are now. Their processes are read in a worker thread: names of users, control groups and the
        files of container managers may keep whoever asks waiting."""
        await in_thread(self._pull)
        self._apply_events()

    def _pull(self) -> None:
        if self._events is not None and self._pulling.acquire(timeout=STUCK_SECONDS):
            try:
                self._pulled.append(self._events.drain())
            finally:
                self._pulling.release()
        self._behind = False

    def _apply_events(self) -> None:
        while self._pulled:
            events = self._pulled.popleft()
            if events:
                self._tracker.apply_events(events, self._clock())

    @property
    def attribution(self) -> str:
        """How processes are found."""
        return self._first + self._platform.attribution

    @property
    def notes(self) -> tuple[str, ...]:
        """What is degraded."""
        lines = (*self._reason, *self._notes)
        lost = self.event_statistics().lost
        return (*lines, f"{lost} kernel events were lost: some processes have no name") if lost else lines

    def event_statistics(self) -> EventStatistics:
        """Of the kernel's events."""
        if self._events is not None:
            self._statistics = self._events.statistics()
        return self._statistics

    def close(self) -> None:
        """Take the last events and detach from the kernel; idempotent."""
        if self._events is not None:
            self._pull()
            self.event_statistics()
            self._events.close()
            self._events = None
        self._apply_events()

    def settle(self) -> None:
        """The run is over: the last events and, for what began since the last scan, the sockets there are now."""
        self._pull()
        self._apply_events()
        try:
            self._tracker.apply_sockets(self._platform.sockets(), self._clock())
        except PlatformError as error:
            log.info("no last look at the sockets: %s", error)

    def ask(self) -> None:
        """A connection without an owner has appeared."""
        self._wanted.set()

    async def run(self) -> None:
        """Scan for ever."""
        before = -1
        while True:
            self._wanted = trio.Event()
            await self.scan()
            await trio.sleep(SOON_SECONDS)
            with trio.move_on_after(QUIET_SECONDS):
                while not await self._due():
                    if self._packets is None or self._packets() != before:
                        break
            before = self._packets() if self._packets is not None else -1

    async def _due(self) -> bool:
        """An interval has passed, or (``True``) somebody asks for a scan before that."""
        with trio.move_on_after(self._interval - SOON_SECONDS):
            await self._wanted.wait()
            return True
        return False

    async def scan(self) -> None:
        """One scan."""
        try:
            table = await in_thread(self._platform.sockets)
        except PlatformError as error:
            self._notes = (f"processes are not known: {error}",)
            return
        self._notes = table.notes
        self._tracker.take_sockets(table, self._clock())
        slices = Slices()
        while self._tracker.attribute(PART):
            await slices.breathe()


class NetworkTask:
    """Keeps local addresses, gateways and interface counters current: read once when the captures are open, a second later,
    then every few seconds."""

    def __init__(self, platform: Platform, tracker: Tracker, interval: float, captured: Callable[[], int]) -> None:
        """``captured`` counts the bytes captured so far."""
        self._platform = platform
        self._tracker = tracker
        self._interval = interval
        self._count = captured
        self.network = platform.network()
        self.captured: int | None = None
        """Bytes captured when the counters of the interfaces were read; ``None``: that was before captures were open."""
        tracker.apply_network(self.network)

    async def run(self) -> None:
        """Read for ever."""
        await self.read()
        await trio.sleep(min(FIRST_SECONDS, self._interval))
        while True:
            await self.read()
            await trio.sleep(self._interval)

    async def read(self) -> None:
        """Once."""
        try:
            network = await in_thread(self._platform.network)
        except PlatformError as error:
            log.warning("local addresses could not be read again: %s", error)
            return
        self.network, self.captured = _with_makers(network), self._count()
        self._tracker.apply_network(network)


def _with_makers(network: Network) -> Network:
    """Who made the cards of the neighbours."""
    if not network.neighbours:
        return network
    known = tuple(replace(one, vendor=oui.lookup(mac_bytes(one.mac))) if one.mac else one for one in network.neighbours)
    return replace(network, neighbours=known)


async def in_thread(call: Callable[[], Answer]) -> Answer:
    """The answer of a blocking call."""
    return await trio.to_thread.run_sync(call, abandon_on_cancel=True)
