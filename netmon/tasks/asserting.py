"""Filters of a headless run: which connections are written, and what was asserted about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from netmon.filters import compile_filter
from netmon.model.connection import Connection
from netmon.model.snapshot import ConnectionEvent, EventKind
from netmon.settings import Settings

Predicate = Callable[[Connection, float], bool]


class Selection:
    """Decides what is written: the filter, and the rule that loopback is hidden unless asked for (features 1.15)."""

    def __init__(self, settings: Settings, *, show_localhost: bool, hide: Callable[[ConnectionEvent], None]) -> None:
        """``hide`` hears of loopback that is not written."""
        self._hide = hide
        self._filter = compile_filter(settings.filter, saved=settings.filters) if settings.filter else None
        self._show_localhost = show_localhost

    def __call__(self, events: Iterable[ConnectionEvent]) -> list[ConnectionEvent]:
        """The events to write. ``opened`` events are left to the filter as well: what is not known yet does not match."""
        if self._show_localhost and self._filter is None:
            return list(events)
        chosen = []
        for event in events:
            connection = event.connection
            if not self._show_localhost and connection.is_loopback:
                self._hide(event)
                continue
            if self._filter is not None and not self._filter(connection, event.when):
                continue
            chosen.append(event)
        return chosen


class Assertions:
    """``--assert`` and ``--assert-none``, checked against every connection when it closes or the run ends."""

    def __init__(self, settings: Settings) -> None:
        self._wanted: list[tuple[str, Predicate]] = [
            (text, compile_filter(text, saved=settings.filters)) for text in settings.assertions
        ]
        self._denied: list[tuple[str, Predicate]] = [
            (text, compile_filter(text, saved=settings.filters)) for text in settings.denials
        ]
        self.failures: list[str] = []

    def check(self, events: Sequence[ConnectionEvent]) -> None:
        """Take in events, before any filter for output."""
        if not self._wanted and not self._denied:
            return
        for event in events:
            if event.kind not in (EventKind.CLOSED, EventKind.ACTIVE):
                continue
            connection = event.connection
            self._wanted = [pair for pair in self._wanted if not pair[1](connection, event.when)]
            for text, predicate in self._denied:
                if predicate(connection, event.when):
                    self.failures.append(
                        f"--assert-none '{text}': matched by {connection.protocol} {connection.source} > "
                        f"{connection.destination} {connection.application}".rstrip()
                    )
            self._denied = [pair for pair in self._denied if not pair[1](connection, event.when)]

    def finish(self) -> list[str]:
        """One line per failed assertion."""
        return self.failures + [f"--assert '{text}': no connection matched" for text, _ in self._wanted]
