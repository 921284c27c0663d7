"""What the tracker holds: entries, live and closed connections, events, counters; and how they are looked at.

Rule: a connection is derived when somebody looks, and only if something about it has changed.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from itertools import islice

from netmon.model.connection import Connection
from netmon.model.snapshot import ConnectionEvent
from netmon.settings import Settings

from .derive import Deriver
from .entry import CLOSED, FRESH, Entry, Shared
from .identity import Identity, Services
from .past import Past


class Store:
    """All entries, by flow id and by what must be done with them."""

    def __init__(self, settings: Settings, services: Services | None) -> None:
        self._settings = settings
        self._timeouts = settings.timeouts
        self.identity = Identity(services)
        self._deriver = Deriver(settings.timeouts, self.identity)
        self.identity.names.told.process_of = self._process_of
        self.entries: dict[Shared, Entry] = {}
        """Every part of a merged connection leads to its entry."""
        self.dirty: dict[Shared, Entry] = {}
        """With something the last snapshot did not show."""
        self.live: dict[Shared, Connection] = {}
        self.now = self.began = 0.0
        self.second = 0
        self.opened = self.closed = self.evicted = 0
        self.lingering = 0
        """Closed ones that still swallow late packets."""
        self._kept: OrderedDict[Shared, Connection] = OrderedDict()
        self._kept_tuple: tuple[Connection, ...] | None = ()
        self.past = Past()
        self._events: list[ConnectionEvent] = []
        self._finished: list[int] = []

    def _process_of(self, flow_id: int) -> int | None:
        entry = self.entries.get(flow_id)
        return entry.owner.process.pid if entry is not None and entry.owner is not None else None

    def advance(self, now: float) -> None:
        """Time never runs backwards."""
        if not self.began:
            self.began = now
        if now > self.now:
            self.now = now
            self.second = int(now)

    def current(self, entry: Entry) -> Connection:
        """The entry's connection with everything that came in."""
        if entry.record is None and entry.connection is not None and entry.anew != FRESH:
            return entry.connection
        return self._deriver.derive(entry, self.now)

    def keep(self, flow_id: Shared, connection: Connection) -> Shared:
        """A connection is over; the oldest is dropped when there are too many: its flow id, else 0."""
        self._kept[flow_id] = connection
        self._kept_tuple = None
        if len(self._kept) <= self._settings.max_closed:
            return 0
        dropped, gone = self._kept.popitem(last=False)
        self.past.add(gone)
        return dropped

    def is_kept(self, flow_id: int) -> bool:
        """Whether it is among the closed ones."""
        return flow_id in self._kept

    def take_back(self, flow_id: int) -> None:
        """A connection was not over after all; nothing to take back where the counters began anew meanwhile."""
        if self._kept.pop(flow_id, None) is not None:
            self._kept_tuple = None
            self.closed -= 1

    def keep_anew(self, flow_id: int, connection: Connection) -> None:
        """Late packets have changed a closed connection, if it is still kept."""
        if flow_id in self._kept:
            self._kept[flow_id] = connection
            self._kept_tuple = None

    def take_events(self) -> list[ConnectionEvent]:
        """The events since the last call."""
        events, self._events = self._events, []
        return events

    def take_finished(self) -> list[int]:
        """The flows finished since the last call."""
        finished, self._finished = self._finished, []
        return finished

    def refresh(self, concerned: Callable[[Connection], bool]) -> None:
        """Derive connections anew from the ground up: names or the network have changed."""
        for flow_id, connection in self.live.items():
            if concerned(connection):
                entry = self.entries[flow_id]
                entry.anew = FRESH
                self.dirty[flow_id] = entry

    def derive_dirty(self, limit: int | None = None) -> bool:
        """Bring the connections that somebody looks at up to date, at most so many; whether there is more to be done."""
        dirty = self.dirty
        if limit is not None and len(dirty) > limit:
            some = [(flow_id, dirty.pop(flow_id)) for flow_id in list(islice(dirty, limit))]
        else:
            some, self.dirty = list(dirty.items()), {}
        more, unready = bool(self.dirty), 0
        for flow_id, entry in some:
            if entry.bits < 0:
                self.dirty[flow_id] = entry
                unready += 1
            elif entry.phase <= CLOSED:
                self.live[flow_id] = self._deriver.derive(entry, self.now)
            elif flow_id in self._kept:
                self.keep_anew(flow_id, self._deriver.derive(entry, self.now))
        return more and unready < len(some)

    def closed_tuple(self) -> tuple[Connection, ...]:
        """Recently closed ones, newest last."""
        if self._kept_tuple is None:
            self._kept_tuple = tuple(self._kept.values())
        return self._kept_tuple

    def clear(self) -> None:
        """Counters and what is closed begin anew."""
        self._kept.clear()
        self._kept_tuple = ()
        self.past.clear()
        self.opened = self.closed = self.evicted = 0
        self.began = self.now
