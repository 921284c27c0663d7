"""The only place that reads clocks; everything else is handed ``now``, or a watch for the calls of plug-ins."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from types import FrameType

from netmon.protocols._guard import Overdue

Clock = Callable[[], float]
"""Unix time in seconds."""

wall_clock: Clock = time.time  # noqa: TID251  # this is the place


class AlarmWatch:
    """Times calls of plug-ins, and breaks off those that last too long (``protocols._guard.Watch``).

    The interval timer and ``SIGALRM`` do it, where there are such and nobody else in this process wants the signal, and in
    the main thread only; elsewhere calls are measured but not broken off. The handler is set at the first call.
    """

    def __init__(self) -> None:
        self._running = False
        self._usable: bool | None = None

    def seconds(self) -> float:
        """Processor time of this thread."""
        return time.thread_time()

    def begin(self, longest: float) -> None:
        """``Overdue`` after so many seconds."""
        if self._usable is None:
            self._usable = self._prepare()
        if self._usable:
            self._running = True
            signal.setitimer(signal.ITIMER_REAL, longest, longest)  # again and again: in a finaliser it goes unheard

    def end(self) -> None:
        """In time."""
        if self._running:
            self._running = False
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _prepare(self) -> bool:
        if not hasattr(signal, "setitimer") or signal.getsignal(signal.SIGALRM) is not signal.SIG_DFL:
            return False
        try:
            signal.signal(signal.SIGALRM, self._ring)
        except ValueError:  # another thread than the main one
            return False
        return True

    def _ring(self, _number: int, _frame: FrameType | None) -> None:
        if self._running:
            raise Overdue
