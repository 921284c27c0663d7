"""Bytes per second: of one connection, and of everything (features 3.1).

In: byte counts with the seconds they belong to. Out: ``Rates`` (10 s window, peak, last 60 s). Rule: only seconds in
which something happened are stored, so a quiet connection costs a few dozen bytes and no work at all.
"""

from __future__ import annotations

from array import array
from dataclasses import fields
from struct import Struct
from typing import Any

from netmon.model.connection import Rates, Stretch
from netmon.model.flow import FlowRecord

from .entry import GONE, Entry
from .stretches import Stretches

WINDOW = 10
HISTORY = 60
FADING = (2, 4, 7, WINDOW)
"""Seconds after the last packet at which a rate that goes down is shown anew; then it is zero."""


_ROW = Struct("=QQQ")


class Rate:
    """Samples of one connection: (second, bytes a to b, bytes b to a) for each active second of the last 60.

    They are kept as immutable bytes, so that what is handed out shares them.
    """

    __slots__ = ("began", "last", "peak_ab", "peak_ba", "samples")

    def __init__(self, second: int) -> None:
        self.samples = b""
        self.began = second
        self.last = 0
        """The latest active second."""
        self.peak_ab = 0.0
        self.peak_ba = 0.0

    def add(self, second: int, ab: int, ba: int) -> None:
        """Count bytes of one second; an earlier second than the latest counts with the latest."""
        samples = self.samples
        if samples and self.last >= second:
            latest, old_ab, old_ba = _ROW.unpack_from(samples, len(samples) - _ROW.size)
            self.samples = samples[: -_ROW.size] + _ROW.pack(latest, old_ab + ab, old_ba + ba)
            return
        if len(samples) >= HISTORY * _ROW.size:
            self._prune(second)
        self.samples += _ROW.pack(second, ab, ba)
        self.last = second

    def _prune(self, second: int) -> None:
        samples, index = self.samples, 0
        while index < len(samples) and _ROW.unpack_from(samples, index)[0] <= second - HISTORY:
            index += _ROW.size
        self.samples = samples[index:]

    def rates(self, second: int, reverse: bool) -> Rates:
        """As of a second; ``reverse`` when the source is b."""
        samples = self.samples
        if samples and _ROW.unpack_from(samples)[0] <= second - HISTORY:
            self._prune(second)
            samples = self.samples
        ab = ba = 0
        for index in range(len(samples) - _ROW.size, -1, -_ROW.size):
            when, more_ab, more_ba = _ROW.unpack_from(samples, index)
            if when <= second - WINDOW:
                break
            ab += more_ab
            ba += more_ba
        span = second - self.began + 1
        span = WINDOW if span > WINDOW else 1 if span < 1 else span
        rate_ab, rate_ba = ab / span if ab else _ZERO, ba / span if ba else _ZERO
        if rate_ab > self.peak_ab:
            self.peak_ab = rate_ab
        if rate_ba > self.peak_ba:
            self.peak_ba = rate_ba
        return _frozen(samples, reverse, second, (rate_ab, rate_ba, self.peak_ab, self.peak_ba))


_ZERO = 0.0
"""One object for every quiet connection."""


class SampledRates(Rates):
    """Rates whose history is put together when somebody looks: 24 bytes per active second instead of 120 numbers."""

    __slots__ = ("_reverse", "_samples")
    _samples: bytes
    _reverse: bool

    def __new__(cls, *args: Any, **values: Any) -> Any:
        """With values, as ``dataclasses.replace`` gives them, it is plain ``Rates`` that come out."""
        return Rates(*args, **values) if args or values else super().__new__(cls)

    def __reduce__(self) -> tuple[type[Rates], tuple[object, ...]]:
        return Rates, tuple(getattr(self, field.name) for field in fields(Rates))

    def _history(self, column: int) -> tuple[int, ...]:
        samples = array("Q", self._samples)
        if not samples:
            return ()
        history = [0] * (self.until - samples[0] + 1)
        for index in range(0, len(samples), 3):
            if samples[index] <= self.until:
                history[samples[index] - samples[0]] = samples[index + column]
        return tuple(history)

    @property
    def history_out(self) -> tuple[int, ...]:
        """See ``Rates``."""
        return self._history(2 if self._reverse else 1)

    @property
    def history_in(self) -> tuple[int, ...]:
        """See ``Rates``."""
        return self._history(1 if self._reverse else 2)


def _frozen(samples: bytes, reverse: bool, until: int, rates: tuple[float, float, float, float]) -> Rates:
    made: Rates = SampledRates.__new__(SampledRates)
    put = object.__setattr__
    ab, ba, peak_ab, peak_ba = rates
    if reverse:
        ab, ba, peak_ab, peak_ba = ba, ab, peak_ba, peak_ab
    put(made, "out", ab)
    put(made, "inward", ba)
    put(made, "peak_out", peak_ab)
    put(made, "peak_in", peak_ba)
    put(made, "until", until)
    put(made, "_samples", samples)
    put(made, "_reverse", reverse)
    return made


class Totals:
    """Down, up, opened and closed connections, and packets of everything, one value a second."""

    def __init__(self) -> None:
        self._seconds: dict[int, list[int]] = {}
        self._latest = 0
        self._stretches = Stretches()

    def add(self, second: int, down: int, up: int, packets: int) -> None:
        """Count what moved in one second; what is older than the history is dropped."""
        row = self._row(second)
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
        if rate is None and (self._live or record.last_ns - record.first_ns > 1_000_000_000):
            rate = entry.rate = Rate(first)
        if rate is not None and rate.last != last:
            self._active.setdefault(last, []).append(entry)
        if first == last:
            self._add(rate, last, (ab, ba, packets), down_is_ba, inner=bool(record.tunnel))
            return
        seconds = last - first + 1
        for index in range(seconds):
            more_ab = ab * (index + 1) // seconds - ab * index // seconds
            more_ba = ba * (index + 1) // seconds - ba * index // seconds
            more = packets * (index + 1) // seconds - packets * index // seconds
            self._add(rate, first + index, (more_ab, more_ba, more), down_is_ba, inner=bool(record.tunnel))

    def _add(self, rate: Rate | None, second: int, counts: tuple[int, int, int], down_is_ba: bool, *, inner: bool) -> None:
        ab, ba, packets = counts
        if rate is not None:
            rate.add(second, ab, ba)
        if inner:  # the outer conversation has brought these bytes already
            return
        if down_is_ba:
            self.totals.add(second, ba, ab, packets)
        else:
            self.totals.add(second, ab, ba, packets)

    def fading(self, second: int) -> list[Entry]:
        """Once a second: the entries whose rate has gone down by itself, in a few steps after their last packet."""
        if second <= self._second:
            return []
        found: list[Entry] = []
        for active in [key for key in self._active if key <= second]:
            passed = [step for step in FADING if self._second < active + step <= second]
            if passed:
                found += [one for one in self._active[active] if one.phase != GONE and one.rate and one.rate.last == active]
            if active + WINDOW <= second:
                del self._active[active]
        self._second = second
        return found

    def reset(self) -> None:
        """Peaks and system history begin anew."""
        self.totals = Totals()
