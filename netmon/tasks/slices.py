"""Long work in the event loop, divided: after a few milliseconds keys, captures and timers have their turn."""

from __future__ import annotations

import trio

SLICE = 0.004
"""Seconds of work between two turns of the others."""
PART = 128
"""Items (records, connections, frames) that plain functions take on at once: about a millisecond."""


class Slices:
    """The work of one task."""

    def __init__(self) -> None:
        self._until = 0.0

    def begin(self) -> None:
        """Work begins after waiting."""
        self._until = trio.current_time() + SLICE

    async def breathe(self, *, shielded: bool = False) -> None:
        """Between two parts: let the others run when it is time. ``shielded``: cannot be cancelled here."""
        if trio.current_time() < self._until:
            return
        if shielded:
            await trio.lowlevel.cancel_shielded_checkpoint()
        else:
            await trio.lowlevel.checkpoint()
        self.begin()
