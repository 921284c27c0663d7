"""One live run: the tasks between the wire and whoever reads snapshots and events.

``Monitor`` owns what the tasks share; its ``run`` nests them in the order they must stop: capture first, then the queues
drain, then the readers finish.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import trio

from netmon.errors import CaptureError, MeterError
from netmon.meter.contract import Meter
from netmon.model.frame import CaptureStatistics
from netmon.model.network import Interface, Neighbour
from netmon.model.snapshot import ConnectionEvent, Snapshot, SystemStatus
from netmon.model.status import QueueStatistics
from netmon.platforms.contract import Platform
from netmon.settings import Settings

from .backlog import Backlog
from .capture import LAST_BLOCK, CaptureTask, OpenSource, combined
from .clock import Clock
from .coverage import Coverage
from .kernel_tcp import KernelTcpTask
from .names import NamesTask
from .pipeline import Pipeline
from .slices import PART, Slices
from .workers import NetworkTask, ProcessTask

INSPECT_BOUND = 262_144
"""Frames between capture and inspection: seconds of backlog, and what a run has to do at its end."""
FINISH_PART = 256
"""Frames inspected at once when nobody waits for anything else."""
INSPECT_PART = 32
"""Frames inspected at once: a millisecond or two."""

Reader = Callable[[Snapshot, Sequence[ConnectionEvent]], None]
"""Called in the event loop after every tick; must not block."""


class Monitor:
    """A live capture and everything known about it."""

    def __init__(self, settings: Settings, pipeline: Pipeline, platform: Platform, clock: Clock) -> None:
        self.settings = settings
        self.pipeline = pipeline
        self.platform = platform
        self.clock = clock
        self.readers: list[Reader] = []
        self.meter_reason = ""
        self.notes: list[str] = []
        totals = pipeline.meter.totals
        self.network = NetworkTask(platform, pipeline.tracker, settings.network_interval, lambda: totals().bytes)

        def packets() -> int:
            return totals().packets

        while_heard = None if settings.all_sockets else packets
        self.processes = ProcessTask(platform, pipeline.tracker, clock, settings.process_interval, while_heard)
        self.kernel_tcp = KernelTcpTask(platform, pipeline.tracker, clock, packets)
        self.names = NamesTask(pipeline.tracker, clock, enabled=settings.resolve_dns)
        self.captures: list[CaptureTask] = []
        self.snapshot = Snapshot(clock())
        self._coverage = Coverage()
        self._resting = False
        """Inspection waits while a tick is under way: with too much to do, what is shown stays fresh, and what is not
        inspected is counted. Ticks leave it an interval between them."""
        self._inspected = 0
        """Frames."""
        self._told = trio.Event()
        """The tick is over."""
        self._backlog = Backlog(INSPECT_BOUND)

    @property
    def meter(self) -> Meter:
        """The meter in use."""
        return self.pipeline.meter

    async def open(self, names: Sequence[str], open_source: OpenSource) -> None:
        """Have the kernel tell who opens sockets, then open the interfaces: who sent the first packet is told before it.
        Raises ``CaptureError`` (its children too) when one cannot be opened at all."""
        if self.settings.kernel_events:
            await self.processes.open_events()
        else:
            self.processes.without_events("they are off (--no-kernel-events)")
        for index, name in enumerate(names):
            task = CaptureTask(name, index, self.meter, open_source, self._backlog, self._behind)
            try:
                task.open()
            except (CaptureError, MeterError):
                self.close()
                raise
            self.captures.append(task)
        self.pipeline.tracker.set_interfaces(names)

    def _behind(self) -> bool:
        """Whether frames wait for inspection, or are being inspected."""
        return sum(task.handed for task in self.captures) > self._inspected

    def close(self) -> None:
        """Give back every descriptor; idempotent."""
        for task in self.captures:
            task.close()
        self.processes.close()

    async def run(self) -> None:
        """Capture until cancelled; then what is queued is inspected and counted, and ``finish`` may be called."""
        if self.settings.hash_executables:
            self.platform.set_hashing(True)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._inspect)
            nursery.start_soon(self.processes.run)
            nursery.start_soon(self.processes.run_events)
            nursery.start_soon(self.network.run)
            nursery.start_soon(self.names.run)
            nursery.start_soon(self.kernel_tcp.run)
            nursery.start_soon(self._ticks)
            for task in self.captures:
                nursery.start_soon(task.run)

    def finish(self) -> Sequence[ConnectionEvent]:
        """After ``run``: what the kernel and the queue still hold is counted and inspected, descriptors are given back;
        the closing events of the run."""
        for task in self.captures:
            task.drain_rest()
        # Before anything is judged: inspection of a connection ends with it.
        while frames := self._backlog.take_now(FINISH_PART):
            self.pipeline.inspect(frames)
        self.pipeline.inspect()
        self.pipeline.read_meter(self.clock())
        if self.settings.output not in ("auto", "screen"):  # a person who quits does not wait for more names
            self.processes.settle()
        self.close()
        events = self.pipeline.finish(self.clock())
        self.snapshot = self.take_snapshot()
        return events

    async def _inspect(self) -> None:
        slices = Slices()
        while True:
            frames = await self._backlog.take(INSPECT_PART)
            self.pipeline.inspect(frames)
            self._inspected += len(frames)
            await slices.breathe()
            if self._resting:
                await self._told.wait()
                slices.begin()

    async def _ticks(self) -> None:
        interval = self.settings.refresh_interval
        due = trio.current_time()
        while True:
            self._rest(True)
            try:
                await self._tick()
            finally:
                self._rest(False)
            took = trio.current_time() - due
            due += interval
            if took > interval:  # leave the others some time; more when inspection would lose frames otherwise
                spare = took / 2 if len(self._backlog) > INSPECT_BOUND // 2 else 0.0
                due = trio.current_time() + max(interval, spare)
            await trio.sleep_until(due)

    def _rest(self, resting: bool) -> None:
        """Inspection waits from now on, or goes on."""
        self._resting = resting
        if resting:
            self._told = trio.Event()
        else:
            self._told.set()

    async def _tick(self) -> None:
        """Read the meter, let time pass for what has come in, and tell the readers. With ten thousand busy connections that
        takes a while: keys are answered and captures emptied in between. What a cancelled tick has not done, ``finish``
        does; only events that were taken are told in any case."""
        pipeline, slices = self.pipeline, Slices()
        slices.begin()
        for _ in pipeline.reading(self.clock(), PART):
            await slices.breathe()
        if self.captures and self.meter.name == "kernel":  # it counts at once what is handed over for inspection in blocks
            self._rest(False)
            await trio.sleep(LAST_BLOCK)
            self._rest(True)
        # In this order: what the kernel told before the last packet that was counted is known before it is judged.
        await self.processes.catch_up()
        slices.begin()
        now = self.clock()
        for _ in pipeline.judging(now, PART):
            await slices.breathe()
        events = pipeline.judge(now)
        await slices.breathe(shielded=True)
        if pipeline.tracker.unowned:
            self.processes.ask()
        self.names.ask()
        self.snapshot = self.take_snapshot()
        await slices.breathe(shielded=True)
        for reader in self.readers:
            reader(self.snapshot, events)
        for _ in pipeline.forgetting(PART):
            await slices.breathe()

    def take_snapshot(self) -> Snapshot:
        """Everything there is to show now."""
        now = self.clock()
        return self.pipeline.snapshot(now, self.status())

    def status(self) -> SystemStatus:
        """The state of the monitor itself."""
        totals = self.meter.totals()
        capture = combined(self.captures) if self.captures else CaptureStatistics()
        interfaces = self._interfaces()
        status = SystemStatus(
            source=" ".join(task.name for task in self.captures),
            meter=self.meter.name,
            meter_reason="; ".join(filter(None, (self.meter_reason, *self._unattached()))),
            totals=totals,
            capture=capture,
            interfaces=interfaces,
            coverage=self._coverage.measure(interfaces, self.network.captured),
            queues=(
                QueueStatistics("inspection", len(self._backlog), INSPECT_BOUND, capture.dropped_queue),
                self.names.statistics(),
            ),
            notes=(
                *self.notes,
                *self.processes.notes,
                *self.names.notes,
                *self.kernel_tcp.notes,
                *self.network.network.notes,
            ),
            attribution=self.processes.attribution,
            resolving=self.names.enabled,
            neighbours=self._neighbours(interfaces),
        )
        return self.pipeline.complete(status)

    def _unattached(self) -> list[str]:
        return [f"{task.name}: {task.meter_reason}" for task in self.captures if task.meter_reason]

    def _interfaces(self) -> tuple[Interface, ...]:
        names = {task.name for task in self.captures}
        return tuple(one for one in self.network.network.interfaces if "any" in names or one.name in names)

    def _neighbours(self, interfaces: tuple[Interface, ...]) -> tuple[Neighbour, ...]:
        names = {interface.name for interface in interfaces}
        return tuple(one for one in self.network.network.neighbours if one.interface in names)
