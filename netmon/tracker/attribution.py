"""Attributing connections to processes: kernel events as they come, scans of the socket table (features 5.3, 5.4).

In: events, scans, and entries as they begin, in any order. Out: entries whose owner or direction is now known; which owner
is decided by ``Choice``. Rules: an owner found by its exact tuple stays, also after the process is gone; a weaker one stays
until a better is found; of an accepted connection only the listener is known at first, so whoever works with it, or holds it
in the next scan, takes its place; a process that has become another program (exec) gives that program's name to connections
which a scan shows it still has. Work per scan is bounded: the entries that wait take turns.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import Final

from netmon.model.connection import Connection, Direction
from netmon.model.owner import Match, Owner, Process, SocketEvent, SocketEventKind, SocketTable

from . import words
from .choice import Choice, same
from .entry import FRESH, LIVE, Entry
from .identity import Identity
from .peers import Peers
from .tuples import Tuple as SocketTuple
from .tuples import both_ends, local_ends

PER_SCAN: Final = 20_000
PASSING: Final = 4096
"""Conversations that pass through and may still turn out to be a container's."""
_EXACT: Final = (Match.EXACT, Match.KERNEL)
_MORE: Final = (SocketEventKind.SHARED, SocketEventKind.HANDLED, SocketEventKind.SENT)
"""Kinds of event that may tell of one more process with the same socket."""
CALLED: Final = 16_384
"""Processes remembered between two scans."""
SCANS: Final = 3
"""After so many scans without an owner nothing asks for another."""


class Attribution:
    """Entries of this machine that have no exact owner yet."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._hopes: dict[int, int] = {}
        """Entries without an owner -> scans that may still find one."""
        self._choice = Choice()
        self._peers = Peers(self._choice)
        self._waiting: dict[int, Entry] = {}
        self._by_tuple: dict[SocketTuple, Entry] = {}
        """Those that wait, by the tuples an event may name."""
        self._due: list[Entry] = []
        """Those that have not been compared with the last scan, last first."""
        self._now_shared: list[Entry] = []
        """Settled, but the last scan found one more process with the same socket."""
        self._called: dict[int, Process] = {}
        """Processes, by number, as they were when connections were given to them since the last scan, or as it saw them."""
        self._renamed: set[int] = set()
        """Those that have been given connections under two names since the last scan."""
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
        add, by_tuple = self._choice.deeds.add, self._by_tuple
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
            peered = self._peers.told(key, event.when)
            if peered is not None:
                changed.append(peered)
        return changed

    def _find_shared(self, now: float) -> list[Entry]:
        """Who holds a socket without ever receiving on it is told by no event; of these, those that hold it now."""
        found = []
        for key, others in self._choice.sockets.shared():
            deed = self._choice.deeds.find(key, now)
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
        deed = self._choice.deeds.find(key, event.when, foreign=event.foreign)
        entry = deed.entry if deed is not None else None
        if deed is None or entry is None or entry.owner is None or entry.owner.shared == deed.shared:
            return None
        entry.owner = replace(entry.owner, shared=deed.shared)
        return entry

    def expire(self, now: float) -> None:
        """Forget events that belong to nothing any more."""
        self._choice.deeds.expire(now)

    def take(self, table: SocketTable, now: float) -> None:
        """A new scan."""
        self._choice.take(table, now)
        self._now_shared = self._find_shared(now)
        self._hopes = {flow_id: left - 1 for flow_id, left in self._hopes.items() if left > 1}
        self._due = [*islice(self._waiting.values(), PER_SCAN), *self._passing.values()]
        self._due.reverse()

    def renamed(self, table: SocketTable) -> dict[int, Process]:
        """Processes of this scan that have become another program since connections were given to them; few if any."""
        there, called = table.processes, self._called
        found = self._renamed | {pid for pid, one in called.items() if pid in there and _became(one, there[pid])}
        self._called = {pid: there[pid] for pid in called if pid in there}
        self._renamed = set()
        return {pid: there[pid] for pid in found if pid in there}

    def rename(self, entry: Entry, renamed: dict[int, Process]) -> bool:
        """Whether the entry is one of such a process, and the last scan shows that it still has the socket."""
        owner, connection = entry.owner, entry.connection
        process = renamed.get(owner.process.pid) if owner is not None else None
        if owner is None or process is None or connection is None or not _became(owner.process, process):
            return False
        table = self._choice.sockets
        now = (table.exact(key, entry.last) or table.foreign(key, entry.last) for key in both_ends(connection))
        if not any(one is not None and one.process is process for one in now):
            return False
        entry.owner = replace(owner, process=process)
        return True

    def _settle(self, process: Process) -> None:
        before = self._called.get(process.pid)
        if before is not None and before is not process and _became(before, process):
            self._renamed.add(process.pid)
        if before is None and len(self._called) >= CALLED:
            self._called.clear()
        self._called[process.pid] = process

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
        for key in both_ends(connection):
            if self._by_tuple.get(key) is entry:
                del self._by_tuple[key]

    def _try(self, entry: Entry, connection: Connection) -> bool:
        changed = self._listen(entry, connection)
        keys = tuple(local_ends(connection))
        owner, final = self._choice.owner(entry, connection, keys)
        if owner is not None:
            owner = self._peers.joined(owner, entry, connection)
        if owner is not None and owner != entry.owner and self._better(owner, entry.owner):
            entry.owner = owner
            self._settle(owner.process)
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

    def _try_foreign(self, entry: Entry, connection: Connection) -> bool:
        """A conversation that only passes through this machine may begin or end in one of its containers."""
        both = both_ends(connection)
        owner, final = self._choice.passing(entry, both, connection.last_seen)
        if owner is not None:
            owner = self._peers.joined(owner, entry, connection)
        changed = owner is not None and owner != entry.owner
        if owner is not None and changed:
            entry.owner = owner
            self._settle(owner.process)
        if both and not final:
            while len(self._passing) >= PASSING:
                self.forget(next(iter(self._passing)))
            self._passing[entry.flow_id] = entry
            for key in both:
                self._by_tuple[key] = entry
        return changed

    def _listen(self, entry: Entry, connection: Connection) -> bool:
        """A connection joined mid-stream was opened by the other end when its local port is listened on."""
        if connection.direction is not Direction.UNKNOWN or connection.protocol != "tcp" or entry.rest.listened:
            return False
        port = connection.local_port
        if port is None or not self._choice.sockets.listening(words.TCP, port):
            return False
        if connection.local_is_source:
            if entry.record is None:
                # Counters can only be turned round together with the ends: wait for the next record.
                return False
            entry.own_rest().swapped = True
        entry.own_rest().listened = True
        entry.anew = FRESH
        return True


def _became(before: Process, now: Process) -> bool:
    """The same process is another program now, or the digest of its executable has become known."""
    news = before.title != now.title or (now.sha256 != "" and before.sha256 == "")
    return news and same(before, now) and bool(now.executable)
