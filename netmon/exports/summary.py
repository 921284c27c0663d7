"""The summary: the last record of a headless run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from netmon.model.connection import ConnectionEvent, EventKind, SystemStatus

from .record import Record


@dataclass(slots=True)
class Tally:
    """Counts what a run has written: every connection once, when it closes or when the run ends."""

    connections: int = 0
    applications: Counter[str] = field(default_factory=Counter)
    first: float = 0.0
    last: float = 0.0

    def add(self, event: ConnectionEvent) -> None:
        """Take in an event that was written."""
        if event.kind not in (EventKind.CLOSED, EventKind.ACTIVE):
            return
        connection = event.connection
        self.first = min(self.first or connection.first_seen, connection.first_seen)
        self.last = max(self.last, connection.last_seen)
        self.connections += 1
        if connection.application:
            self.applications[connection.application] += 1

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
        if status.capture.truncated_tail:
            record["truncated"] = status.capture.truncated_tail
        if interrupted:
            record["interrupted"] = True
        if status.notes:
            record["notes"] = list(status.notes)
        return record
