"""Running sums over all connections, kept in step with snapshots.

In: snapshots; out: an ``Account`` that has counted exactly the connections of the last one. Only what changed from one
snapshot to the next is taken off and counted anew, so ten thousand connections of which few are busy cost little.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from netmon.model.connection import Connection
from netmon.model.snapshot import Snapshot

from .changes import Difference, comparing
from .steps import Steps, finished, parts


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

    def follow(self, snapshot: Snapshot) -> Kept:
        """Count this snapshot, live and closed."""
        return finished(self.following(snapshot))

    def following(
        self, snapshot: Snapshot, known: tuple[Sequence[Connection], Difference | None] | None = None
    ) -> Steps[Kept]:
        """``follow`` in parts; ``known`` is the difference from a list of live connections, where somebody has worked it out
        already. Who stops before the end begins anew the next time."""
        if known is not None and known[0] is self._live:
            live = known[1]
        else:
            live = yield from comparing(self._live, snapshot.connections)
        closed = yield from comparing(self._closed, snapshot.closed)
        changes: list[tuple[Sequence[Connection], int]]
        if live is None or closed is None:
            self._begin()
            changes = [(snapshot.connections, 1), (snapshot.closed, 1)]
        else:
            changes = [(live.gone, -1), (live.come, 1), (closed.gone, -1), (closed.come, 1)]
        whole = False
        try:
            for connections, by in changes:
                for part in parts(len(connections)):
                    self.account.count(connections[part.start : part.stop], by)
                    yield
            whole = True
        finally:
            if not whole:
                self._begin()
        self._live, self._closed = snapshot.connections, snapshot.closed
        return self.account
