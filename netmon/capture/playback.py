"""Pacing of a capture file for the screen: speed, pause, step, seek (features 1.7).

In: the wall clock (``now``, seconds, never going back) and packet times (nanoseconds). Out: ``due``, the packet time
before which frames may be delivered now. Pure arithmetic: the reading loop asks ``due``, reads up to there, tells
``reached``, and sleeps for ``wait``. Rule never to be broken: playback changes when a frame is delivered, never what.
"""

from __future__ import annotations

import math

from netmon.errors import UsageError

UNBOUNDED = 2**63 - 1
"""What ``due`` says when everything may come at once."""
_NANO = 1_000_000_000


class Pacer:
    """Packet time as a function of the wall clock. Nothing is due before ``begin``."""

    def __init__(self, speed: float = 1.0, paused: bool = False) -> None:
        """``speed`` 1 is real time, 0 as fast as possible."""
        self.speed = _checked(speed)
        self.paused = paused
        self._began = False
        self._now = 0.0
        """``self._packet`` was the position at this wall-clock time; while paused, only the former counts."""
        self._packet = 0
        self._reached = 0

    def begin(self, first: int, now: float) -> None:
        """The file's first packet is from ``first``: it is due at ``now``. Later calls (after a restart) do nothing."""
        if not self._began:
            self._began = True
            self._now, self._packet = now, first if self.paused else first + 1

    def due(self, now: float) -> int:
        """Frames with a timestamp before this may be delivered."""
        if not self._began:
            return 0
        if self.speed == 0 and not self.paused:
            return UNBOUNDED
        return self.position(now)

    def position(self, now: float) -> int:
        """Where playback stands, for the progress display."""
        if self.paused:
            return self._packet
        if self.speed == 0:
            return max(self._packet, self._reached)
        return min(UNBOUNDED, self._packet + int((now - self._now) * self.speed * _NANO))

    def wait(self, now: float, following: int) -> float:
        """Seconds until the packet from ``following`` is due; infinite while paused, 0 when it is."""
        missing = following + 1 - self.due(now)
        if missing <= 0:
            return 0.0
        return math.inf if self.paused or self.speed == 0 else missing / (self.speed * _NANO)

    def reached(self, timestamp: int) -> None:
        """All frames up to and including ``timestamp`` are delivered."""
        self._reached = max(self._reached, timestamp + 1)

    def pause(self, now: float) -> None:
        """Stand still at the present position."""
        self._anchor(now)
        self.paused = True

    def resume(self, now: float) -> None:
        """Go on from where it stands."""
        if self.paused:
            self.paused = False
            self._now = now

    def set_speed(self, speed: float, now: float) -> None:
        """Change speed without a jump."""
        speed = _checked(speed)
        self._anchor(now)
        self.speed = speed

    def step(self, following: int) -> None:
        """While paused: let the packet from ``following`` (and any with the very same timestamp) through."""
        if self.paused:
            self._packet = max(self._packet, following + 1)

    def seek(self, target: int, now: float) -> bool:
        """Jump to ``target``: what lies before it is due at once.

        ``False`` when frames after ``target`` were already delivered: the file must be read again from its beginning
        (all up to ``target`` at full speed) on empty tables.
        """
        forward = target >= self._reached
        self._now, self._packet = now, target
        if not forward:
            self._reached = 0
        return forward

    def _anchor(self, now: float) -> None:
        if not self.paused:
            self._packet = self.position(now)
        self._now = now


def _checked(speed: float) -> float:
    if not 0 <= speed < math.inf:
        raise UsageError(f"playback speed {speed}: give a number from 0 (as fast as possible) up, 1 is real time")
    return speed
