"""The summary: the last record of a headless run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from netmon.model.snapshot import ConnectionEvent, EventKind, SystemStatus

from .parts import Record

_CLOSED = EventKind.CLOSED
_LAST = (_CLOSED, EventKind.ACTIVE)
SILENT = 10_000
"""Connections closed by silence that are remembered, so that one which comes back is counted once: more than the tracker
keeps by default."""


@dataclass(slots=True)
class Tally:
    """Counts what a run has written: every connection once, when it closes or when the run ends."""

    connections: int = 0
    applications: Counter[str] = field(default_factory=Counter)
    first: float = 0.0
    last: float = 0.0
    hidden_loopback: int = 0
    """Loopback conversations that were not asked for."""
    _silent: dict[str, None] = field(default_factory=dict)

    def hide(self, event: ConnectionEvent) -> None:
        """Take in an event about a loopback conversation that is not to be written."""
        if event.kind in (EventKind.CLOSED, EventKind.ACTIVE):
            self.hidden_loopback += 1

    def add(self, event: ConnectionEvent) -> None:
        """Take in an event that was written."""
        if event.kind not in _LAST:
            return
        connection = event.connection
        self.first = min(self.first or connection.first_seen, connection.first_seen)
        self.last = max(self.last, connection.last_seen)
        if self._counted(event):
            return
        self.connections += 1
        if connection.application:
            self.applications[connection.application] += 1

    def _counted(self, event: ConnectionEvent) -> bool:
        """A TCP connection closed by silence alone may be heard again and close once more."""
        connection = event.connection
        if connection.protocol != "tcp":
            return False
        before = connection.identifier in self._silent
        if not before and event.kind is _CLOSED and connection.state not in ("CLOSED", "TIME_WAIT"):
            self._silent[connection.identifier] = None
            if len(self._silent) > SILENT:
                del self._silent[next(iter(self._silent))]
        return before

    def summary(self, status: SystemStatus, *, interrupted: bool = False, dropped_export: int = 0) -> Record:
        """The ``summary`` record (docs/json.md). ``seconds`` is packet time, so a file gives the same on every run."""
        totals = status.totals
        drops = {
            "kernel": status.capture.dropped_kernel,
            "interface": status.capture.dropped_interface,
            "queue": status.capture.dropped_queue,
            "table": totals.table_full,
            "inspection": totals.inspect_lost,
            "export": dropped_export,
        }
        record: Record = {
            "type": "summary",
            "source": status.source,
            "packets": totals.packets,
            "bytes": totals.bytes,
            "not_understood": totals.not_understood,
            "drops": drops,
            "connections": self.connections,
            "applications": dict(sorted(self.applications.items())),
            "inspected": totals.inspected,
            "inspection_given_up": status.inspection.given_up,
            "inspection": {
                "peak_bytes": status.inspection.peak,
                "bound_bytes": status.inspection.bound,
                "evicted": status.inspection.evicted,
                "holes": status.inspection.holes,
                "fragments": status.inspection.fragments,
                "budget_spent": totals.inspect_spent,
                "failures": status.inspection.failures,
            },
            "meter": status.meter,
            "seconds": round(max(0.0, self.last - self.first), 6),
        }
        if status.meter_reason:
            record["meter_reason"] = status.meter_reason
        if self.hidden_loopback:
            record["hidden_loopback"] = self.hidden_loopback
        if status.capture.truncated_tail:
            record["truncated"] = status.capture.truncated_tail
        if interrupted:
            record["interrupted"] = True
        if status.notes:
            record["notes"] = list(status.notes)
        return record
