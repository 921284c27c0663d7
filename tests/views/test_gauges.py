"""Gauges: percentiles, judgements, and that what is taken off is gone."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sample

from netmon.model.flow import MeterTotals
from netmon.model.health import ResponseTime, Rtt, TcpHealth
from netmon.model.snapshot import SystemStatus
from netmon.views.gauges import Gauges, Times
from netmon.views.theme import Role

OPEN = sample.Maker()("tcp", "192.0.2.1", 443, "ESTABLISHED", packets_out=600, packets_in=400)


def read(gauges: Gauges, dropped: int = 0) -> dict[str, tuple[str, int]]:
    return {gauge.name: (gauge.text, gauge.role) for gauge in gauges.read(SystemStatus(totals=MeterTotals(900)), dropped)}


def test_percentiles_are_right_to_a_twentieth() -> None:
    """Of 1 to 100 ms."""
    times = Times()
    for value in range(1, 101):
        times.count(float(value), 1)
    assert times.percentile(0.5) == pytest.approx(50, rel=0.05)
    assert times.percentile(0.95) == pytest.approx(95, rel=0.05)
    for value in range(1, 101):
        times.count(float(value), -1)
    assert times.percentile(0.5) is None


def test_judgements() -> None:
    """Green, amber and red by what people notice."""
    gauges = Gauges()
    gauges.count([replace(OPEN, rtt=Rtt(smoothed=20.0), tcp=TcpHealth(retransmissions_in=5))], 1)
    assert read(gauges)["RTT, median"][1] == Role.OK
    assert read(gauges)["resent"] == ("0.50 %", Role.OK)
    bad = replace(OPEN, rtt=Rtt(smoothed=900.0), tcp=TcpHealth(retransmissions_out=400, reset_by="source"))
    gauges.count([replace(bad, response_times=(ResponseTime("dns", 0, 0, 0, 0, 0, 3),))], 1)
    found = read(gauges, dropped=100)
    assert found["RTT, 95 %"][1] == found["resent"][1] == found["reset"][1] == found["not captured"][1] == Role.BAD
    assert found["unanswered"] == ("3", Role.WARN)
    assert found["not captured"][0] == "10 %"


def test_what_is_taken_off_leaves_nothing() -> None:
    """After the same connections are counted and taken off there is nothing to measure."""
    gauges = Gauges()
    live, closed = sample.busy()
    for by in (1, -1):
        gauges.count(live + closed, by)
    assert gauges.read(SystemStatus(), 0) == []
