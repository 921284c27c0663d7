"""Rates: windows, histories, totals."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.model.connection import Rates
from netmon.tracker.rates import HISTORY, WINDOW, Rate, Totals


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 10**10), st.integers(0, 10**10)), min_size=1, max_size=40))
def test_against_a_plain_reading(steps: list[tuple[int, int, int]]) -> None:
    """Window and history are what a list of all seconds gives; nothing is lost within the last minute."""
    rate, seconds, now = Rate(1000), {}, 1000
    for gap, ab, ba in steps:
        now += gap
        rate.add(now, ab, ba)
        seconds[now] = (seconds.get(now, (0, 0))[0] + ab, seconds.get(now, (0, 0))[1] + ba)
    got = rate.rates(now, False)
    span = min(WINDOW, now - 1000 + 1)
    window = [seconds.get(second, (0, 0)) for second in range(now - WINDOW + 1, now + 1)]
    assert (got.out, got.inward) == (sum(row[0] for row in window) / span, sum(row[1] for row in window) / span)
    recent = [seconds.get(second, (0, 0)) for second in range(now - HISTORY + 1, now + 1)]
    first = next(index for index, row in enumerate(recent) if now - HISTORY + 1 + index in seconds)
    assert got.history_out == tuple(row[0] for row in recent[first:])
    assert got.history_in == tuple(row[1] for row in recent[first:])
    assert got.until == now
    turned = rate.rates(now, True)
    assert (turned.history_out, turned.out, turned.peak_out) == (got.history_in, got.inward, got.peak_in)


def test_old_seconds_are_forgotten_and_snapshots_stay() -> None:
    """A minute later nothing is stored; what was handed out before does not change."""
    rate = Rate(100)
    rate.add(100, 500, 0)
    before = rate.rates(100, False)
    rate.add(100, 1, 0)
    assert (before.history_out, before.out) == ((500,), 500.0)
    after = rate.rates(100 + HISTORY, False)
    assert (after.history_out, after.out, after.peak_out) == ((), 0.0, 500.0)
    assert isinstance(after, Rates)


def test_totals() -> None:
    """System-wide: 60 values, older ones drop out, late ones are ignored."""
    totals = Totals()
    totals.add(1000, 10, 20, 1)
    totals.add(1000, 1, 2, 1)
    totals.add(1100, 7, 0, 1)
    totals.add(1001, 9, 9, 9)
    totals.lives(1100, opened=3)
    totals.lives(1099, closed=2)
    totals.lives(1040, closed=9)
    down, up, opened, closed = totals.history(1100)
    assert (len(down), down[-1], sum(down), sum(up)) == (60, 7, 7, 0)
    assert (opened[-1], sum(opened), closed[-2], sum(closed)) == (3, 3, 2, 2)
    assert totals.window(1100, 1000.0) == (0.7, 0.0, 0.1)
