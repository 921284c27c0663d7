"""The axes of Graph, and its longer times."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample import Open

from netmon.model.snapshot import Snapshot
from netmon.model.status import Stretch
from netmon.views.events import KeyEvent
from netmon.views.graph import divided, ticks


def test_the_axis_leaves_room_to_who_needs_it() -> None:
    """In the middle, or at a quarter when one direction moves three times as much."""
    assert [divided(down, up, 20) for down, up in ((100, 100), (100, 34), (100, 33), (0, 100), (30, 100))] == [
        10, 10, 15, 5, 5,
    ]  # fmt: skip


@given(st.floats(0.01, 1e9), st.integers(1, 60))
def test_ticks_are_round_and_apart(per_row: float, rows: int) -> None:
    """Two significant digits at most, inside the axis, on the row nearest to the value."""
    for value, line in ticks(per_row, rows):
        assert 1 <= line <= rows
        assert abs(line - value / per_row) <= 0.5 + 1e-6
        if value >= 1:
            assert float(f"{value:.1e}") == pytest.approx(value)
    lines = [line for _, line in ticks(per_row, rows)]
    assert lines == sorted(lines, reverse=True)


def test_longer_times(open_view: Open, snapshot: Snapshot) -> None:
    """Left shows ten minutes, an hour, a day; Right goes back; each with the marks of its own axis."""
    none = (0,) * 120
    stretches = tuple(Stretch(step, (0,) * 60 + (5_000_000,) * 60, none, (*none[1:], step), none) for step in (5, 30, 720))
    view = open_view((120, 40), replace(snapshot, status=replace(snapshot.status, stretches=stretches)))
    view.event(KeyEvent("4"), 0.0)
    for name, mark in (("10 min", "4 min ago"), ("1 h", "15 min ago"), ("24 h", "6 h ago"), ("24 h", "6 h ago")):
        view.event(KeyEvent("Left"), 0.0)
        lines = view.frame().lines()
        assert f"Traffic, {name}" in lines[2]
        assert "peak 5.00M/s" in lines[2]
        opened = {"10 min": 5, "1 h": 30, "24 h": 720}[name]
        assert any(f"Connections, {name}   opened {opened}   closed 0" in line for line in lines)
        assert any(mark in line for line in lines)
    for _ in range(4):
        view.event(KeyEvent("Right"), 0.0)
    assert "Traffic, 60 s" in view.frame().lines()[2]
