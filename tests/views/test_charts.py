"""Charts: heights, widths, extremes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.views import charts


def test_area_of_a_ramp() -> None:
    """Dots grow from the axis, upwards or downwards."""
    assert charts.area([0, 1, 2, 3, 4, 4], 3, 1, 4) == ["⢀⣴⣿"]
    assert charts.area([0, 1, 2, 3, 4, 4], 3, 1, 4, downwards=True) == ["⠈⠻⣿"]
    assert charts.area([8, 8, 4, 4], 2, 2, 8) == ["⣿ ", "⣿⣿"]


def test_small_values_are_seen() -> None:
    """Anything above zero shows a dot and a bar."""
    assert charts.area([1], 1, 1, 10**9) == ["⣀"]
    assert charts.bar(1e-9, 20) == "╸"
    assert charts.bar(0, 20) == ""
    assert charts.bar(1, 4) == "━━━━"


def test_round_top() -> None:
    """Axes end at round numbers."""
    values = [charts.round_top(value) for value in (0, 0.3, 1, 1.2, 7, 1234, 99e6)]
    assert values == pytest.approx([1, 0.3, 1, 1.5, 8, 1500, 1e8])


@settings(deadline=None, max_examples=200)
@given(st.lists(st.integers(0, 10**12), max_size=80), st.integers(0, 40), st.integers(0, 6), st.floats(0, 1e12))
def test_sizes(values: list[int], width: int, height: int, top: float) -> None:
    """A chart has exactly the size asked for."""
    rows = charts.area(values, width, height, top)
    assert len(rows) == height
    assert all(len(row) == width for row in rows)
    assert len(charts.spark(values, width)) in (0, width)
    shares = charts.shares(values, width)
    assert len(shares) == len(values)
    assert sum(shares) in (0, width)
