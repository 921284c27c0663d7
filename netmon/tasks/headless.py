"""Runs without a screen: events to standard output (and a log), a summary, assertions, an exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TextIO

import trio

from netmon.capture.contract import FileSource
from netmon.errors import CaptureError, ExportError
from netmon.exports.summary import Tally
from netmon.exports.writers import JsonWriter, Writer, open_writer
from netmon.model.frame import CaptureStatistics
from netmon.model.snapshot import ConnectionEvent, EventKind, Snapshot, SystemStatus
from netmon.settings import Settings

from .asserting import Assertions, Selection
from .capture import LAST_BLOCK
from .export import ExportTask, write_pieces
from .monitor import Monitor
from .pipeline import Pipeline
from .progress import Progress
from .replay import Replay
from .signals import cancel_on_signal

ONCE_SECONDS = 2.0
_OPENED = EventKind.OPENED


class Outputs:
    """The writers of a headless run, and what is counted on the way to them."""

    def __init__(self, settings: Settings, *, show_localhost: bool) -> None:
        self.tally = Tally()
        self._select = Selection(settings, show_localhost=show_localhost, hide=self.tally.hide)
        self._assertions = Assertions(settings)
        self._stack = ExitStack()
        quiet = bool(settings.assertions or settings.denials) and settings.output == "text"
        self.tasks: list[ExportTask] = []
        if not quiet:
            writer = open_writer(settings.output, sys.stdout, secrets=settings.show_secrets)
            self.tasks.append(ExportTask("output", writer))
        if settings.json_log:
            log = self._stack.enter_context(open_private(settings.json_log))
            self.tasks.append(ExportTask("json log", JsonWriter(log, secrets=settings.show_secrets)))

    @property
    def writers(self) -> list[Writer]:
        """One for each output."""
        return [task.writer for task in self.tasks]

    def choose(self, events: Sequence[ConnectionEvent]) -> list[ConnectionEvent]:
        """The events to write; assertions and the tally have seen them."""
        self._assertions.check(events)
        chosen = self._select(events)
        for event in chosen:
            self.tally.add(event)
        return chosen

    def write(self, events: Sequence[ConnectionEvent]) -> None:
        """Write now (a file can wait for its reader)."""
        chosen = self.choose(events)
        for writer in self.writers:
            write_pieces(writer, chosen)

    def offer(self, events: Sequence[ConnectionEvent]) -> None:
        """Write soon (a live capture cannot wait)."""
        chosen = self.choose(events)
        for task in self.tasks:
            task.offer(chosen)

    def finish(self, status: SystemStatus, *, interrupted: bool = False, problem: CaptureError | None = None) -> int:
        """Write the summary and the failed assertions; the exit status."""
        summary = self.tally.summary(
            status, interrupted=interrupted, dropped_export=sum(task.dropped for task in self.tasks)
        )
        for writer in self.writers:
            if problem is not None:
                writer.problem(str(problem))
            writer.finish(summary)
        self._stack.close()
        failures = self._assertions.finish()
        for line in failures:
            print(f"netmon: assertion failed: {line}", file=sys.stderr)
        return 1 if failures else 0


def open_private(path: str) -> TextIO:
    """A file to append to that nobody else may read, never through a symbolic link. Raises ``ExportError``."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
    try:
        return os.fdopen(os.open(path, flags, 0o600), "a", encoding="utf-8")
    except OSError as error:
        raise ExportError(f"cannot write {path}: {error.strerror}") from error


class FileRun:
    """A capture file, headless."""

    def __init__(self, settings: Settings, pipeline: Pipeline, source: FileSource, meter_reason: str) -> None:
        self._settings = settings
        self._pipeline = pipeline
        self._source = source
        self._reason = meter_reason
        self._outputs = Outputs(settings, show_localhost=settings.show_localhost)

    async def run(self) -> int:
        """Read it all, or until a signal or the duration ends it; the exit status. Raises ``CaptureError`` at the end when
        the file is damaged: what came before the damage has been written."""
        replay = Replay(self._pipeline, self._source, self._deliver)
        problem: CaptureError | None = None
        with trio.move_on_after(self._settings.duration or float("inf")) as scope:
            problem = await self._until_interrupted(replay, scope)
        if problem is not None and not self._pipeline.meter.totals().packets:
            raise problem
        replay.finish()
        interrupted = scope.cancelled_caught
        status = self._outputs.finish(self._status(), interrupted=interrupted, problem=problem)
        if problem is not None:
            raise problem
        torn = self._torn()
        if torn and not interrupted:
            print(f"netmon: {self._source.name}: {torn}", file=sys.stderr)
        return 130 if interrupted else status

    async def _until_interrupted(self, replay: Replay, scope: trio.CancelScope) -> CaptureError | None:
        """What is wrong with the file, if anything."""
        problem = None
        async with trio.open_nursery() as nursery:
            nursery.start_soon(cancel_on_signal, scope)
            with Progress(self._source.name, sys.stderr) as progress:
                try:
                    await replay.run(progress)
                except CaptureError as error:
                    problem = error
            nursery.cancel_scope.cancel()
        return problem

    def _deliver(self, events: Sequence[ConnectionEvent]) -> None:
        """``opened`` tells nothing that ``closed`` does not, when all is over anyway."""
        events = [event for event in events if event.kind is not _OPENED]
        if events:
            self._outputs.write(events)

    def _torn(self) -> str:
        return self._pipeline.meter.end_of_file() if self._pipeline.meter.reads_files else self._source.torn()

    def _status(self) -> SystemStatus:
        status = SystemStatus(
            source=self._source.name,
            meter=self._pipeline.meter.name,
            meter_reason=self._reason,
            totals=self._pipeline.meter.totals(),
            capture=CaptureStatistics(truncated_tail=self._torn()),
        )
        return self._pipeline.complete(status)


class LiveRun:
    """A live capture, headless."""

    def __init__(self, settings: Settings, monitor: Monitor, *, show_localhost: bool) -> None:
        self._settings = settings
        self._monitor = monitor
        self._outputs = Outputs(settings, show_localhost=show_localhost)
        self._silent_until_end = settings.once

    async def run(self) -> int:
        """Capture until the duration is over or the scope is cancelled; the exit status."""
        monitor = self._monitor
        monitor.readers.append(self._read)
        limit = self._settings.duration or (ONCE_SECONDS if self._settings.once else float("inf"))
        async with trio.open_nursery() as writers:
            for task in self._outputs.tasks:
                writers.start_soon(task.run)
            with trio.move_on_after(limit) as scope:
                await self._until_interrupted(monitor, scope)
            await trio.sleep(LAST_BLOCK)
            self._outputs.offer(monitor.finish())
            for task in self._outputs.tasks:
                task.end()
        return self._outputs.finish(monitor.snapshot.status)

    async def _until_interrupted(self, monitor: Monitor, scope: trio.CancelScope) -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(cancel_on_signal, scope)
            nursery.start_soon(monitor.run)

    def _read(self, _snapshot: Snapshot, events: Sequence[ConnectionEvent]) -> None:
        if self._silent_until_end:
            events = [event for event in events if event.kind is EventKind.CLOSED]
        self._outputs.offer(events)
