"""The screen's loops: keys in, frames out; the terminal is restored whatever happens.

A frame is drawn when there is a new snapshot, after a key, and when the terminal's size has changed. It is written by a
worker thread: a terminal that does not read (a stalled SSH session) delays frames, never the capture. While one frame is
being written newer ones replace each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import trio

from netmon.model.snapshot import Snapshot
from netmon.views.effects import CopyText, Effect, Keep, Quit, Redraw, ShowTheme, Suspend
from netmon.views.screen import Terminal
from netmon.views.view import View

from .slices import Slices

SIZE_SECONDS = 0.2
"""How often a changed size is looked for."""
HANG_UP = 0.5
"""Seconds in which a terminal that is gone may say so by a signal, which ends the run on its own; later it would kill."""
LATE = 0.1
"""Seconds after which a picture says that what is asked for is still being worked out."""

Carry = Callable[[Effect], None]
Save = Callable[[Mapping[str, Any]], object]


class TerminalTask:
    """One person's view, on one terminal."""

    def __init__(self, view: View, terminal: Terminal, carry: Carry, save: Save = lambda _: None) -> None:
        """``carry`` does what only the run can do; ``save`` keeps values between runs, at once and without waiting."""
        self.view = view
        self._terminal = terminal
        self._carry = carry
        self._save = save
        self._changed = trio.Event()
        self._due = trio.Event()
        self._extra = bytearray()

    def feed(self, snapshot: Snapshot) -> None:
        """A new snapshot to show."""
        self.view.feed(snapshot)
        if self.view.state.due:
            self._due.set()
        else:
            self._changed.set()

    async def run(self, scope: trio.CancelScope) -> None:
        """Show until a key asks to quit (then ``scope`` is cancelled) or this is cancelled. Raises ``ScreenError``."""
        terminal = self._terminal
        try:
            terminal.open()
            if terminal.note:
                self.view.say(terminal.note)
            self.view.resize(terminal.size)
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._keys, scope)
                nursery.start_soon(self._frames)
                nursery.start_soon(self._sizes)
                nursery.start_soon(self._work)
        finally:
            terminal.close()

    async def _keys(self, scope: trio.CancelScope) -> None:
        while True:
            await trio.lowlevel.wait_readable(self._terminal.fileno())
            now = trio.current_time()
            events = self._terminal.read_keys(now)
            if not events and self._terminal.gone:
                await trio.sleep(HANG_UP)
                scope.cancel()
            for event in events:
                self._do(self.view.event(event, now), scope)
            self._changed.set()
            if self.view.state.due:
                self._due.set()
            await trio.lowlevel.checkpoint()

    async def _work(self) -> None:
        """What takes long, between keys; the last good picture stands until it is done."""
        slices = Slices()
        while True:
            await self._due.wait()
            self._due = trio.Event()
            slices.begin()
            late = trio.current_time() + LATE
            for _ in self.view.working():
                await slices.breathe()
                if trio.current_time() > late:  # say so
                    self._changed.set()
                    late = float("inf")
            self._changed.set()

    def _do(self, effects: Sequence[Effect], scope: trio.CancelScope) -> None:
        for effect in effects:
            if isinstance(effect, Quit):
                scope.cancel()
            elif isinstance(effect, Suspend):
                self._terminal.suspend()
                self._terminal.redraw()
            elif isinstance(effect, Redraw):
                self._terminal.redraw()
            elif isinstance(effect, ShowTheme):
                self._terminal.show_theme(effect.name)
            elif isinstance(effect, Keep):
                self._save(effect.values)
            elif isinstance(effect, CopyText):
                self._extra += self._terminal.copy(effect.text)
            else:
                self._carry(effect)

    async def _sizes(self) -> None:
        size = self._terminal.size
        while True:
            await trio.sleep(SIZE_SECONDS)
            now = self._terminal.size
            if now != size:
                size = now
                self.view.resize(size)
                self._changed.set()

    async def _frames(self) -> None:
        while True:
            self._changed = trio.Event()
            data = bytes(self._extra) + self._terminal.encode(self.view.frame())
            self._extra.clear()
            if data:
                await trio.to_thread.run_sync(self._terminal.write, data, abandon_on_cancel=True)
            await self._changed.wait()
