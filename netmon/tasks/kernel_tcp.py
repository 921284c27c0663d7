"""Asks the kernel what it knows of its own ends of TCP connections (features 3.3).

In: the live connections as they are known. Out: figures for the tracker. Rules: only connections that have been heard since
the last time are asked for, at most ``ASKED`` of them, the ones heard last first; while no packet comes nobody is asked; a
refusal ends it and is said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import nlargest

import trio

from netmon.errors import PlatformError
from netmon.model.connection import Connection, Direction
from netmon.model.kernel_tcp import KernelTcp
from netmon.platforms.contract import Ends, Platform
from netmon.tracker.tracker import Tracker

from .clock import Clock
from .workers import in_thread

SECONDS = 2.0
"""Between two looks."""
OVERLAP = 3.0
"""Seconds by which what is known of a connection may lag behind its packets."""
ASKED = 256
"""Connections a look asks for: about 5 ms of a worker thread."""


class KernelTcpTask:
    """Keeps ``Connection.kernel_tcp`` current."""

    def __init__(self, platform: Platform, tracker: Tracker, clock: Clock, packets: Callable[[], int]) -> None:
        """``packets`` counts all there have been."""
        self._platform = platform
        self._tracker = tracker
        self._clock = clock
        self._count = packets
        self._since = 0.0
        self._packets = -1
        self.notes: tuple[str, ...] = ()

    async def run(self) -> None:
        """Look for ever, or until the system refuses."""
        while not self.notes:
            await trio.sleep(SECONDS)
            await self.look()

    async def look(self) -> None:
        """Once, unless no packet has come since the last time."""
        packets = self._count()
        if packets == self._packets:
            return
        self._packets = packets
        connections, now = self._tracker.connections(), self._clock()
        try:
            self._tracker.apply_kernel_tcp(await in_thread(lambda: self._ask(connections, now)))
        except PlatformError as error:
            self.notes = (f"no kernel figures of TCP connections: {error}",)

    def _ask(self, connections: Sequence[Connection], now: float) -> list[tuple[int, KernelTcp]]:
        chosen = choose(connections, self._since)
        self._since = now - OVERLAP
        told = self._platform.tcp_figures([ends_of(one) for one in chosen], now)
        return [(one.flow_id, figures) for one, figures in zip(chosen, told, strict=False) if figures is not None]


def choose(connections: Sequence[Connection], since: float) -> list[Connection]:
    """Those with an end on this machine that were heard since, latest first."""
    heard = [
        one
        for one in connections
        if one.protocol == "tcp"
        and one.last_seen >= since
        and not one.closed
        and not one.tunnel
        and (one.local_is_source is not None or one.direction is Direction.LOCAL)
    ]
    return nlargest(ASKED, heard, key=lambda one: one.last_seen)


def ends_of(connection: Connection) -> Ends:
    """As the socket on this machine sees it, the opener's when both ends are here."""
    source = (connection.source, connection.source_port or 0)
    destination = (connection.destination, connection.destination_port or 0)
    return (*destination, *source) if connection.local_is_source is False else (*source, *destination)
