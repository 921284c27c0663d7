"""Live capture: wait until a descriptor is readable, drain a bounded batch into the meter, hand on what needs inspection.

The wire cannot be pushed back: when the backlog of inspection is full its frames are dropped and counted; what the meter
counts is never lost that way. An interface that goes away leaves a persistent problem and is tried again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import trio

from netmon.capture.contract import LiveSource, Sink
from netmon.capture.live import TIMEOUT_MS
from netmon.errors import CaptureError, MeterError, NoInterfaceError
from netmon.meter.contract import Meter
from netmon.model.flow import Inspected
from netmon.model.frame import CaptureStatistics

from .backlog import Backlog

LAST_BLOCK = 1.5 * TIMEOUT_MS / 1000
"""Seconds after which the kernel has handed over what waits in its last, half-full block."""
NATIVE_LIMIT = 20_000
"""Packets per drain that C counts: about 4 ms."""
PYTHON_LIMIT = 64
"""Packets per drain that Python counts: it does not stop where a flow has used up its budget."""
SILENCE = 1.0
"""Seconds without a packet after which it is asked whether the interface is still there."""
TURNS = 4
"""Turns that inspection is given between two drains, of a few milliseconds each: less than fills the capture buffer."""
RETRY_SECONDS = 2.0
LAST_DRAINS = 50
"""Drains at the end of a run: the capture buffer's worth of small packets, a fraction of a second."""

OpenSource = Callable[[str, int], LiveSource]


@dataclass(slots=True)
class CaptureTask:
    """One interface. ``statistics`` may be read at any time."""

    name: str
    index: int
    meter: Meter
    open_source: OpenSource
    backlog: Backlog
    """Where frames wait for inspection."""
    behind: Callable[[], bool] = lambda: False
    """Whether inspection still has something to do."""
    source: LiveSource | None = None
    problem: str = ""
    meter_reason: str = ""
    """Why this interface is not counted by the best meter, see ``Meter.attach``."""
    dropped_queue: int = 0
    handed: int = 0
    """Frames handed on so far."""
    _past: CaptureStatistics = field(default_factory=CaptureStatistics)

    def open(self) -> None:
        """Open the interface; the first time a failure is the caller's to report."""
        source = self.open_source(self.name, self.index)
        try:
            self.meter_reason = self.meter.attach(source.fileno(), source.interface.link_type, self.index)
        except MeterError:
            source.close()
            raise
        self.source = source

    async def run(self) -> None:
        """Capture for ever."""
        while True:
            try:
                if self.source is None:
                    self.open()
                self.problem = ""
                await self._pump()
            except NoInterfaceError:  # it was there at the start
                self.problem = f"{self.name} is gone; capture goes on when it is back"
                self.close()
            except (CaptureError, MeterError) as error:
                self.problem = str(error)
                self.close()
            await trio.sleep(RETRY_SECONDS)

    def _sink(self, source: LiveSource, stopper: tuple[int, int] = (0, 0)) -> tuple[Sink, int]:
        """Where packets go, and how many at a time."""
        handler = self.meter.handler(source.interface.link_type, self.index, source.nanosecond, stopper)
        if handler is None:
            return Sink(self.meter.feed), PYTHON_LIMIT
        return Sink(self.meter.feed, handler.function, handler.user), NATIVE_LIMIT

    def drain_rest(self) -> None:
        """The end of the run: take what the kernel has ready, within a bound (a flood must not keep a run from ending)."""
        if self.source is None:
            return
        sink, limit = self._sink(self.source)
        try:
            for _ in range(LAST_DRAINS):
                drained = self.source.drain(sink, limit)
                self._hand_on(self.meter.take_inspected())
                if drained < limit:
                    return
        except CaptureError as error:
            self.problem = str(error)

    async def _pump(self) -> None:
        source = self.source
        assert source is not None
        sink, limit = self._sink(source, source.stopper())
        while True:
            with trio.move_on_after(SILENCE) as silence:
                await trio.lowlevel.wait_readable(source.fileno())
            if silence.cancelled_caught:
                if source.gone:
                    raise CaptureError(f"{self.name}: the interface is gone")
                continue
            drained = limit
            while drained >= limit:
                drained = source.drain(sink, limit)
                keeping_up = not self.behind()
                self._hand_on(self.meter.take_inspected())
                await trio.lowlevel.checkpoint()
                if keeping_up:
                    await self._verdict()

    async def _verdict(self) -> None:
        """Inspection may want more of a flow that has just used up its budget, from the very next packet on. It is waited
        for only while it keeps up: the wire comes first."""
        for _ in range(TURNS):
            if not self.behind():
                return
            await trio.lowlevel.checkpoint()

    def _hand_on(self, frames: list[Inspected]) -> None:
        kept = self.backlog.put(frames)
        self.handed += kept
        self.dropped_queue += len(frames) - kept

    def statistics(self) -> CaptureStatistics:
        """Since the start, over every time the interface was opened."""
        now = self.source.statistics() if self.source is not None else CaptureStatistics()
        past = self._past
        return CaptureStatistics(
            received=past.received + now.received,
            dropped_kernel=past.dropped_kernel + now.dropped_kernel,
            dropped_interface=past.dropped_interface + now.dropped_interface,
            dropped_queue=self.dropped_queue,
            problem=self.problem,
        )

    def close(self) -> None:
        """Give the descriptor back and keep its counts."""
        if self.source is not None:
            self._past = self.statistics()
            self.source.close()
            self.source = None


def combined(tasks: list[CaptureTask]) -> CaptureStatistics:
    """The statistics of all interfaces together."""
    each = [task.statistics() for task in tasks]
    return CaptureStatistics(
        received=sum(one.received for one in each),
        dropped_kernel=sum(one.dropped_kernel for one in each),
        dropped_interface=sum(one.dropped_interface for one in each),
        dropped_queue=sum(one.dropped_queue for one in each),
        problem="; ".join(one.problem for one in each if one.problem),
    )
