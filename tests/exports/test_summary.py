"""The last record of a run."""

from __future__ import annotations

from dataclasses import replace

from netmon.exports.summary import Tally
from netmon.model.flow import MeterTotals
from netmon.model.frame import CaptureStatistics
from netmon.model.snapshot import ConnectionEvent, EventKind, SystemStatus
from netmon.model.status import InspectionStatistics

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


def test_inspection_tells_its_bounds() -> None:
    """What is held at most, against what may be, and everything that was given up, each with its own number."""
    inspection = InspectionStatistics(
        flows=9, held=1, peak=2, bound=3, given_up=4, evicted=5, holes=6, fragments=7, failures=8
    )  # fmt: skip
    summary = Tally().summary(SystemStatus(inspection=inspection, totals=MeterTotals(inspect_spent=10)))
    assert summary["inspection_given_up"] == 4
    assert summary["inspection"] == {
        "peak_bytes": 2, "bound_bytes": 3, "evicted": 5, "holes": 6, "fragments": 7, "budget_spent": 10, "failures": 8,
    }  # fmt: skip


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


def test_a_connection_that_comes_back_counts_once() -> None:
    """Closed by silence, heard again, closed again: one connection; another id is another."""
    tally = Tally()
    silent = replace(everything(), protocol="tcp", state="ESTABLISHED", identifier="a")
    for connection in (silent, silent, replace(silent, state="CLOSED"), replace(silent, identifier="b")):
        tally.add(ConnectionEvent(EventKind.CLOSED, connection, NOW))
    assert tally.summary(SystemStatus())["connections"] == 2


def test_hidden_loopback_is_told() -> None:
    """Every conversation once, when it is over; without any there is no word of it."""
    tally = Tally()
    for kind in (EventKind.OPENED, EventKind.CLOSED):
        tally.hide(ConnectionEvent(kind, everything(), NOW))
    assert tally.summary(SystemStatus())["hidden_loopback"] == 1
    assert "hidden_loopback" not in Tally().summary(SystemStatus())
