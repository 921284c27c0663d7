"""What processes have moved over connections that are no longer kept (features 7.4).

In: connections as they are dropped. Out: totals by process, also of processes that are gone. A process is its number and
start time. Rule: bounded; beyond ``LIMIT`` the process heard of longest ago is added to those without a name, so that the
sum over all never loses a byte.
"""

from __future__ import annotations

from dataclasses import replace

from netmon.model.connection import Connection
from netmon.model.owner import ProcessTotals

LIMIT = 4096

_Key = tuple[int, float] | None


class Past:
    """Totals by process."""

    def __init__(self) -> None:
        self._totals: dict[_Key, ProcessTotals] = {}
        self._tuple: tuple[ProcessTotals, ...] | None = ()

    def add(self, connection: Connection) -> None:
        """A connection is kept no longer."""
        process = connection.process
        down, up = connection.bytes_down, connection.bytes_up
        loopback = connection.source_scope == connection.destination_scope == "LOOPBACK"
        self._add(ProcessTotals(process, 1, down, up, connection.last_seen, (down + up) * loopback))
        if len(self._totals) > LIMIT:
            oldest = next(key for key in self._totals if key is not None)
            past = self._totals.pop(oldest)
            self._add(replace(past, process=None))
        self._tuple = None

    def _add(self, more: ProcessTotals) -> None:
        process = more.process
        key = process.key if process is not None else None
        # Taken out and put back, so that the order is that of the last time heard of.
        before = self._totals.pop(key, None) or ProcessTotals(process)
        self._totals[key] = ProcessTotals(
            process,
            before.connections + more.connections,
            before.bytes_down + more.bytes_down,
            before.bytes_up + more.bytes_up,
            max(before.last_seen, more.last_seen),
            before.loopback + more.loopback,
        )

    def totals(self) -> tuple[ProcessTotals, ...]:
        """All of them; the same object until something changes."""
        if self._tuple is None:
            self._tuple = tuple(self._totals.values())
        return self._tuple

    def clear(self) -> None:
        """Begin anew."""
        self._totals.clear()
        self._tuple = ()
