"""Attributing connections to processes as scans of the socket table come (features 5.3, 5.4).

In: scans, and entries as they begin. Out: entries whose owner or direction is now known. Rule: an owner found by its exact
tuple stays, also after the process is gone; a weaker one stays until a better is found. Work per scan is bounded: the
entries that wait take turns.
"""

from __future__ import annotations

from collections.abc import Iterator

from netmon.model.connection import Connection, Direction
from netmon.model.owner import Match, Owner, SocketTable

from . import words
from .entry import LIVE, Entry
from .identity import Identity
from .ownership import Sockets
from .ownership import Tuple as SocketTuple

PER_SCAN = 20_000
_NUMBERS = {word: number for number, word in words.PROTOCOLS.items()}


class Attribution:
    """Entries of this machine that have no exact owner yet."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._sockets = Sockets()
        self._waiting: dict[int, Entry] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def begin(self, entry: Entry, connection: Connection) -> bool:
        """A connection has begun; ``True`` when the latest scan says something about it already."""
        if not self._concerns(connection):
            return False
        return self._try(entry, connection)

    def forget(self, flow_id: int) -> None:
        """The connection is over."""
        self._waiting.pop(flow_id, None)

    def apply(self, table: SocketTable) -> list[Entry]:
        """A new scan; the entries about which it says something new."""
        self._sockets = Sockets(table)
        turn = list(self._waiting.items())[:PER_SCAN]
        changed = []
        for flow_id, entry in turn:
            del self._waiting[flow_id]
            if entry.connection is not None and entry.phase <= LIVE + 1 and self._try(entry, entry.connection):
                changed.append(entry)
        return changed

    def _concerns(self, connection: Connection) -> bool:
        return connection.local_is_source is not None or connection.direction is Direction.LOCAL

    def _try(self, entry: Entry, connection: Connection) -> bool:
        changed = self._listen(entry, connection)
        owner = self._owner(connection)
        if owner is not None and owner != entry.owner and self._better(owner, entry.owner):
            entry.owner = owner
            changed = True
        if entry.owner is None or entry.owner.match not in (Match.EXACT, Match.KERNEL):
            self._waiting[entry.flow_id] = entry
        return changed

    def _better(self, new: Owner, old: Owner | None) -> bool:
        return old is None or new.match is Match.EXACT or old.match not in (Match.EXACT, Match.KERNEL)

    def _owner(self, connection: Connection) -> Owner | None:
        found: Owner | None = None
        for key in self._keys(connection):
            owner = self._sockets.owner(key, connection.first_seen, connection.last_seen)
            if owner is not None and owner.match is Match.EXACT:
                return owner
            found = found or owner
        return found

    def _keys(self, connection: Connection) -> Iterator[SocketTuple]:
        """The tuple as seen from each local end, the source's first."""
        number = _NUMBERS.get(connection.protocol)
        if number is None:
            return
        source, destination = connection.source, connection.destination
        port, other = connection.source_port or 0, connection.destination_port or 0
        if connection.local_is_source is not False:
            yield number, source, port, destination, other
        if connection.local_is_source is False or connection.direction is Direction.LOCAL:
            yield number, destination, other, source, port

    def _listen(self, entry: Entry, connection: Connection) -> bool:
        """A connection joined mid-stream was opened by the other end when its local port is listened on."""
        if connection.direction is not Direction.UNKNOWN or connection.protocol != "tcp" or entry.listened:
            return False
        port = connection.local_port
        if port is None or not self._sockets.listening(words.TCP, port):
            return False
        if connection.local_is_source:
            if entry.record is None:
                # Counters can only be turned round together with the ends: wait for the next record.
                return False
            entry.swapped = True
        entry.listened = entry.fresh = True
        return True
