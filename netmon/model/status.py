"""Parts of what the monitor says about itself (``SystemStatus``)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QueueStatistics:
    """A channel between tasks: how full, how much was dropped because it was full."""

    name: str
    used: int
    bound: int
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Playback:
    """Where a capture file being played stands; times are Unix time (packet time)."""

    position: float
    start: float
    end: float | None
    speed: float
    """1.0 = real time, 0 = as fast as possible."""
    paused: bool
    finished: bool
    fraction: float
    """How much is behind: of the time where ``end`` is known, else of the bytes; 0 to 1."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time, in values for each ``step`` seconds, oldest first, up to now."""

    step: int
    down: tuple[int, ...]
    """Mean bytes per second."""
    up: tuple[int, ...]
    opened: tuple[int, ...] = ()
    """Connections that began."""
    closed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class InspectionStatistics:
    """What inspection holds and what it has given up (features 4.10); counters since the start."""

    flows: int = 0
    """Conversations under inspection now."""
    held: int = 0
    """Bytes kept now: of streams with holes, of unfinished messages, of what nobody has recognised yet."""
    peak: int = 0
    bound: int = 0
    """Of ``held``; beyond it the conversation that has been silent longest goes."""
    given_up: int = 0
    """Conversations that nobody recognised within the bounds."""
    evicted: int = 0
    """Conversations let go to stay within the bounds of all."""
    holes: int = 0
    """Times that missing bytes of a stream were not waited for any longer."""
    fragments: int = 0
    """Datagrams in fragments that were dropped: too old, too many, overlapping."""
    failures: int = 0
    """Defects of protocols, built-in or plug-in."""
