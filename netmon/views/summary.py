"""Sums over all connections for the System sidebar.

In: connections; out: a ``Summary``.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nlargest
from typing import NamedTuple

from netmon.model.connection import Connection

from .words import over


class Summary(NamedTuple):
    """Counts of live connections, and TCP troubles including those of recently closed ones."""

    tcp: int = 0
    udp: int = 0
    other: int = 0
    processes: int = 0
    retransmissions: int = 0
    resets: int = 0
    busiest: tuple[tuple[str, int], ...] = ()
    """The programs that move most now, with their bytes per second."""


BUSIEST = 6


class Sums:
    """The account (``following``) the summary is of."""

    __slots__ = ("_other", "_owners", "_rates", "_resets", "_retransmissions", "_tcp", "_udp")

    def __init__(self) -> None:
        self._tcp = self._udp = self._other = self._retransmissions = self._resets = 0
        self._owners: dict[int, int] = {}
        self._rates: dict[str, int] = {}

    def count(self, connections: Sequence[Connection], by: int) -> None:
        """Count them, or take them off."""
        tcp = udp = live = 0
        owners = self._owners
        for connection in connections:
            health = connection.tcp
            if health is not None:
                self._retransmissions += by * (health.retransmissions_out + health.retransmissions_in)
                if health.reset_by is not None:
                    self._resets += by
            if over(connection):
                continue
            live += 1
            protocol = connection.protocol
            if protocol == "tcp":
                tcp += 1
            elif protocol == "udp":
                udp += 1
            owner = connection.owner
            if owner is not None:
                pid = owner.process.pid
                owners[pid] = owners.get(pid, 0) + by
                # Whole numbers: what is taken off is what was added.
                if moved := int(connection.rate_out + connection.rate_in):
                    self._rates[owner.process.title] = self._rates.get(owner.process.title, 0) + by * moved
        self._tcp += by * tcp
        self._udp += by * udp
        self._other += by * (live - tcp - udp)

    def summary(self) -> Summary:
        """The sums now."""
        processes = sum(map(bool, self._owners.values()))
        busiest = nlargest(BUSIEST, ((name, rate) for name, rate in self._rates.items() if rate > 0), key=_rate)
        counts = (self._tcp, self._udp, self._other, processes, self._retransmissions, self._resets)
        return Summary(*counts, tuple(busiest))


def _rate(pair: tuple[str, int]) -> tuple[int, str]:
    return pair[1], pair[0]
