"""The watch that breaks off calls which last too long."""

from __future__ import annotations

import signal
import sys
import threading  # noqa: TID251  there may be some
from collections.abc import Iterator

import pytest

from netmon.protocols._guard import Guard, Overdue
from netmon.tasks.clock import AlarmWatch

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no interval timers on this system")
SHORT = 0.01


@pytest.fixture(autouse=True)
def handler() -> Iterator[None]:
    """Whatever was there before is there again."""
    before = signal.signal(signal.SIGALRM, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGALRM, before)


def test_breaks_off() -> None:
    """A loop without end ends, at once the next call may begin, and nothing rings when it is over."""
    watch = AlarmWatch()
    for _ in range(2):
        with pytest.raises(Overdue):
            watch.begin(SHORT)
            while True:
                pass
        watch.end()
    watch.begin(SHORT)
    watch.end()
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert watch.seconds() >= 0


def test_in_a_guard() -> None:
    """As plug-ins meet it, also where they catch whatever they can."""

    def stubborn() -> None:
        try:
            while True:
                pass
        except Exception:
            pytest.fail("caught")

    guard = Guard(Hasty())
    with pytest.raises(TimeoutError):
        guard.call(stubborn)
    assert guard.dropped


class Hasty(AlarmWatch):
    """Waits less long."""

    def begin(self, longest: float) -> None:
        super().begin(min(longest, SHORT))


def test_where_nobody_hears(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception in a finaliser is swallowed by Python; the next ring is not."""
    swallowed: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda told: swallowed.append(told.exc_type))

    class Deaf:
        def __del__(self) -> None:
            while True:
                pass

    def loop() -> None:
        Deaf()
        while True:
            pass

    guard = Guard(Hasty())
    with pytest.raises(TimeoutError):
        guard.call(loop)
    assert swallowed == [Overdue]


def test_leaves_the_signal_to_others() -> None:
    """A program that uses netmon and the alarm itself keeps it; outside the main thread there is none."""
    mine = lambda number, frame: None  # noqa: E731
    signal.signal(signal.SIGALRM, mine)
    watch = AlarmWatch()
    watch.begin(SHORT)
    watch.end()
    assert signal.getsignal(signal.SIGALRM) is mine
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    thread = threading.Thread(target=AlarmWatch().begin, args=(SHORT,))
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
