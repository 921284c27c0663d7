"""What processes have moved over connections that are no longer kept (features 7.4).

In: connections as they are dropped. Out: totals by process, also of processes that are gone. A process is its number and
start time. Rule: bounded; beyond ``LIMIT`` the process heard of longest ago is added to those without a name, so that the
sum over all never loses a byte.
"""

from __future__ import annotations

from netmon.model.connection import Connection
from netmon.model.owner import Process, ProcessTotals

LIMIT = 4096

_Key = tuple[int, float] | None


class _Sum:
    """What one process has moved so far."""

    __slots__ = ("connections", "down", "last_seen", "loopback", "process", "up")

    def __init__(self, process: Process | None) -> None:
        self.process = process
        self.connections = self.down = self.up = self.loopback = 0
        self.last_seen = 0.0

    def add(self, connections: int, down: int, up: int, loopback: int, last_seen: float) -> None:
        self.connections += connections
        self.down += down
        self.up += up
        self.loopback += loopback
        self.last_seen = max(self.last_seen, last_seen)


class Past:
    """Totals by process."""

    def __init__(self) -> None:
        self._sums: dict[_Key, _Sum] = {}
        """The process heard of last comes last."""
        self._tuple: tuple[ProcessTotals, ...] | None = ()

    def add(self, connection: Connection) -> None:
        """A connection is kept no longer."""
        process = connection.process
        key = process.key if process is not None else None
        sums = self._sums
        known = sums.pop(key, None) or _Sum(process)
        sums[key] = known  # last
        known.process = process
        down, up = connection.bytes_down, connection.bytes_up
        loopback = connection.source_scope == connection.destination_scope == "LOOPBACK"
        known.add(1, down, up, (down + up) * loopback, connection.last_seen)
        if len(sums) > LIMIT:
            self._fold()
        self._tuple = None

    def _fold(self) -> None:
        """The process heard of longest ago is added to those without a name."""
        sums = self._sums
        past = sums.pop(next(key for key in sums if key is not None))
        nameless = sums.pop(None, None) or _Sum(None)
        nameless.add(past.connections, past.down, past.up, past.loopback, past.last_seen)
        sums[None] = nameless

    def totals(self) -> tuple[ProcessTotals, ...]:
        """All of them; the same object until something changes."""
        if self._tuple is None:
            self._tuple = tuple(
                [
                    ProcessTotals(one.process, one.connections, one.down, one.up, one.last_seen, one.loopback)
                    for one in self._sums.values()
                ]
            )
        return self._tuple

    def clear(self) -> None:
        """Begin anew."""
        self._sums.clear()
        self._tuple = ()
