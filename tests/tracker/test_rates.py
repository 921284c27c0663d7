"""Rates: windows, histories, totals."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.model.track import histories, latest, peaks, track_of
from netmon.tracker.rates import HISTORY, WINDOW, begun, counted, rates_at, turned, without_peaks
from netmon.tracker.sampler import Totals


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 10**10), st.integers(0, 10**10)), min_size=1, max_size=40))
def test_against_a_plain_reading(steps: list[tuple[int, int, int]]) -> None:
    """Window and history are what a list of all seconds gives; nothing is lost within the last minute."""
    track, seconds, now = begun(1000), {}, 1000
    for gap, out, inward in steps:
        now += gap
        track = counted(track, now, out, inward)
        seconds[now] = (seconds.get(now, (0, 0))[0] + out, seconds.get(now, (0, 0))[1] + inward)
    rate_out, rate_in, track = rates_at(track, now)
    span = min(WINDOW, now - 1000 + 1)
    window = [seconds.get(second, (0, 0)) for second in range(now - WINDOW + 1, now + 1)]
    assert (rate_out, rate_in) == (sum(row[0] for row in window) / span, sum(row[1] for row in window) / span)
    recent = [seconds.get(second, (0, 0)) for second in range(now - HISTORY + 1, now + 1)]
    first = next(index for index, row in enumerate(recent) if now - HISTORY + 1 + index in seconds)
    assert histories(track) == tuple(tuple(row[side] for row in recent[first:]) for side in (0, 1))
    assert peaks(track) == (rate_out, rate_in)
    assert latest(track) == now
    other = turned(track)
    assert (histories(other), peaks(other)) == (histories(track)[::-1], peaks(track)[::-1])
    assert rates_at(other, now) == (rate_in, rate_out, other)
    assert turned(other) == track


def test_old_seconds_are_forgotten() -> None:
    """A minute later nothing is left but the peak."""
    before = rates_at(counted(begun(100), 100, 500, 0), 100)
    assert (before[0], histories(before[2])) == (500.0, ((500,), (0,)))
    after = rates_at(before[2], 100 + HISTORY)
    assert (after[0], histories(after[2]), peaks(after[2]), latest(after[2])) == (0.0, ((), ()), (500.0, 0.0), 0)
    assert peaks(without_peaks(after[2])) == (0.0, 0.0)


def test_what_is_quiet_is_the_same_object() -> None:
    """Looking again at what moves no more makes nothing new."""
    track = rates_at(counted(begun(100), 100, 500, 0), 105)[2]
    assert rates_at(track, 110) == (0.0, 0.0, track)
    assert rates_at(track, 120)[2] is track


def test_a_track_from_plain_values() -> None:
    """What is put in comes out; the shorter history has zeros before it."""
    track = track_of((3.0, 4.0), ((5,), (6, 0)), 1000)
    assert (peaks(track), histories(track), latest(track)) == ((3.0, 4.0), ((0, 5), (6, 0)), 1000)
    assert (peaks(b""), histories(b""), latest(b"")) == ((0.0, 0.0), ((), ()), 0)


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
