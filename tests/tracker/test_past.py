"""Totals of what is no longer kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netmon.model.connection import Connection, Direction
from netmon.model.owner import Match, Owner, Process
from netmon.tracker import past
from netmon.tracker.past import Past

PLAIN = Connection(
    identifier="1", flow_id=1, protocol="tcp", source="192.0.2.1", source_port=1, destination="192.0.2.2",
    destination_port=2,
    direction=Direction.OUTGOING, local_is_source=True, state="CLOSED", closed=True, first_seen=1.0, last_seen=2.0,
    packets_out=1, packets_in=1, bytes_out=10, bytes_in=100,
)  # fmt: skip


def of(pid: int, started: float = 1.0) -> Connection:
    """A connection of a process."""
    return replace(PLAIN, owner=Owner(Process(pid, f"p{pid}", started), Match.EXACT))


def test_sums_by_process() -> None:
    """Number and start time are a process; nobody's connections are summed too; nothing changes, nothing is made."""
    totals = Past()
    for connection in (of(5), of(5), of(5, 9.0), PLAIN):
        totals.add(connection)
    found = {(one.process.pid, one.process.started) if one.process else None: one for one in totals.totals()}
    assert found[5, 1.0].connections == 2
    assert (found[5, 1.0].bytes_down, found[5, 1.0].bytes_up) == (200, 20)
    assert found[5, 9.0].connections == found[None].connections == 1
    assert totals.totals() is totals.totals()
    totals.clear()
    assert totals.totals() == ()


def test_bounded_without_losing_a_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit the process heard of longest ago joins those without a name."""
    monkeypatch.setattr(past, "LIMIT", 3)
    totals = Past()
    for pid in range(10):
        totals.add(of(pid))
    assert len(totals.totals()) <= 4
    assert sum(one.connections for one in totals.totals()) == 10
    assert sum(one.bytes_down for one in totals.totals()) == 1000
