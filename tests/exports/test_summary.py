"""The last record of a headless run."""

from __future__ import annotations

from collections.abc import Callable

from netmon.exports.summary import Tally
from netmon.model.connection import ConnectionEvent, EventKind, SystemStatus
from netmon.model.flow import MeterTotals
from netmon.model.frame import CaptureStatistics


def test_counts_connections_once(event: Callable[..., ConnectionEvent]) -> None:
    """Openings and updates do not count; drops are kept apart by cause; seconds are packet time."""
    tally = Tally()
    for kind in (EventKind.OPENED, EventKind.UPDATED, EventKind.CLOSED, EventKind.ACTIVE):
        tally.add(event(kind))
    status = SystemStatus(
        totals=MeterTotals(packets=30, table_full=2, inspect_lost=3),
        capture=CaptureStatistics(dropped_kernel=1, dropped_queue=4, truncated_tail="torn after 30"),
        meter_reason="no eBPF",
    )
    record = tally.summary(status, interrupted=True, dropped_export=5)
    assert (record["connections"], record["applications"]) == (2, {"TLS": 2})
    assert record["drops"] == {"kernel": 1, "interface": 0, "queue": 6, "inspection": 3, "export": 5}
    assert record["seconds"] == 94.999999
    assert (record["truncated"], record["interrupted"], record["meter_reason"]) == ("torn after 30", True, "no eBPF")
