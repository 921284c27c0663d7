"""The last record of a run."""

from __future__ import annotations

from dataclasses import replace

from netmon.exports.summary import Tally
from netmon.model.connection import ConnectionEvent, EventKind, SystemStatus
from netmon.model.flow import MeterTotals
from netmon.model.frame import CaptureStatistics

from ._made import NOW, everything


def test_drops_by_cause() -> None:
    """Every place where something can be lost has its own number."""
    status = SystemStatus(
        totals=MeterTotals(packets=100, bytes=9000, inspect_lost=5, table_full=4),
        capture=CaptureStatistics(received=100, dropped_kernel=1, dropped_interface=2, dropped_queue=3),
    )
    summary = Tally().summary(status, dropped_export=6)
    assert summary["drops"] == {"kernel": 1, "interface": 2, "queue": 3, "table": 4, "inspection": 5, "export": 6}
    assert (summary["packets"], summary["bytes"]) == (100, 9000)


def test_seconds_are_packet_time() -> None:
    """From the first packet of any connection to the last one."""
    tally = Tally()
    for first, last in ((NOW - 3, NOW - 2), (NOW - 8, NOW - 7.5)):
        connection = replace(everything(), first_seen=first, last_seen=last)
        tally.add(ConnectionEvent(EventKind.CLOSED, connection, NOW))
    assert tally.summary(SystemStatus())["seconds"] == 6.0
    assert Tally().summary(SystemStatus())["seconds"] == 0.0


def test_quiet_when_all_is_well() -> None:
    """No reason, note or tear is mentioned where there is none."""
    assert {"meter_reason", "truncated", "interrupted", "notes"}.isdisjoint(Tally().summary(SystemStatus()))
