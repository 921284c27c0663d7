"""Thresholds and the wheel."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.model.flow import FlowRecord
from netmon.tracker.entry import Entry
from netmon.tracker.life import Wheel, idle_word, next_threshold, staleness


@settings(max_examples=200, deadline=None)
@given(st.floats(0, 400), st.floats(5, 600), st.booleans())
def test_nothing_changes_before_the_next_threshold(idle: float, timeout: float, worded: bool) -> None:
    """Between now and the next threshold neither staleness nor the idle word changes."""
    if idle >= timeout:
        return
    after = next_threshold(idle, timeout, worded)
    assert idle < after <= timeout
    middle = (idle + after) / 2
    if idle < middle < after:
        assert staleness(middle, timeout) is staleness(idle, timeout)
        assert not worded or idle_word(middle) == idle_word(idle) or after - middle <= 0.001


def test_wheel(record: Callable[..., FlowRecord]) -> None:
    """Entries come when due, in order, once; setting one anew moves it."""
    wheel = Wheel()
    one, two, three = (Entry(number, str(number), 0, record(number)) for number in range(3))
    wheel.set(one, 10.2)
    wheel.set(two, 5.0)
    wheel.set(three, 7.0)
    wheel.set(three, 20.0)
    assert list(wheel.due(4.9)) == []
    assert list(wheel.due(10.9)) == [two]
    assert list(wheel.due(11.0)) == [one]
    assert list(wheel.due(11.0)) == []
    assert list(wheel.due(100.0)) == [three]


def test_wheel_goes_on_where_it_stopped(record: Callable[..., FlowRecord]) -> None:
    """Who takes a part of what is due gets the rest later, without those that have been set anew meanwhile."""
    wheel = Wheel()
    entries = [Entry(number, str(number), 0, record(number)) for number in range(5)]
    for entry in entries:
        wheel.set(entry, 5.0)
    wheel.set(entries[4], 4.0)
    assert [entry.flow_id for entry in islice(wheel.due(10.0), 2)] == [4, 0]
    wheel.set(entries[1], 20.0)
    assert [entry.flow_id for entry in wheel.due(10.0)] == [2, 3]
    assert [entry.flow_id for entry in wheel.due(20.0)] == [1]


def test_wheel_may_be_set_while_it_turns(record: Callable[..., FlowRecord]) -> None:
    """What is due again at once comes again in the same turn."""
    wheel = Wheel()
    entry = Entry(1, "1", 0, record())
    wheel.set(entry, 5.0)
    seen = []
    for found in wheel.due(10.0):
        seen.append(found)
        if len(seen) < 3:
            wheel.set(found, 5.0 + len(seen))
    assert seen == [entry] * 3
