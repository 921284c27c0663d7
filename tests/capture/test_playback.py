"""Pacing: packet time as a function of the wall clock."""

from __future__ import annotations

import math

import pytest

from netmon.capture.playback import UNBOUNDED, Pacer
from netmon.errors import UsageError

SECOND = 1_000_000_000
START = 1_700_000_000 * SECOND


def begun(speed: float = 1.0, paused: bool = False) -> Pacer:
    pacer = Pacer(speed, paused)
    pacer.begin(START, 100.0)
    return pacer


def test_nothing_is_due_before_the_first_packet_is_known() -> None:
    """The reader asks for the first timestamp before anything is delivered."""
    assert Pacer().due(100.0) == 0


def test_real_time_and_multiples() -> None:
    """The first packet is due at once, later ones as the clock runs, times the speed."""
    pacer = begun()
    assert pacer.due(100.0) == START + 1
    assert pacer.due(102.5) == START + 1 + 5 * SECOND // 2
    assert begun(10).due(102.0) == START + 1 + 20 * SECOND
    assert begun(0.5).wait(100.0, START + SECOND) == 2.0
    assert begun().wait(103.0, START + SECOND) == 0.0


def test_as_fast_as_possible_is_unbounded_until_paused() -> None:
    """Speed 0 lets everything through; pausing stands still where delivery has got to."""
    pacer = begun(0)
    assert pacer.due(100.0) == UNBOUNDED
    pacer.reached(START + 7)
    pacer.pause(101.0)
    assert pacer.due(200.0) == START + 8
    assert pacer.wait(200.0, START + 8) == math.inf
    pacer.resume(300.0)
    assert pacer.due(300.0) == UNBOUNDED


def test_pause_and_resume_do_not_jump() -> None:
    """The time spent paused does not count."""
    pacer = begun()
    pacer.pause(101.0)
    assert pacer.due(150.0) == START + 1 + SECOND
    pacer.pause(160.0)
    pacer.resume(200.0)
    pacer.resume(201.0)
    assert pacer.due(201.0) == START + 1 + 2 * SECOND


def test_speed_changes_without_a_jump() -> None:
    """The position at the change is kept, also while paused."""
    pacer = begun()
    pacer.set_speed(4, 101.0)
    assert pacer.position(102.0) == START + 1 + 5 * SECOND
    pacer.pause(102.0)
    pacer.set_speed(1, 110.0)
    pacer.resume(120.0)
    assert pacer.position(121.0) == START + 1 + 6 * SECOND
    pacer.set_speed(0, 121.0)
    pacer.reached(START + 60 * SECOND)
    pacer.set_speed(1, 122.0)
    assert pacer.position(122.0) == START + 60 * SECOND + 1


def test_step_lets_one_packet_through_while_paused() -> None:
    """A step moves to just behind the next packet and only when paused."""
    pacer = begun(paused=True)
    assert pacer.due(500.0) == START
    pacer.step(START)
    assert pacer.due(500.0) == START + 1
    pacer.step(START + 5)
    assert pacer.due(500.0) == START + 6
    pacer.resume(600.0)
    pacer.step(START + 99 * SECOND)
    assert pacer.due(600.0) == START + 6


def test_seek_forward_is_due_at_once_and_plays_on() -> None:
    """What lies before the target comes at full speed; then the clock runs from there."""
    pacer = begun()
    pacer.reached(START)
    assert pacer.seek(START + 60 * SECOND, 101.0)
    assert pacer.due(101.0) == START + 60 * SECOND
    assert pacer.due(102.0) == START + 61 * SECOND


def test_seek_backward_needs_a_restart() -> None:
    """Delivered frames cannot be taken back: the file is read again, up to the target at full speed."""
    pacer = begun()
    pacer.reached(START + 50 * SECOND)
    pacer.pause(150.0)
    assert not pacer.seek(START + 10 * SECOND, 151.0)
    pacer.begin(START, 152.0)
    assert pacer.due(152.0) == START + 10 * SECOND
    assert pacer.seek(START + 20 * SECOND, 153.0)


@pytest.mark.parametrize("speed", [-1.0, math.nan, math.inf])
def test_a_speed_that_is_none_is_a_usage_error(speed: float) -> None:
    """Negative, infinite and not-a-number speeds are refused with what is allowed."""
    with pytest.raises(UsageError, match="give a number from 0"):
        Pacer(speed)
    with pytest.raises(UsageError):
        begun().set_speed(speed, 101.0)
