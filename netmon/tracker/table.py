"""The table of connections and the turns of their lives.

In: records, findings, time. Out: events, finished flows, derived connections. Rule: every connection that is opened is
closed exactly once; its flow id is finished exactly once, and not before late packets can no longer come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from heapq import nsmallest

from netmon.model.connection import Connection, ConnectionEvent, EventKind
from netmon.model.finding import Update
from netmon.model.flow import FlowRecord
from netmon.settings import Settings

from . import life, merge, tcp_state
from .attribution import Attribution
from .derive import own_end
from .entry import CLOSED, GONE, LIVE, OTHER, RETIRED, TCP, UDP, Entry
from .identity import Services
from .inbox import Inbox
from .life import Wheel
from .pairing import Pairing
from .rates import Sampler
from .store import Store

EVICT_SHARE = 0.01
"""Room made at once when there are too many connections."""


class Table(Store):
    """Every connection from its first record to the last of its late packets."""

    def __init__(self, settings: Settings, services: Services | None, *, live: bool) -> None:
        super().__init__(settings, services)
        self._live_source = live
        self.opened_events = True
        self.last_word: Callable[[int], None] | None = None
        self.attribution = Attribution(self.identity)
        self.early = Inbox()
        self.sampler = Sampler(live=live)
        self._touched: dict[int, Entry] = {}
        """With a record that has not been judged."""
        self._ending: list[Entry] = []
        """Their protocol says that they are over."""
        self._wheel = Wheel()
        self._groups: dict[merge.Key, Entry] = {}
        self._order = 0

    # Records and findings

    def take(self, records: Iterable[FlowRecord]) -> None:
        """Remember the records; they are judged when somebody asks."""
        entries, touched = self.entries, self._touched
        for record in records:
            entry = entries.get(record[0])
            if entry is None:
                entry = self._begin(record)
            if entry.parts is not None:
                record = entry.parts.add(record)
            entry.record = record
            touched[entry.flow_id] = entry

    def _begin(self, record: FlowRecord) -> Entry:
        if self._live_source and len(self.identity.interfaces) > 1:
            key = merge.key_of(record)
            other = self._groups.get(key)
            if other is not None and other.phase <= CLOSED and other.parts is not None and other.parts.accepts(record):
                self.entries[record.flow_id] = other
                self._adopt(other, record.flow_id)
                return other
        self._order += 1
        entry = Entry(record.flow_id, f"{self._order:x}", life.transport_of(record.family, record.protocol), record)
        if self._live_source and len(self.identity.interfaces) > 1:
            entry.parts = merge.Parts(record)
            self._groups[key] = entry
        self.entries[record.flow_id] = entry
        self._adopt(entry, record.flow_id)
        return entry

    def _adopt(self, entry: Entry, flow_id: int) -> None:
        for update in self.early.take(flow_id):
            self._apply(entry, update)

    def inform(self, flow_id: int, update: Update) -> None:
        """Take a finding, keep it for later when the flow's first record has not come."""
        entry = self.entries.get(flow_id)
        if entry is None:
            self.early.put(flow_id, update)
        else:
            self._apply(entry, update)

    def _apply(self, entry: Entry, update: Update) -> None:
        finding, old = update.finding, entry.finding
        if finding is not None:
            entry.finding = finding
            entry.settled = False
            if entry.bits >= 0 and entry.phase == LIVE and (old is None or old.idle_timeout != finding.idle_timeout):
                self._schedule(entry)
            if finding.state == tcp_state.CLOSED and entry.transport != TCP:
                self._ending.append(entry)
        for exchange in update.exchanges:
            if entry.responses is None:
                entry.responses = Pairing()
            entry.responses.add(exchange)
        if update.learned:
            self.identity.learn(entry, update.learned)
        self.dirty[entry.flow_id] = entry

    def settle(self) -> None:
        """Judge every record that came in."""
        touched, self._touched = self._touched, {}
        for entry in touched.values():
            record = entry.record
            if record is not None and entry.phase != GONE:
                self._judge(entry, record)
        if self._ending:
            ending, self._ending = self._ending, []
            for entry in ending:
                if entry.phase == LIVE and entry.bits >= 0:
                    self._close(entry, entry.last / 1e9)
                    self._retire_later(entry)
        for entry in self.sampler.fading(int(self.now)):
            self.dirty[entry.flow_id] = entry
        if len(self.entries) > self._settings.max_connections:
            self._evict()

    def _judge(self, entry: Entry, record: FlowRecord) -> None:
        entry.last = record.last_ns
        bits, before = record.tcp_bits, entry.bits
        self.dirty[entry.flow_id] = entry
        if bits != before:
            entry.bits = bits
            entry.settled = False
            if before < 0:
                self._opened(entry)
        if self.sampler.enabled:
            self.sampler.sample(entry, record, self.second)
        if bits != before:
            if bits & tcp_state.SUPERSEDED:
                self._expire(entry, entry.last / 1e9)
                return
            if bits & tcp_state.CLOSING_BITS and not entry.closing:
                entry.closing = entry.last / 1e9
            if entry.phase == LIVE:
                if entry.transport == TCP and self._tcp_state(entry) == tcp_state.CLOSED:
                    self._close(entry, entry.last / 1e9)
                    self._retire_later(entry)
                else:
                    self._schedule(entry)
        elif entry.phase == LIVE and entry.transport != TCP and entry.wake > entry.last / 1e9 + life.IDLE_AFTER:
            self._schedule(entry)

    def _tcp_state(self, entry: Entry) -> str:
        connection = entry.connection
        return tcp_state.tcp_state(entry.bits, own_end(entry, connection.local_is_source if connection else None))

    # Turns of life

    def _opened(self, entry: Entry) -> None:
        self.opened += 1
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
            self._events.append(ConnectionEvent(EventKind.OPENED, connection, connection.first_seen))

    def attribute_anew(self) -> None:
        """The network has changed: what has become local has an owner to be found."""
        for flow_id, connection in self.live.items():
            entry = self.entries[flow_id]
            if entry.phase == LIVE and entry.owner is None and self.attribution.begin(entry, connection):
                self.dirty[flow_id] = entry

    def _schedule(self, entry: Entry) -> None:
        """Wake the entry when the next thing about its idleness changes."""
        transport, last = entry.transport, entry.last / 1e9
        state = self._tcp_state(entry) if transport == TCP else ""
        timeout = life.idle_timeout(transport, entry.bits, state, entry.finding, self._timeouts)
        worded = transport in (UDP, OTHER) and (entry.finding is None or not entry.finding.state)
        self._wheel.set(entry, last + life.next_threshold(max(0.0, self.now - last), timeout, worded))

    def wake_due(self) -> None:
        """Everything whose time has come."""
        for entry in self._wheel.due(self.now):
            if entry.phase == LIVE:
                self._wake(entry)
            elif entry.phase == CLOSED:
                self._retire(entry)
                self._wheel.set(entry, entry.closing + self._timeouts.late_packets)
            elif entry.phase == RETIRED:
                self._forget(entry)

    def _wake(self, entry: Entry) -> None:
        transport = entry.transport
        state = self._tcp_state(entry) if transport == TCP else ""
        timeout = life.idle_timeout(transport, entry.bits, state, entry.finding, self._timeouts)
        over = entry.last / 1e9 + timeout
        if self.now < over:
            self.dirty[entry.flow_id] = entry
            self._schedule(entry)
            return
        self._expire(entry, over)

    def _close(self, entry: Entry, when: float) -> Connection:
        entry.phase = CLOSED
        self.closed += 1
        if self.last_word is not None:
            for flow_id in entry.parts.flow_ids if entry.parts is not None else (entry.flow_id,):
                self.last_word(flow_id)
        if entry.responses is not None:
            entry.responses.give_up()
        connection = self._deriver.derive(entry, self.now)
        entry.reported = connection.packets_out + connection.packets_in
        self.live[entry.flow_id] = connection
        self._events.append(ConnectionEvent(EventKind.CLOSED, connection, when))
        return connection

    def _retire_later(self, entry: Entry) -> None:
        """It stays among the live ones for a while, counted from when its end began."""
        over = entry.last / 1e9
        self._wheel.set(entry, max(over, (entry.closing or over) + self._timeouts.tcp_closed))
        entry.closing = over

    def _retire(self, entry: Entry) -> None:
        entry.phase = RETIRED
        self.lingering += 1
        flow_id = entry.flow_id
        self.attribution.forget(flow_id)
        self.live.pop(flow_id, None)
        self.keep(flow_id, self.current(entry))

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
        if connection.packets_out + connection.packets_in != entry.reported:
            self._events.append(ConnectionEvent(EventKind.UPDATED, connection, connection.last_seen))
            self.keep_anew(flow_id, connection)
        entry.phase = GONE
        self.lingering -= 1
        entry.wake = 0
        self.dirty.pop(flow_id, None)
        parts = entry.parts.flow_ids if entry.parts is not None else [flow_id]
        for part in parts:
            self.entries.pop(part, None)
        self._finished += parts
        if entry.parts is not None and self._groups.get(entry.parts.key) is entry:
            del self._groups[entry.parts.key]

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
                if connection.packets_out + connection.packets_in != entry.reported:
                    self._events.append(ConnectionEvent(EventKind.UPDATED, connection, connection.last_seen))
            elif entry.transport == TCP and self._tcp_state(entry) in tcp_state.OVER:
                self._close(entry, entry.last / 1e9)
            else:
                if entry.responses is not None:
                    entry.responses.give_up()
                connection = self._deriver.derive(entry, self.now)
                self._events.append(ConnectionEvent(EventKind.ACTIVE, connection, self.now))

    def reset(self) -> None:
        """Counters, peaks and what is closed begin anew."""
        self.clear()
        self.sampler.reset()
        for entry in self.entries.values():
            if entry.rate is not None:
                entry.rate.peak_ab = entry.rate.peak_ba = 0.0
                self.dirty[entry.flow_id] = entry
