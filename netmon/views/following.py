"""Running sums over all connections, kept in step with snapshots.

In: snapshots; out: an ``Account`` that has counted exactly the connections of the last one. Only what changed from one
snapshot to the next is taken off and counted anew, so ten thousand connections of which few are busy cost little.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from netmon.model.connection import Connection, Snapshot

from .changes import Difference, compare


class Account(Protocol):
    """Sums that connections can be counted in and taken off again."""

    def count(self, connections: Sequence[Connection], by: int) -> None:
        """Count them (``by`` 1), or take off (-1) the very objects that were counted."""


Kept = TypeVar("Kept", bound=Account)


class Following(Generic[Kept]):
    """Holds an account and what has been counted in it."""

    __slots__ = ("_closed", "_live", "_make", "account")

    def __init__(self, make: Callable[[], Kept]) -> None:
        self._make = make
        self._begin()

    def _begin(self) -> None:
        self.account = self._make()
        self._live: Sequence[Connection] = ()
        self._closed: Sequence[Connection] = ()

    def follow(self, snapshot: Snapshot, known: tuple[Sequence[Connection], Difference | None] | None = None) -> Kept:
        """Count this snapshot, live and closed; ``known`` is the difference from a list of live connections, where
        somebody has worked it out already."""
        live = known[1] if known is not None and known[0] is self._live else compare(self._live, snapshot.connections)
        closed = compare(self._closed, snapshot.closed)
        if live is None or closed is None:
            self._begin()
            self.account.count(snapshot.connections, 1)
            self.account.count(snapshot.closed, 1)
        else:
            for difference in (live, closed):
                self.account.count(difference.gone, -1)
                self.account.count(difference.come, 1)
        self._live, self._closed = snapshot.connections, snapshot.closed
        return self.account
