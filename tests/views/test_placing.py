"""Which columns fit a width."""

from __future__ import annotations

from itertools import pairwise

import pytest
import sample
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.views.canvas import width_of
from netmon.views.column import Look
from netmon.views.columns import COLUMNS
from netmon.views.layout import SIDEBAR
from netmon.views.placing import place

ROWS = st.sampled_from([connection for part in sample.busy() for connection in part])


@pytest.mark.parametrize("width", range(1, 320))
def test_columns_stay_inside_and_apart(width: int) -> None:
    """At every width columns stand in order, do not touch, end inside, and are as wide as they need."""
    end = 0
    for column, x, size in place(width):
        assert x >= end
        end = x + size + 1
        assert size <= column.most or size == column.width
    assert end - 1 <= width


def test_numbers_stand_apart_where_there_is_room() -> None:
    """Beside the sidebar of a screen of 120 columns two cells are between numbers, which would run together."""
    placed = place(93)
    numbers = [(before, one) for before, one in pairwise(placed) if one.column.right]
    assert len(numbers) >= 3
    assert all(one.x - before.x - before.width >= 2 for before, one in numbers)


def test_a_wide_screen_is_used() -> None:
    """Up to 300 columns nothing stays empty beside the last column."""
    for width in range(100, 300 - SIDEBAR):
        last = place(width)[-1]
        assert last.x + last.width >= width - 9, width


def test_columns_are_dropped_by_priority() -> None:
    """A column is only shown when all more important ones are."""
    for width in range(20, 320):
        shown = {placed.column.priority for placed in place(width)}
        assert shown == set(range(1, len(shown) + 1))


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(sample.busy()[0] + sample.busy()[1]),
    st.sampled_from(COLUMNS),
    st.integers(0, 30),
    st.booleans(),
    st.booleans(),
)
def test_cells_fit_their_column(connection: object, column: object, extra: int, names: bool, services: bool) -> None:
    """No cell takes more than its column's width (numbers are cut when painted)."""
    width = min(column.width + extra, column.most)
    spans = column.spans(connection, Look(sample.NOW, names, services), width)
    assert sum(width_of(text) for text, _ in spans) <= width
