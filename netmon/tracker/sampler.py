"""Rates of everything: what each new record adds to its connection's track, and to the sums of all (features 3.1).

In: entries with their newest record, the second. Out: tracks brought up to date, sums by second, the entries whose rate has
gone down by itself since.
"""

from __future__ import annotations

from typing import Final

from netmon.model.flow import FlowRecord
from netmon.model.status import Stretch
from netmon.model.track import latest

from .entry import GONE, Entry
from .rates import HISTORY, LONGEST, WINDOW, begun, counted
from .stretches import Stretches

FADING: Final = (2, 4, 7, WINDOW)
"""Seconds after the last packet at which a rate that goes down is shown anew; then it is zero."""


class Totals:
    """Down, up, opened and closed connections, and packets of everything, one value a second."""

    def __init__(self) -> None:
        self._seconds: dict[int, list[int]] = {}
        self._latest = 0
        self._stretches = Stretches()

    def add(self, second: int, down: int, up: int, packets: int) -> None:
        """Count what moved in one second; what is older than the history is dropped."""
        row = self._seconds.get(second) or self._row(second)
        if row is not None:
            row[0] += down
            row[1] += up
            row[4] += packets

    def lives(self, second: int, *, opened: int = 0, closed: int = 0) -> None:
        """Count connections that began or ended in one second."""
        row = self._row(second)
        if row is not None:
            row[2] += opened
            row[3] += closed

    def _row(self, second: int) -> list[int] | None:
        row = self._seconds.get(second)
        if row is None and second > self._latest - HISTORY:
            row = self._seconds[second] = [0, 0, 0, 0, 0]
            if second > self._latest:
                self._latest = second
                for old in [key for key in self._seconds if key <= second - HISTORY]:
                    self._stretches.add(old, *self._seconds.pop(old)[:4])
        return row

    def history(self, second: int) -> tuple[tuple[int, ...], ...]:
        """Down, up, opened and closed of the 60 seconds that end with ``second``."""
        none = (0, 0, 0, 0, 0)
        rows = [self._seconds.get(key, none) for key in range(second - HISTORY + 1, second + 1)]
        return tuple(tuple(row[index] for row in rows) for index in range(4))

    def stretches(self, second: int) -> tuple[Stretch, ...]:
        """The last ten minutes, hour and day."""
        return self._stretches.read(second, {when: row[:4] for when, row in self._seconds.items()})

    def window(self, second: int, age: float) -> tuple[float, float, float]:
        """Down, up and packets per second over the last 10 s (or since the start, when that is less)."""
        rows = [self._seconds[key] for key in range(second - WINDOW + 1, second + 1) if key in self._seconds]
        span = min(float(WINDOW), max(1.0, age))
        return tuple(sum(row[i] for row in rows) / span for i in (0, 1, 4))  # type: ignore[return-value]


class Sampler:
    """Turns cumulative counters into rates: of each connection, and of all together."""

    def __init__(self, *, live: bool) -> None:
        self._live = live
        self.enabled = True
        self.totals = Totals()
        self._active: dict[int, list[Entry]] = {}
        """By the second of a sample: their rates will go down by themselves."""
        self._second = 0

    def sample(self, entry: Entry, record: FlowRecord, second: int) -> None:
        """Count what was added to the record since the last call. Live: in this second; file: spread evenly over the
        time between the last two records, since a file is read in pieces of any length."""
        ab, ba = record.bytes_ab - entry.bytes_ab, record.bytes_ba - entry.bytes_ba
        entry.bytes_ab, entry.bytes_ba = record.bytes_ab, record.bytes_ba
        if not ab and not ba:
            return
        packets = record.packets_ab + record.packets_ba - entry.packets
        entry.packets += packets
        counts = (ba, ab, packets) if entry.side else (ab, ba, packets)
        if self._live:
            if not entry.track:
                entry.track = begun(second)
            self._add(entry, second, counts, inner=bool(record.tunnel))
            return
        last = first = record.last_ns // 1_000_000_000
        if self._second:
            first = max(min(last, self._second), record.first_ns // 1_000_000_000, last - HISTORY + 1)
        if not entry.track and record.last_ns - record.first_ns > 1_000_000_000:
            entry.track = begun(first)
        seconds = last - first + 1
        for index in range(seconds):
            part = [count * (index + 1) // seconds - count * index // seconds for count in counts]
            self._add(entry, first + index, (part[0], part[1], part[2]), inner=bool(record.tunnel))

    def _add(self, entry: Entry, second: int, counts: tuple[int, int, int], *, inner: bool) -> None:
        out, inward, packets = counts
        track = entry.track
        if track:
            entry.track = counted(track, second, out, inward)
            if len(entry.track) != len(track) or len(track) == LONGEST:  # the first bytes in this second
                active = self._active.get(second)
                if active is None:
                    active = self._active[second] = []
                active.append(entry)
        if inner:  # the outer conversation has brought these bytes already
            return
        connection = entry.connection
        if connection is not None and connection.local_is_source is False:
            self.totals.add(second, out, inward, packets)
        else:
            self.totals.add(second, inward, out, packets)

    def fading(self, second: int) -> list[Entry]:
        """Once a second: the entries whose rate has gone down by itself, in a few steps after their last packet."""
        if second <= self._second:
            return []
        found: list[Entry] = []
        for active in [key for key in self._active if key <= second]:
            passed = [step for step in FADING if self._second < active + step <= second]
            if passed:
                found += [one for one in self._active[active] if one.phase != GONE and latest(one.track) == active]
            if active + WINDOW <= second:
                del self._active[active]
        self._second = second
        return found

    def reset(self) -> None:
        """Peaks and system history begin anew."""
        self.totals = Totals()
