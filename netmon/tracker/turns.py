"""The turns of a connection's life: opened, scheduled, woken, closed, asleep, retired, forgotten.

In: entries that have been judged, and the time. Out: events, finished flows. Rule: every connection that is opened is
closed; its flow id is finished exactly once, and not before late packets can no longer come.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import nsmallest
from itertools import islice
from typing import Final

from netmon.model.connection import Connection
from netmon.model.flow import FlowRecord
from netmon.model.snapshot import ConnectionEvent, EventKind
from netmon.settings import Settings

from . import life, tcp_state
from .attribution import Attribution
from .derive import own_end
from .entry import CLOSED, DORMANT, GONE, LIVE, OTHER, RETIRED, TCP, UDP, UNSETTLED, Entry
from .identity import Services
from .life import Wheel
from .merge import Key
from .sampler import Sampler
from .store import Store

_OPENED: Final = EventKind.OPENED
_CLOSED: Final = EventKind.CLOSED
_UPDATED: Final = EventKind.UPDATED
_ACTIVE: Final = EventKind.ACTIVE
EVICT_SHARE: Final = 0.01
"""Room made at once when there are too many connections."""


class Turns(Store):
    """What happens to an entry, and when."""

    def __init__(self, settings: Settings, services: Services | None, *, live: bool) -> None:
        super().__init__(settings, services)
        self.sampler = Sampler(live=live)
        self.opened_events = True
        self.shown = True
        """Somebody looks in between, so that whatever has become idle is derived anew in time."""
        self.last_word: Callable[[int], None] | None = None
        self.attribution = Attribution(self.identity)
        self._wheel = Wheel()
        self._groups: dict[Key, Entry] = {}

    def _tcp_state(self, entry: Entry) -> str:
        connection = entry.connection
        return tcp_state.tcp_state(entry.bits, own_end(entry, connection.local_is_source if connection else None))

    def _opened(self, entry: Entry) -> None:
        self.opened += 1
        self.sampler.totals.lives(self.second, opened=1)
        record = entry.record
        if record is not None:
            entry.side = record.initiator
        if not self.opened_events and not self.identity.book.has_locals:
            return
        connection = self._deriver.derive(entry, self.now)
        if self.identity.book.has_locals:
            entry.record = record
            if self.attribution.begin(entry, connection):
                connection = self._deriver.derive(entry, self.now)
            entry.record = None
        self.live[entry.flow_id] = connection
        if self.opened_events:
            self._events.append(ConnectionEvent(_OPENED, connection, connection.first_seen))

    def attribute_anew(self) -> None:
        """The network has changed: what has become local has an owner to be found."""
        for flow_id, connection in self.live.items():
            entry = self.entries[flow_id]
            if entry.phase == LIVE and entry.owner is None and self.attribution.begin(entry, connection):
                self.dirty[flow_id] = entry

    def _schedule(self, entry: Entry) -> None:
        """Wake the entry when the next thing about its idleness changes."""
        transport, last = entry.transport, entry.last
        state = self._tcp_state(entry) if transport == TCP else ""
        timeout = life.idle_timeout(transport, entry.bits, state, entry.finding, self._timeouts)
        if not self.shown:
            nearly = life.EXPIRING * timeout
            self._wheel.set(entry, last + (nearly if self.now < last + nearly else timeout))
            return
        worded = transport in (UDP, OTHER) and (entry.finding is None or not entry.finding.state)
        self._wheel.set(entry, last + life.next_threshold(max(0.0, self.now - last), timeout, worded))

    def wake_due(self, limit: int | None = None) -> bool:
        """Everything whose time has come, at most so many; whether there may be more."""
        woken = 0
        for entry in islice(self._wheel.due(self.now), limit):
            woken += 1
            if entry.phase == LIVE:
                self._wake(entry)
            elif entry.phase == CLOSED:
                self._retire(entry)
                self._wheel.set(entry, entry.rest.closing + self._timeouts.late_packets)
            elif entry.phase in (RETIRED, DORMANT):
                self._forget(entry)
        return woken == limit

    def _wake(self, entry: Entry) -> None:
        transport = entry.transport
        state = self._tcp_state(entry) if transport == TCP else ""
        timeout = life.idle_timeout(transport, entry.bits, state, entry.finding, self._timeouts)
        over = entry.last + timeout
        if self.now < over:
            if self.shown:
                self.dirty[entry.flow_id] = entry
            self._schedule(entry)
        elif transport == TCP and state not in tcp_state.OVER:
            self._sleep(entry, over)
        else:
            self._expire(entry, over)

    def _sleep(self, entry: Entry, when: float) -> None:
        """Over for all that is known, but its ends may still hold it open."""
        self._close(entry, when)
        self._retire(entry)
        if self.is_kept(entry.flow_id):
            entry.phase = DORMANT
            self.lingering -= 1
            self._wheel.set(entry, when + life.DORMANT_FOR)
        else:
            self._forget(entry)

    def _awake(self, entry: Entry, record: FlowRecord) -> bool:
        """A dormant connection is heard of again: it goes on as the one it was, unless another one has taken its ports."""
        if record.tcp_bits & tcp_state.SUPERSEDED:
            self._forget(entry)
            return False
        entry.phase = LIVE
        entry.last = record.last_ns / 1e9
        entry.anew = max(entry.anew, UNSETTLED)
        self.take_back(entry.flow_id)
        connection = self._deriver.derive(entry, self.now)
        self.live[entry.flow_id] = connection
        if self.identity.book.has_locals:
            self.attribution.begin(entry, connection)
        if self.opened_events:
            self._events.append(ConnectionEvent(_OPENED, connection, record.last_ns / 1e9))
        entry.record = record
        self.dirty[entry.flow_id] = entry
        self._schedule(entry)
        return True

    @staticmethod
    def _flows_of(entry: Entry) -> list[int]:
        """The meter's flows that this connection is made of."""
        parts = entry.rest.parts
        return parts.flow_ids if parts is not None else [entry.flow_id]

    def _close(self, entry: Entry, when: float) -> Connection:
        entry.phase = CLOSED
        self.closed += 1
        self.sampler.totals.lives(self.second, closed=1)
        if self.last_word is not None:
            for flow_id in self._flows_of(entry):
                self.last_word(flow_id)
        entry.give_up()
        connection = self._deriver.derive(entry, self.now)
        entry.own_rest().reported = connection.packets_out + connection.packets_in
        self.live[entry.flow_id] = connection
        self._events.append(ConnectionEvent(_CLOSED, connection, when))
        return connection

    def _retire_later(self, entry: Entry) -> None:
        """It stays among the live ones for a while, counted from when its end began."""
        over = entry.last
        rest = entry.own_rest()
        self._wheel.set(entry, max(over, (rest.closing or over) + self._timeouts.tcp_closed))
        rest.closing = over

    def _retire(self, entry: Entry) -> None:
        entry.phase = RETIRED
        self.lingering += 1
        flow_id = entry.flow_id
        self.attribution.forget(flow_id)
        self.live.pop(flow_id, None)
        dropped = self.entries.get(self.keep(flow_id, self.current(entry)))
        if dropped is not None and dropped.phase == DORMANT:
            self._forget(dropped)

    def _expire(self, entry: Entry, when: float) -> None:
        """Over at once, without waiting for late packets."""
        if entry.phase == LIVE:
            self._close(entry, when)
        if entry.phase == CLOSED:
            self._retire(entry)
        self._forget(entry)

    def _forget(self, entry: Entry) -> None:
        flow_id = entry.flow_id
        connection = self.current(entry)
        if connection.packets_out + connection.packets_in != entry.rest.reported:
            self._events.append(ConnectionEvent(_UPDATED, connection, connection.last_seen))
            self.keep_anew(flow_id, connection)
        self.lingering -= entry.phase == RETIRED
        entry.phase = GONE
        entry.wake = 0
        self.dirty.pop(flow_id, None)
        flows = self._flows_of(entry)
        for part in flows:
            self.entries.pop(part, None)
        self._finished += flows
        parts = entry.rest.parts
        if parts is not None and self._groups.get(parts.key) is entry:
            del self._groups[parts.key]

    def _evict(self) -> None:
        limit = self._settings.max_connections
        surplus = len(self.entries) - limit + int(limit * EVICT_SHARE)
        for entry in nsmallest(surplus, self.entries.values(), key=lambda one: one.last):
            if entry.phase != GONE:
                self.evicted += entry.phase == LIVE
                self._expire(entry, self.now)

    def end(self) -> None:
        """The run is over: one last event for everything still here."""
        for entry in list(dict.fromkeys(self.entries.values())):
            if entry.phase != LIVE:
                connection = self.current(entry)
                if connection.packets_out + connection.packets_in != entry.rest.reported:
                    self._events.append(ConnectionEvent(_UPDATED, connection, connection.last_seen))
            elif entry.transport == TCP and self._tcp_state(entry) in tcp_state.OVER:
                self._close(entry, entry.last)
            else:
                entry.give_up()
                connection = self._deriver.derive(entry, self.now)
                self._events.append(ConnectionEvent(_ACTIVE, connection, self.now))
