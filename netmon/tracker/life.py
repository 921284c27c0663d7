"""How long a conversation lives (features 2.2 to 2.5): idle timeouts, staleness, and the wheel that wakes what is due.

In: a connection's transport, state and finding; the last packet's time. Out: timeouts, idle words, the entries due now.
Rule: nothing here visits an entry that is not due: an idle connection costs nothing until its next threshold.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from math import ceil
from typing import Final

from netmon.model.connection import Staleness
from netmon.model.finding import Finding
from netmon.model.flow import Family
from netmon.settings import Timeouts

from . import tcp_state, words
from .entry import ARP, MESSAGE, OTHER, TCP, UDP, Entry

_ARP: Final = int(Family.ARP)
_LINK: Final = int(Family.LINK)


def transport_of(family: int, protocol: int) -> int:
    """The transport of a flow record."""
    if family == _ARP:
        return ARP
    if family == _LINK:
        return OTHER
    if protocol == words.TCP:
        return TCP
    if protocol == words.UDP:
        return UDP
    return MESSAGE if protocol in words.MESSAGES else OTHER


YOUNG: Final = Staleness.FRESH
OLD: Final = Staleness.AGEING
DYING: Final = Staleness.EXPIRING
AGEING: Final = 0.75
EXPIRING: Final = 0.90
"""Shares of the idle timeout."""
IDLE_AFTER: Final = 30.0
STALE_AFTER: Final = 60.0
"""Seconds without a packet after which a conversation without states of its own is IDLE, then STALE."""


DORMANT_FOR: Final = 7200.0
"""Seconds that a TCP connection closed by silence alone may come back: the keep-alive interval of RFC 9293 section 3.8.4."""


def idle_word(idle: float) -> str:
    """``ACTIVE``, ``IDLE``, ``STALE``."""
    return "ACTIVE" if idle <= IDLE_AFTER else "IDLE" if idle <= STALE_AFTER else "STALE"


def staleness(idle: float, timeout: float) -> Staleness:
    """How near its end an idle conversation is."""
    if idle < AGEING * timeout:
        return YOUNG
    return OLD if idle < EXPIRING * timeout else DYING


def next_threshold(idle: float, timeout: float, worded: bool) -> float:
    """The next idle time at which something shown changes: a share of the timeout, or an idle word."""
    for share in (AGEING, EXPIRING):
        if idle < share * timeout:
            timeout *= share
            break
    if worded:
        if idle <= IDLE_AFTER < timeout:
            return IDLE_AFTER + 0.001
        if idle <= STALE_AFTER < timeout:
            return STALE_AFTER + 0.001
    return timeout


def idle_timeout(transport: int, bits: int, state: str, finding: Finding | None, timeouts: Timeouts) -> float:
    """Seconds without a packet after which the conversation is over; ``state`` is TCP's own."""
    if transport == TCP:
        if state == tcp_state.ESTABLISHED:
            if finding is not None and finding.idle_timeout is not None:
                return finding.idle_timeout
            if finding is None and not bits & tcp_state.OPENING_BITS:
                return timeouts.tcp_midstream
            return timeouts.tcp_established
        if state == tcp_state.CLOSED:
            return timeouts.tcp_closed
        if state in (tcp_state.TIME_WAIT, tcp_state.CLOSING):
            return timeouts.tcp_time_wait
        return timeouts.tcp_opening_closing
    if finding is not None and finding.idle_timeout is not None:
        return finding.idle_timeout
    return (0.0, timeouts.udp, timeouts.icmp, timeouts.arp, timeouts.other)[transport]


class Wheel:
    """Entries by the second they are due. An entry is in one place; setting it anew abandons the earlier one."""

    def __init__(self) -> None:
        self._buckets: dict[int, tuple[int, list[Entry]]] = {}
        """Second to (the same second, entries): all entries of a bucket share one number object."""
        self._seconds: list[int] = []
        self._second = 0
        self._current: Iterator[Entry] = iter(())
        """What is left of the bucket of ``_second``, the one being woken."""

    def set(self, entry: Entry, when: float) -> None:
        """Wake the entry at the first whole second not before ``when``."""
        second = ceil(when)
        bucket = self._buckets.get(second)
        if bucket is None:
            bucket = self._buckets[second] = (second, [])
            heappush(self._seconds, second)
        entry.wake = bucket[0]
        bucket[1].append(entry)

    def due(self, now: float) -> Iterator[Entry]:
        """What is due by ``now``, in order; entries set while iterating are included when due as well. Who stops before the
        end gets the rest the next time."""
        seconds = self._seconds
        while True:
            for entry in self._current:
                if entry.wake == self._second:
                    entry.wake = 0
                    yield entry
            if not seconds or seconds[0] > now:
                return
            self._second = heappop(seconds)
            self._current = iter(self._buckets.pop(self._second)[1])
