"""How the network does, as a few gauges: round-trip times, retransmissions, resets, answers.

In: connections to count or to take off again (``following``), the snapshot's counters; out: gauges, each with a judgement.
Times are kept by steps of an eighth of an octave, so a percentile is right to a twentieth.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log2
from typing import NamedTuple

from netmon.model.connection import Connection
from netmon.model.snapshot import SystemStatus
from netmon.units import milliseconds, quantity

from .theme import Role
from .words import VERY_SLOW, pace

OCTAVE = 8


class Gauge(NamedTuple):
    """One line: a name, how far along its scale (0 to 1), the value as text, the role of its judgement."""

    name: str
    level: float
    text: str
    role: int


class Times:
    """Milliseconds, counted by size."""

    __slots__ = ("_steps",)

    def __init__(self) -> None:
        self._steps: dict[int, int] = {}

    def count(self, value: float, by: int) -> None:
        """Count one, or take it off."""
        step = round(OCTAVE * log2(value)) if value > 0 else -100
        number = self._steps.get(step, 0) + by
        if number:
            self._steps[step] = number
        else:
            self._steps.pop(step, None)

    def percentile(self, part: float) -> float | None:
        """The value that ``part`` of them do not exceed; ``None`` when there are none."""
        wanted = part * sum(self._steps.values())
        for step in sorted(self._steps):
            wanted -= self._steps[step]
            if wanted <= 0:
                return float(2 ** (step / OCTAVE))
        return None


class Gauges:
    """Sums over live connections."""

    __slots__ = ("_answers", "_packets", "_resets", "_retransmissions", "_rtt", "_tcp", "_unanswered")

    def __init__(self) -> None:
        self._rtt, self._answers = Times(), Times()
        self._packets = self._retransmissions = self._tcp = self._resets = self._unanswered = 0

    def count(self, connections: Sequence[Connection], by: int) -> None:
        """See ``Account``."""
        for connection in connections:
            rtt = connection.rtt.smoothed or connection.rtt.handshake
            if rtt is not None:
                self._rtt.count(rtt, by)
            for time in connection.response_times:
                self._unanswered += by * time.unanswered
                if time.count:
                    self._answers.count(time.mean, by)
            tcp = connection.tcp
            if tcp is not None:
                self._tcp += by
                self._packets += by * (connection.packets_out + connection.packets_in)
                self._retransmissions += by * (tcp.retransmissions_out + tcp.retransmissions_in)
                self._resets += by * (tcp.reset_by is not None)

    def read(self, status: SystemStatus, dropped: int) -> list[Gauge]:
        """The gauges that have something to measure."""
        gauges: list[Gauge] = []
        for name, times, part in (
            ("RTT, median", self._rtt, 0.5), ("RTT, 95 %", self._rtt, 0.95), ("answers", self._answers, 0.5),
        ):  # fmt: skip
            value = times.percentile(part)
            if value is not None:
                gauges.append(Gauge(name, value / VERY_SLOW, milliseconds(value), pace(value, Role.OK)))
        if self._packets:
            share = 100 * self._retransmissions / self._packets
            gauges.append(Gauge("resent", share / 5, _percent(share), _judged(share, 1, 3)))
        if self._tcp:
            share = 100 * self._resets / self._tcp
            gauges.append(Gauge("reset", share / 50, _percent(share), _judged(share, 10, 30)))
        if self._unanswered:
            gauges.append(Gauge("unanswered", 1.0, quantity(self._unanswered), Role.WARN))
        if status.totals.packets:
            share = 100 * dropped / (status.totals.packets + dropped)
            gauges.append(Gauge("not captured", share / 5, _percent(share), _judged(share, 0, 1)))
        return gauges


def _percent(share: float) -> str:
    """Three digits at most; ``·`` for none."""
    return "·" if not share else "<0.01 %" if share < 0.01 else f"{share:.2f} %" if share < 10 else f"{share:.0f} %"


def _judged(value: float, fair: float, bad: float) -> int:
    return Role.OK if value <= fair else Role.WARN if value <= bad else Role.BAD
