"""Bytes per second: of one connection, and of everything (features 3.1).

In: byte counts with the seconds they belong to. Out: ``Rates`` (10 s window, peak, last 60 s). Rule: only seconds in
which something happened are stored, so a quiet connection costs a few dozen bytes and no work at all.
"""

from __future__ import annotations

from array import array

from netmon.model.connection import Rates
from netmon.model.flow import FlowRecord

from .entry import GONE, Entry

WINDOW = 10
HISTORY = 60


class Rate:
    """Samples of one connection: (second, bytes a to b, bytes b to a) for each active second of the last 60."""

    __slots__ = ("began", "peak_ab", "peak_ba", "samples")

    def __init__(self, second: int) -> None:
        self.samples = array("Q")
        self.began = second
        self.peak_ab = 0.0
        self.peak_ba = 0.0

    @property
    def last(self) -> int:
        """The latest active second, 0 when none is remembered."""
        return self.samples[-3] if self.samples else 0

    def add(self, second: int, ab: int, ba: int) -> None:
        """Count bytes of one second; an earlier second than the latest counts with the latest."""
        samples = self.samples
        if samples and samples[-3] >= second:
            samples[-2] += ab
            samples[-1] += ba
        else:
            samples.extend((second, ab, ba))
            if samples[0] <= second - 2 * HISTORY:
                self._prune(second)

    def _prune(self, second: int) -> None:
        samples, index = self.samples, 0
        while index < len(samples) and samples[index] <= second - HISTORY:
            index += 3
        del samples[:index]

    def rates(self, second: int, reverse: bool) -> Rates:
        """As of a second; ``reverse`` when the source is b. History ends with that second."""
        self._prune(second)
        samples = self.samples
        if not samples:
            ab = ba = 0.0
            history_ab: list[int] = []
            history_ba: list[int] = []
            until = 0
        else:
            first = samples[0]
            until = max(second, samples[-3])
            length = until - first + 1
            history_ab, history_ba = [0] * length, [0] * length
            for index in range(0, len(samples), 3):
                place = samples[index] - first
                history_ab[place], history_ba[place] = samples[index + 1], samples[index + 2]
            span = min(WINDOW, max(1, second - self.began + 1))
            start = max(0, length - WINDOW)
            ab, ba = sum(history_ab[start:]) / span, sum(history_ba[start:]) / span
            self.peak_ab, self.peak_ba = max(self.peak_ab, ab), max(self.peak_ba, ba)
        if reverse:
            return Rates(ba, ab, self.peak_ba, self.peak_ab, tuple(history_ba), tuple(history_ab), until)
        return Rates(ab, ba, self.peak_ab, self.peak_ba, tuple(history_ab), tuple(history_ba), until)


class Totals:
    """Down, up and packets of everything, one value a second."""

    def __init__(self) -> None:
        self._seconds: dict[int, list[int]] = {}
        self._latest = 0

    def add(self, second: int, down: int, up: int, packets: int) -> None:
        """Count what happened in one second; what is older than the history is dropped."""
        row = self._seconds.get(second)
        if row is None:
            if second <= self._latest - HISTORY:
                return
            row = self._seconds[second] = [0, 0, 0]
            if second > self._latest:
                self._latest = second
                for old in [key for key in self._seconds if key <= second - HISTORY]:
                    del self._seconds[old]
        row[0] += down
        row[1] += up
        row[2] += packets

    def history(self, second: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Down and up of the 60 seconds that end with ``second``."""
        none = (0, 0, 0)
        rows = [self._seconds.get(key, none) for key in range(second - HISTORY + 1, second + 1)]
        return tuple(row[0] for row in rows), tuple(row[1] for row in rows)

    def window(self, second: int, age: float) -> tuple[float, float, float]:
        """Down, up and packets per second over the last 10 s (or since the start, when that is less)."""
        rows = [self._seconds[key] for key in range(second - WINDOW + 1, second + 1) if key in self._seconds]
        span = min(float(WINDOW), max(1.0, age))
        return tuple(sum(row[i] for row in rows) / span for i in range(3))  # type: ignore[return-value]


class Sampler:
    """Turns cumulative counters into rates: of each connection, and of all together."""

    def __init__(self, *, live: bool) -> None:
        self._live = live
        self.per_connection = True
        self.totals = Totals()
        self._fading: dict[int, Entry] = {}
        """With a rate that goes down by itself."""
        self._second = 0

    def sample(self, entry: Entry, record: FlowRecord, second: int) -> None:
        """Count what was added to the record since the last call. Live: in this second; file: spread evenly over the
        time between the last two records, since a file is read in pieces of any length."""
        ab, ba = record.bytes_ab - entry.bytes_ab, record.bytes_ba - entry.bytes_ba
        entry.bytes_ab, entry.bytes_ba = record.bytes_ab, record.bytes_ba
        if not ab and not ba:
            return
        connection = entry.connection
        local = connection.local_is_source if connection is not None else None
        down_is_ba = (entry.side == 0) != (local is False)
        packets = record.packets_ab + record.packets_ba - entry.packets
        entry.packets += packets
        last = record.last_ns // 1_000_000_000
        first = last
        if self._live:
            last = first = second
        elif self._second:
            first = max(min(last, self._second), record.first_ns // 1_000_000_000, last - HISTORY + 1)
        rate = entry.rate
        if rate is None and self.per_connection and (self._live or record.last_ns - record.first_ns > 1_000_000_000):
            rate = entry.rate = Rate(first)
        if rate is not None:
            self._fading[entry.flow_id] = entry
        seconds = last - first + 1
        for index in range(seconds):
            more_ab = ab * (index + 1) // seconds - ab * index // seconds
            more_ba = ba * (index + 1) // seconds - ba * index // seconds
            more = packets * (index + 1) // seconds - packets * index // seconds
            if rate is not None:
                rate.add(first + index, more_ab, more_ba)
            if down_is_ba:
                self.totals.add(first + index, more_ba, more_ab, more)
            else:
                self.totals.add(first + index, more_ab, more_ba, more)

    def fading(self, second: int) -> list[Entry]:
        """Once a second: the entries whose rate is not what it was."""
        if second == self._second:
            return []
        self._second = second
        found = [entry for entry in self._fading.values() if entry.phase != GONE]
        self._fading = {
            entry.flow_id: entry for entry in found if entry.rate is not None and entry.rate.last > second - WINDOW
        }
        return found

    def forget(self, entry: Entry) -> None:
        """The connection is over; it keeps its last rates."""
        self._fading.pop(entry.flow_id, None)

    def reset(self) -> None:
        """Peaks and system history begin anew."""
        self.totals = Totals()
        for entry in self._fading.values():
            if entry.rate is not None:
                entry.rate.peak_ab = entry.rate.peak_ba = 0.0
