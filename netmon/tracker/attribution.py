"""Attributing connections to processes: kernel events as they come, scans of the socket table (features 5.3, 5.4).

In: events, scans, and entries as they begin, in any order. Out: entries whose owner or direction is now known. The order is:
kernel event for exactly this tuple, exact tuple in the table (or in the one before, for what has ended since), the socket in
another namespace whose addresses this machine translates, the binder of the local port (event), listener, wildcard, nobody.
Rules: an owner found by its exact tuple stays, also after the process is gone; a weaker one stays until a better is found;
of an accepted connection only the listener is known at first, so whoever works with it, or holds it in the next scan, takes
its place. Work per scan is bounded: the entries that wait take turns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from netmon.model.connection import Connection, Direction
from netmon.model.flow import TcpBits
from netmon.model.owner import Match, Owner, Process, SocketEvent, SocketEventKind, SocketTable

from . import words
from .deeds import Deed, Deeds
from .entry import FRESH, LIVE, Entry
from .identity import Identity
from .ownership import Sockets
from .ownership import Tuple as SocketTuple

PER_SCAN = 20_000
PASSING = 4096
"""Conversations that pass through and may still turn out to be a container's."""
ARP = 0x0806
_NUMBERS = {word: number for number, word in words.PROTOCOLS.items()} | {"arp": ARP}
_EXACT = (Match.EXACT, Match.KERNEL)
_MORE = (SocketEventKind.SHARED, SocketEventKind.HANDLED, SocketEventKind.SENT)
"""Kinds of event that may tell of one more process with the same socket."""
_OPENING = int(TcpBits.SYN_AB | TcpBits.SYN_BA | TcpBits.SYNACK_AB | TcpBits.SYNACK_BA)
SCANS = 3
"""After so many scans without an owner nothing asks for another."""


class Attribution:
    """Entries of this machine that have no exact owner yet."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._sockets = self._before = Sockets()
        self._scanned = 0.0
        """When ``_before`` was new."""
        self._hopes: dict[int, int] = {}
        """Entries without an owner -> scans that may still find one."""
        self._deeds = Deeds()
        self._waiting: dict[int, Entry] = {}
        self._by_tuple: dict[SocketTuple, Entry] = {}
        """Those that wait, by the tuples an event may name."""
        self._due: list[Entry] = []
        """Those that have not been compared with the last scan, last first."""
        self._now_shared: list[Entry] = []
        """Settled, but the last scan found one more process with the same socket."""
        self._passing: dict[int, Entry] = {}
        """Those that only pass through this machine and have no owner; the oldest are given up."""

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def unowned(self) -> int:
        """Entries that a scan may give an owner; one that several scans had nothing for is given up hope of."""
        return len(self._hopes)

    def begin(self, entry: Entry, connection: Connection) -> bool:
        """A connection has begun; ``True`` when something is known about its owner already."""
        self._passing.pop(entry.flow_id, None)
        if connection.local_is_source is not None or connection.direction is Direction.LOCAL:
            self._hopes[entry.flow_id] = SCANS
            return self._try(entry, connection)
        return self._try_foreign(entry, connection)

    def forget(self, flow_id: int) -> None:
        """The connection is over."""
        self._hopes.pop(flow_id, None)
        entry = self._waiting.pop(flow_id, None) or self._passing.pop(flow_id, None)
        if entry is not None and entry.connection is not None:
            self._unlist(entry, entry.connection)

    def tell(self, events: Iterable[SocketEvent]) -> list[Entry]:
        """Kernel events; the waiting entries about which they say something new."""
        changed = []
        add, by_tuple = self._deeds.add, self._by_tuple
        for event in events:
            key = add(event)
            if key is None:
                continue
            entry = by_tuple.get(key)
            if entry is not None:
                if self._again(entry):
                    changed.append(entry)
            elif event.kind in _MORE and (settled := self._shared_since(key, event)) is not None:
                changed.append(settled)
        return changed

    def _find_shared(self, now: float) -> list[Entry]:
        """Who holds a socket without ever receiving on it is told by no event; of these, those that hold it now."""
        found = []
        for key, others in self._sockets.shared():
            deed = self._deeds.find(key, now)
            entry = deed.entry if deed is not None else None
            if deed is None or entry is None or entry.owner is None or entry.owner.match is not Match.KERNEL:
                continue
            told = {entry.owner.process.pid, *(one.pid for one in deed.shared)}
            shared = (*deed.shared, *(one for one in others if one.pid not in told))
            if entry.owner.shared != shared:
                entry.owner = replace(entry.owner, shared=shared)
                found.append(entry)
        return found

    def _shared_since(self, key: SocketTuple, event: SocketEvent) -> Entry | None:
        """One more process works with the socket of a connection whose owner has been settled."""
        deed = self._deeds.find(key, event.when, foreign=event.foreign)
        entry = deed.entry if deed is not None else None
        if deed is None or entry is None or entry.owner is None or entry.owner.shared == deed.shared:
            return None
        entry.owner = replace(entry.owner, shared=deed.shared)
        return entry

    def expire(self, now: float) -> None:
        """Forget events that belong to nothing any more."""
        self._deeds.expire(now)

    def take(self, table: SocketTable, now: float) -> None:
        """A new scan."""
        self._before, self._scanned = self._sockets, now
        self._sockets = Sockets(table)
        self._now_shared = self._find_shared(now)
        self._hopes = {flow_id: left - 1 for flow_id, left in self._hopes.items() if left > 1}
        self._due = [*islice(self._waiting.values(), PER_SCAN), *self._passing.values()]
        self._due.reverse()

    def again(self, limit: int | None = None) -> tuple[bool, list[Entry]]:
        """Compare what waits with the last scan, at most so many; whether there is more, and whom it is news of."""
        due = self._due
        count = len(due) if limit is None else min(limit, len(due))
        some = [due.pop() for _ in range(count)]
        waiting, passing = self._waiting, self._passing
        changed = [one for one in some if (one.flow_id in waiting or one.flow_id in passing) and self._again(one)]
        found, self._now_shared = self._now_shared, []
        return bool(due), [*found, *changed]

    def _again(self, entry: Entry) -> bool:
        connection = entry.connection
        passing = self._passing.pop(entry.flow_id, None) is not None
        self._waiting.pop(entry.flow_id, None)
        if connection is None or entry.phase > LIVE + 1:
            return False
        self._unlist(entry, connection)
        return self._try_foreign(entry, connection) if passing else self._try(entry, connection)

    def _unlist(self, entry: Entry, connection: Connection) -> None:
        for key in self._both(connection):
            if self._by_tuple.get(key) is entry:
                del self._by_tuple[key]

    def _try(self, entry: Entry, connection: Connection) -> bool:
        changed = self._listen(entry, connection)
        keys = tuple(self._keys(connection))
        owner, final = self._owner(entry, connection, keys)
        if owner is not None and owner != entry.owner and self._better(owner, entry.owner):
            entry.owner = owner
            changed = True
        if entry.owner is not None:
            self._hopes.pop(entry.flow_id, None)
        if not final:
            self._waiting[entry.flow_id] = entry
            for key in keys:
                self._by_tuple[key] = entry
        return changed

    def _better(self, new: Owner, old: Owner | None) -> bool:
        return old is None or new.match in _EXACT or old.match not in _EXACT

    def _owner(self, entry: Entry, connection: Connection, keys: tuple[SocketTuple, ...]) -> tuple[Owner | None, bool]:
        """The best owner known, and whether none better can come."""
        began, last = connection.first_seen, entry.last
        deed = self._deed(keys, last)
        found: Owner | None = None
        for key in keys:
            owner = self._sockets.owner(key, began, last)
            if owner is not None and owner.match is Match.EXACT:
                if deed is not None:
                    deed.entry = entry
                return self._joined(deed, owner)
            found = found or owner
        if deed is not None:
            process = deed.process
            if found is not None and not process.executable and _same(found.process, process):
                process = found.process  # the table's has been read while it lived
            deed.entry = entry
            return Owner(process, Match.KERNEL, deed.shared), bool(process.executable) and not deed.provisional
        if not entry.bits & _OPENING or began <= self._scanned:  # it may have ended between the scan before and this one
            for key in keys:
                owner = self._before.exact(key, last)
                if owner is not None:
                    return owner, False
        # Before whoever has the port: in front of a published container that is a proxy which never sees the packets.
        translated = self._translated(keys, last)
        if translated is not None:
            return translated, False
        for protocol, local, port, _, _ in keys:
            binder = self._deeds.bound(protocol, local, port, last) if port else None
            if binder is not None:
                return Owner(binder, Match.KERNEL, found.shared if found else ()), found is not None
        return found, False

    def _translated(self, keys: tuple[SocketTuple, ...], last: float) -> Owner | None:
        """The socket sees other addresses than the wire: it is in another namespace, or behind a redirection."""
        for key in keys:
            inside = self._sockets.inside(key)
            if inside is None:
                continue
            deed = self._deeds.find(inside, last, foreign=True) or self._deeds.find(inside, last)
            if deed is not None:
                return Owner(deed.process, Match.KERNEL, deed.shared)
            return self._sockets.foreign(inside, last) or self._sockets.exact(inside, last)
        return None

    def _deed(self, keys: tuple[SocketTuple, ...], last: float) -> Deed | None:
        for key in keys:
            deed = self._deeds.find(key, last)
            if deed is not None:
                return deed
        return None

    def _joined(self, deed: Deed | None, table: Owner) -> tuple[Owner, bool]:
        """An event and a row of the table about the same tuple: the event names, unless it only knows the listener."""
        if deed is None or (deed.provisional and deed.process.pid != table.process.pid):
            return table, True
        if _same(table.process, deed.process):
            deed.process = table.process  # the latest description stays: the process may have become another program (exec)
        process = deed.process
        # A server that forks holds the connection itself for a moment: its child may still be told.
        return Owner(process, Match.KERNEL, deed.shared or table.shared), not deed.provisional

    def _try_foreign(self, entry: Entry, connection: Connection) -> bool:
        """A conversation that only passes through this machine may begin or end in one of its containers."""
        both = self._both(connection)
        owner, final = self._passing_owner(both, connection.last_seen)
        changed = owner is not None and owner != entry.owner
        if changed:
            entry.owner = owner
        if both and not final:
            while len(self._passing) >= PASSING:
                self.forget(next(iter(self._passing)))
            self._passing[entry.flow_id] = entry
            for key in both:
                self._by_tuple[key] = entry
        return changed

    def _passing_owner(self, keys: tuple[SocketTuple, ...], last: float) -> tuple[Owner | None, bool]:
        """The owner in another namespace, and whether none better can come."""
        found: Owner | None = None
        for key in keys:
            deed = self._deeds.find(key, last, foreign=True)
            if deed is not None and not deed.provisional:
                return Owner(deed.process, Match.KERNEL, deed.shared), True
            found = found or (Owner(deed.process, Match.KERNEL, deed.shared) if deed else self._sockets.foreign(key, last))
        return found, False

    def _keys(self, connection: Connection) -> Iterator[SocketTuple]:
        """The tuple as seen from each local end, the source's first."""
        both = self._both(connection)
        if not both:
            return
        if connection.local_is_source is not False:
            yield both[0]
        if connection.local_is_source is False or connection.direction is Direction.LOCAL:
            yield both[1]

    def _both(self, connection: Connection) -> tuple[SocketTuple, ...]:
        """The tuple as seen from source and destination."""
        word = connection.protocol
        number = _NUMBERS.get(word)
        if number is None:
            if not word.startswith("ip-") or not word[3:].isdecimal():
                return ()
            number = int(word[3:])
        source, destination = connection.source, connection.destination
        port, other = connection.source_port or 0, connection.destination_port or 0
        return (number, source, port, destination, other), (number, destination, other, source, port)

    def _listen(self, entry: Entry, connection: Connection) -> bool:
        """A connection joined mid-stream was opened by the other end when its local port is listened on."""
        if connection.direction is not Direction.UNKNOWN or connection.protocol != "tcp" or entry.rest.listened:
            return False
        port = connection.local_port
        if port is None or not self._sockets.listening(words.TCP, port):
            return False
        if connection.local_is_source:
            if entry.record is None:
                # Counters can only be turned round together with the ends: wait for the next record.
                return False
            entry.own_rest().swapped = True
        entry.own_rest().listened = True
        entry.anew = FRESH
        return True


def _same(one: Process, other: Process) -> bool:
    """The same process, seen twice (start times come with different precision)."""
    return one.pid == other.pid and (not other.started or abs(one.started - other.started) < 0.1)
