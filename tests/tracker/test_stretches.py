"""Longer times: means by step, of seconds counted and not yet counted."""

from __future__ import annotations

from netmon.tracker.rates import HISTORY
from netmon.tracker.sampler import Totals
from netmon.tracker.stretches import VALUES, Stretches

BEGIN = 720 * 1000


def test_means_by_step() -> None:
    """Ten bytes in each of 20 seconds are ten bytes per second at every step, the unfinished one too."""
    stretches = Stretches()
    for second in range(BEGIN, BEGIN + 20):
        stretches.add(second, 10, 1, 2, 0)
    for stretch in stretches.read(BEGIN + 19, {}):
        assert len(stretch.down) == len(stretch.up) == VALUES
        assert (stretch.down[-1], stretch.up[-1]) == (10, 1)
        assert (sum(stretch.opened), sum(stretch.closed)) == (40, 0)  # numbers, not means
    five = stretches.read(BEGIN + 21, {})[0]
    assert five.down[-6:] == (0, 10, 10, 10, 10, 0)


def test_what_is_too_old_goes() -> None:
    """A value leaves a stretch when its time is over, and is kept in the longer ones."""
    stretches = Stretches()
    stretches.add(BEGIN, 50, 0)
    later = [sum(stretch.down) for stretch in stretches.read(BEGIN + 5 * VALUES, {})]
    assert later == [0, 50 // 30, 0]
    for second in range(BEGIN + 1, BEGIN + 2000):
        stretches.add(second, 1, 1)
    assert all(len(sums) <= VALUES for sums in stretches._sums.values())


def test_totals_hand_over_each_second_once() -> None:
    """Seconds still young and seconds that are over make one curve; what comes late to a young one counts."""
    totals = Totals()
    for second in range(BEGIN, BEGIN + HISTORY + 40):
        totals.add(second, 100, 0, 1)
    totals.add(BEGIN + HISTORY + 30, 0, 500, 1)
    now = BEGIN + HISTORY + 39
    shortest = totals.stretches(now)[0]
    assert set(shortest.down[-20:]) == {100}
    assert sum(shortest.up) == 100
