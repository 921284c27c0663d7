"""Runs with a screen: a live capture, or a capture file being played."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial

import trio

from netmon.capture.contract import FileSource
from netmon.capture.extent import last_packet_ns
from netmon.capture.playback import Pacer
from netmon.config import StateFile
from netmon.errors import CaptureError
from netmon.exports.writers import JsonWriter
from netmon.filters import compile_filter
from netmon.model.frame import CaptureStatistics
from netmon.model.snapshot import ConnectionEvent, Snapshot, SystemStatus
from netmon.model.status import Playback
from netmon.settings import Settings
from netmon.views.effects import ClearConnections, Effect, Play, PlaybackCommand, ShowNames
from netmon.views.screen import Terminal
from netmon.views.start import chosen_theme
from netmon.views.view import View

from .export import ExportTask
from .headless import open_private
from .monitor import Monitor
from .pipeline import Pipeline
from .replay import Replay
from .signals import cancel_on_signal
from .terminal import TerminalTask

LONGEST_NAP = 0.1
"""Seconds between two looks at a paused or slow playback."""


def _terminal_task(settings: Settings, carry: Callable[[Effect], None]) -> TerminalTask:
    state = StateFile.usual()
    state.prepare()
    kept = state.load()
    theme = chosen_theme(settings, kept)
    terminal = Terminal(None if settings.color else False, settings.ascii, theme, settings.colors)
    compiled = partial(compile_filter, saved=settings.filters)
    return TerminalTask(View(settings, compiled, kept=kept), terminal, carry, state.save)


class LiveScreen:
    """A live capture on the screen."""

    def __init__(self, settings: Settings, monitor: Monitor, *, show_localhost: bool) -> None:
        self._settings = settings
        self._monitor = monitor
        self._terminal = _terminal_task(replace(settings, show_localhost=show_localhost), self._carry)
        self._log: ExportTask | None = None

    async def run(self) -> int:
        """Until the person quits, a signal comes or the duration is over; the exit status."""
        settings, monitor = self._settings, self._monitor
        monitor.readers.append(self._read)
        with ExitStack() as stack:
            if settings.json_log:
                writer = JsonWriter(stack.enter_context(open_private(settings.json_log)), secrets=settings.show_secrets)
                self._log = ExportTask("json log", writer)
            async with trio.open_nursery() as writers:
                if self._log is not None:
                    writers.start_soon(self._log.run)
                with trio.move_on_after(settings.duration or float("inf")) as scope:
                    async with trio.open_nursery() as nursery:
                        nursery.start_soon(cancel_on_signal, scope)
                        nursery.start_soon(self._terminal.run, scope)
                        nursery.start_soon(monitor.run)
                if self._log is not None:
                    self._log.offer(monitor.finish())
                    self._log.end()
        return 0

    def _read(self, snapshot: Snapshot, events: Sequence[ConnectionEvent]) -> None:
        if self._log is not None:
            self._log.offer(events)
        self._terminal.feed(snapshot)

    def _carry(self, effect: Effect) -> None:
        if isinstance(effect, ShowNames):
            self._monitor.names.enabled = effect.wanted
        elif isinstance(effect, ClearConnections):
            self._monitor.pipeline.tracker.reset()


class FileScreen:
    """A capture file on the screen: played at any speed, paused, stepped, sought."""

    def __init__(self, settings: Settings, make: Callable[[], tuple[Pipeline, FileSource, str]]) -> None:
        """``make`` opens the file and a fresh pipeline; it is called again when playback goes back."""
        self._settings = settings
        self._make = make
        self._pipeline, self._source, self._reason = make()
        if not self._source.rewinds:
            self._pipeline.notes = (*self._pipeline.notes, "a pipe is read once: playback does not go back")
        self._replay = Replay(self._pipeline, self._source, _nobody)
        self._pacer = Pacer(settings.speed or 0.0)
        self._terminal = _terminal_task(settings, self._carry)
        self._wake = trio.Event()
        self._first_ns = 0
        self._finished = False
        self._problem = ""
        self._restart_to: int | None = None
        self._end: float | None = None
        self._unhurried = trio.Event()
        """Playback is slower than reading, so that how far the file goes has to be found out apart from it."""
        if self._pacer.speed:
            self._unhurried.set()
        self._asked = True
        """Somebody has started the file or pressed a key of the player, and waits for what follows."""

    async def run(self) -> int:
        """Until the person quits, a signal comes or the duration is over; the exit status."""
        try:
            with trio.move_on_after(self._settings.duration or float("inf")) as scope:
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(cancel_on_signal, scope)
                    nursery.start_soon(self._terminal.run, scope)
                    nursery.start_soon(self._play)
                    nursery.start_soon(self._show)
                    nursery.start_soon(self._look_ahead)
        finally:
            self._source.close()
        if self._problem:
            print(f"netmon: {self._problem}", file=sys.stderr)
            return 1
        return 0

    async def _play(self) -> None:
        while True:
            try:
                await self._until_end()
            except CaptureError as error:
                self._problem = str(error)
            if self._restart_to is None:
                self._replay.finish()
                self._finished = True
                self._feed()
                while self._restart_to is None:
                    self._wake = trio.Event()
                    await self._wake.wait()
            self._begin_again(self._restart_to)

    async def _look_ahead(self) -> None:
        await self._unhurried.wait()
        if self._end is None:
            last = await trio.to_thread.run_sync(last_packet_ns, self._source.name, abandon_on_cancel=True)
            self._end = last / 1e9 if last is not None else None

    async def _until_end(self) -> None:
        """Play to the end of the file, or until playback has to go back."""
        while self._restart_to is None:
            limit = self._pacer.due(trio.current_time()) if self._first_ns else 1
            if not await self._replay.advance(limit):
                return
            following = self._replay.next_timestamp_ns
            if not self._first_ns and following:
                self._first_ns = following
                self._pacer.begin(following, trio.current_time())
            elif following >= limit:
                self._pacer.reached(self._pipeline.meter.last_timestamp_ns)
                if self._asked:
                    self._asked = False
                    self._feed()
                self._wake = trio.Event()
                with trio.move_on_after(min(LONGEST_NAP, self._pacer.wait(trio.current_time(), following))):
                    await self._wake.wait()

    def _begin_again(self, target: int) -> None:
        self._source.close()
        self._pipeline, self._source, self._reason = self._make()
        self._replay = Replay(self._pipeline, self._source, _nobody)
        self._restart_to, self._finished, self._problem = None, False, ""
        self._pacer.seek(target, trio.current_time())

    async def _show(self) -> None:
        while True:
            self._feed()
            await trio.sleep(self._settings.refresh_interval)

    def _feed(self) -> None:
        now = self._replay.now
        if not self._finished:
            self._pipeline.tracker.apply_records(self._pipeline.meter.read_changed(), now)
        self._terminal.feed(self._pipeline.snapshot(now, self._status(now)))

    def _status(self, now: float) -> SystemStatus:
        torn = ""
        if self._finished:
            torn = self._pipeline.meter.end_of_file() if self._pipeline.meter.reads_files else self._source.torn()
        position = now
        if self._first_ns and not self._finished:  # between two packets, too, time goes on
            position = max(now, min(self._pacer.position(trio.current_time()), self._replay.next_timestamp_ns) / 1e9)
        start = self._first_ns / 1e9
        if self._finished:
            self._end = now
        fraction = 1.0 if self._finished else self._source.fraction()
        if not self._finished and self._end is not None and self._end > start:
            fraction = (position - start) / (self._end - start)
        playback = Playback(
            position=position,
            start=start,
            end=self._end,
            speed=self._pacer.speed,
            paused=self._pacer.paused,
            finished=self._finished,
            fraction=max(0.0, min(1.0, fraction)),
        )
        status = SystemStatus(
            source=self._source.name,
            meter=self._pipeline.meter.name,
            meter_reason=self._reason,
            totals=self._pipeline.meter.totals(),
            capture=CaptureStatistics(truncated_tail=torn, problem=self._problem),
            playback=playback,
        )
        return self._pipeline.complete(status)

    def _carry(self, effect: Effect) -> None:
        if isinstance(effect, ClearConnections):
            self._pipeline.tracker.reset()
        if not isinstance(effect, Play):
            return
        now = trio.current_time()
        self._unhurried.set()
        if effect.command is PlaybackCommand.PAUSE:
            if self._pacer.paused:
                self._pacer.resume(now)
            else:
                self._pacer.pause(now)
        elif effect.command is PlaybackCommand.SPEED:
            self._pacer.set_speed(effect.value, now)
        elif effect.command is PlaybackCommand.STEP:
            self._pacer.step(self._replay.next_timestamp_ns)
        else:
            self._seek(int(effect.value * 1e9), now)
        self._asked = True
        self._wake.set()

    def _seek(self, target: int, now: float) -> None:
        target = max(target, self._first_ns)
        last = self._pipeline.meter.last_timestamp_ns
        if (target < last and not self._source.rewinds) or (self._finished and target >= last):
            return
        self._pacer.reached(last)
        if not self._pacer.speed:  # what is sought would be gone at once
            self._pacer.pause(now)
        if not self._pacer.seek(target, now):
            self._restart_to = target


def _nobody(_events: Sequence[ConnectionEvent]) -> None:
    """The screen shows snapshots; nobody reads the events of a file being played."""
