"""The one object the screen task holds: the latest snapshot, what the person has chosen, and the picture of both.

In: snapshots (``feed``), keys and mouse (``event``), sizes (``resize``); out: effects to carry out, and a canvas
(``frame``). It only keeps values and calls the pure functions of this room; it has no clock, no terminal, no tasks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import tzinfo
from typing import Any

from netmon.filters import compile_filter
from netmon.filters.history import KEY
from netmon.model.snapshot import Snapshot
from netmon.settings import Settings

from . import state as st
from .actions import perform
from .canvas import Canvas
from .choice import Tab
from .compose import render
from .effects import Effect, Keep
from .events import Event, KeyEvent, PasteEvent
from .gathering import gathering, lacking, much
from .keymap import build
from .lineedit import Compile, compiled, pasted, typed
from .mouse import pressed
from .start import started
from .state import Filter, ViewState


class View:
    """Snapshots and events in, effects and canvases out."""

    def __init__(
        self,
        settings: Settings,
        compile_filter: Compile = compile_filter,
        keys: Mapping[str, str | list[str]] | None = None,
        zone: tzinfo | None = None,
        kept: Mapping[str, Any] | None = None,
    ) -> None:
        """``kept`` is what the last run wanted kept (``effects.Keep``); settings come before it."""
        self._compile = compile_filter
        changes = keys if keys is not None else {name: list(those) for name, those in settings.keys.items()}
        self._keymap = build(changes)
        self._latest = Snapshot(0.0)
        self._shown = self._latest
        self.state = ViewState(
            localhost=settings.show_localhost,
            names=settings.resolve_dns,
            zone=zone,
            filter=compiled(settings.filter, Filter(), compile_filter),
        )
        self.state = started(self.state, settings, kept or {})

    @property
    def shown(self) -> Snapshot:
        """The snapshot on the screen: the latest, or the one that was there when the picture was held."""
        return self._shown

    def feed(self, snapshot: Snapshot) -> None:
        """A new snapshot; while paused it is kept for later, only what the monitor says about itself is shown."""
        self._latest = snapshot
        if self.state.paused:
            self._shown = replace(self._shown, status=snapshot.status)
            return
        if not much(self.state, snapshot):
            self._shown = snapshot
        self.state = st.observe(self.state, snapshot)
        self._sum_up()

    def working(self) -> Iterator[None]:
        """Do what is due (``ViewState.due``), a few milliseconds at a time. Keys may come and be answered in between; what
        they ask for is done before this ends."""
        while self.state.due:
            snapshot = self._shown if self.state.paused else self._latest
            state = st.of_its_kind(self.state, snapshot)
            self.state = state
            work = gathering(state, snapshot)
            while True:
                try:
                    next(work)
                except StopIteration as end:
                    self._shown, before = snapshot, self.state.table
                    self.state = st.adopt(self.state, snapshot, end.value)
                    self.state = replace(self.state, due=self._behind(snapshot) or lacking(self.state))
                    yield from before.letting_go(self.state.table)
                    break
                yield
                if _asks(self.state) != _asks(state):
                    work.close()
                    break

    def _behind(self, snapshot: Snapshot) -> bool:
        """Whether something newer has come while this snapshot was being looked at."""
        return snapshot is not self._latest and not self.state.paused

    def resize(self, size: tuple[int, int]) -> None:
        """The terminal's columns and rows."""
        self.state = st.resized(self.state, self._shown, size)
        self._sum_up()

    def _sum_up(self) -> None:
        """Large groups have come into sight whose sums are not there: they are due."""
        if lacking(self.state) and not self.state.due:
            self.state = st.observe(self.state, self._shown)

    def event(self, event: Event, now: float) -> tuple[Effect, ...]:
        """A key or a mouse press at ``now`` (any steady clock); returns what has to be done outside."""
        before = self.state
        if isinstance(event, PasteEvent):
            self.state = pasted(before, self._shown, event.text, self._compile)
            return ()
        if isinstance(event, KeyEvent):
            if before.line is not None and event.name not in ("Ctrl+C", "Ctrl+Z", "Ctrl+L"):
                self.state = typed(before, self._shown, event.name, self._compile)
                self._sum_up()
                new = self.state.history != before.history
                return (Keep({KEY: list(self.state.history)}),) if new else ()
            action = self._keymap.actions.get(event.name)
            if action is None:
                self.state = replace(before, message="", pending="")
                return ()
            self.state, effects = perform(before, self._shown, action, now)
        else:
            self.state, effects = pressed(before, self._shown, event, now)
        if before.paused and not self.state.paused:
            self.state = replace(self.state, held=self.state.held._replace(until=self._latest.now + st.FRESH))
            self.feed(self._latest)
        elif _wants(self.state) != _wants(before):
            self.state = st.observe(self.state, self._shown)
        self._sum_up()
        return effects

    def say(self, message: str) -> None:
        """Show a passing remark on the key bar."""
        self.state = replace(self.state, message=message)

    def frame(self) -> Canvas:
        """The picture."""
        return render(self._shown, self.state, self.state.size, self._keymap)


def _wants(state: ViewState) -> tuple[object, ...]:
    """What decides which sums a view needs."""
    return (state.tab, state.localhost, state.names, state.sidebar_shown, state.options.typing, state.hosts_by)


def _asks(state: ViewState) -> tuple[object, ...]:
    """What decides which rows there are and what is summed up."""
    return (*_wants(state), state.paused, state.options, state.tab is Tab.DETAILS and state.selected)
