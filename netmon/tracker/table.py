"""The table of connections: which entry a record or a finding is about, and what it changes there.

In: records and findings. Out: judged entries, whose turns of life are ``turns``'s.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from netmon.model.finding import Finding, Update
from netmon.model.flow import FlowRecord
from netmon.model.owner import Match, Owner
from netmon.settings import Settings

from . import life, merge, tcp_state
from .entry import CLOSED, DORMANT, FRESH, GONE, LIVE, TCP, UNSETTLED, Entry, Shared
from .identity import Services
from .inbox import Inbox
from .rates import without_peaks
from .sharing import Sharing
from .turns import Turns


class Table(Turns):
    """Every connection from its first record to the last of its late packets."""

    def __init__(self, settings: Settings, services: Services | None, *, live: bool) -> None:
        super().__init__(settings, services, live=live)
        self._live_source = live
        self.early = Inbox()
        self._sharing = Sharing()
        self._touched: dict[Shared, Entry] = {}
        """With a record that has not been judged."""
        self._ending: list[Entry] = []
        """Their protocol says that they are over."""
        self._order = 0

    # Records and findings

    def take(self, records: Iterable[FlowRecord]) -> None:
        """Remember the records; they are judged when somebody asks."""
        entries, touched = self.entries, self._touched
        for record in records:
            entry = entries.get(record[0])
            if entry is None:
                entry = self._begin(record)
            parts = entry.rest.parts
            if parts is not None:
                record = parts.add(record)
            entry.record = record
            touched[entry.flow_id] = entry

    def _begin(self, record: FlowRecord) -> Entry:
        if self._live_source and self.identity.several:
            key = merge.key_of(record)
            other = self._groups.get(key)
            parts = other.rest.parts if other is not None and other.phase <= CLOSED else None
            if other is not None and parts is not None and parts.accepts(record):
                self.entries[record.flow_id] = other
                self._adopt(other, record.flow_id)
                return other
        self._order += 1
        entry = Entry(record.flow_id, f"{self._order:x}", life.transport_of(record.family, record.protocol), record)
        if self._live_source and self.identity.several:
            entry.own_rest().parts = merge.Parts(record)
            self._groups[key] = entry
        self.entries[entry.flow_id] = entry
        self._adopt(entry, record.flow_id)
        return entry

    def _adopt(self, entry: Entry, flow_id: int) -> None:
        for update in self.early.take(flow_id):
            self._apply(entry, update)

    def inform(self, flow_id: int, update: Update | Owner) -> None:
        """Take a finding, or who a packet's header says it belongs to; kept when the flow's first record has not come."""
        entry = self.entries.get(flow_id)
        if entry is None:
            self.early.put(flow_id, update)
        else:
            self._apply(entry, update)

    def _apply(self, entry: Entry, update: Update | Owner) -> None:
        if isinstance(update, Owner):
            if entry.owner is None or entry.owner.match is not Match.KERNEL:
                entry.owner, entry.anew = update, FRESH
            self.dirty[entry.flow_id] = entry
            return
        finding, old = update.finding, entry.finding
        if finding is not None:
            if self._timeouts.applications:
                finding = self._timed(finding)
            if self._live_source:
                finding = self._sharing.share(finding)
            entry.finding = finding
            entry.anew = max(entry.anew, UNSETTLED)
            if entry.bits >= 0 and entry.phase == LIVE and (old is None or old.idle_timeout != finding.idle_timeout):
                self._schedule(entry)
            if finding.state == tcp_state.CLOSED and entry.transport != TCP:
                self._ending.append(entry)
        if update.exchanges:
            entry.pair(update.exchanges)
        if update.learned:
            self.identity.learn(entry, update.learned)
        self.dirty[entry.flow_id] = entry

    def _timed(self, finding: Finding) -> Finding:
        """With the idle timeout that the user wants for this application protocol."""
        seconds = self._timeouts.applications.get(finding.label.lower())
        return finding if seconds is None or finding.state == tcp_state.CLOSED else replace(finding, idle_timeout=seconds)

    def settle(self, limit: int | None = None) -> bool:
        """Judge the records that came in, at most so many; whether there are more."""
        touched = self._touched
        if limit is not None and len(touched) > limit:
            some = [touched.pop(flow_id) for flow_id in list(islice(touched, limit))]
        else:
            self._touched = {}
            some = list(touched.values())
        for entry in some:
            record = entry.record
            if record is not None and entry.phase != GONE:
                self._judge(entry, record)
        if self._touched:
            return True
        if self._ending:
            ending, self._ending = self._ending, []
            for entry in ending:
                if entry.phase == LIVE and entry.bits >= 0:
                    self._close(entry, entry.last)
                    self._retire_later(entry)
        if len(self.entries) > self._settings.max_connections:
            self._evict()
        return False

    def fade(self, second: int) -> None:
        """Rates that have gone down by themselves until this second are to be shown anew."""
        for entry in self.sampler.fading(second):
            self.dirty[entry.flow_id] = entry

    def _judge(self, entry: Entry, record: FlowRecord) -> None:
        if entry.phase == DORMANT and not self._awake(entry, record):
            return
        entry.last = record.last_ns / 1e9
        bits, before = record.tcp_bits, entry.bits
        self.dirty[entry.flow_id] = entry
        if bits != before:
            entry.bits = bits
            entry.anew = max(entry.anew, UNSETTLED)
            if before < 0:
                self._opened(entry)
        if self.sampler.enabled:
            self.sampler.sample(entry, record, self.second)
        if before < 0 and entry.connection is not None:  # nobody need derive it again to see what it has begun with
            if entry.track:
                self._deriver.rate(entry, self.now)
            del self.dirty[entry.flow_id]
        if bits != before:
            if bits & tcp_state.SUPERSEDED:
                self._expire(entry, entry.last)
                return
            if bits & tcp_state.CLOSING_BITS and not entry.rest.closing:
                entry.own_rest().closing = entry.last
            if entry.phase == LIVE:
                if entry.transport == TCP and self._tcp_state(entry) == tcp_state.CLOSED:
                    self._close(entry, entry.last)
                    self._retire_later(entry)
                else:
                    self._schedule(entry)
        elif self.shown and entry.phase == LIVE and entry.transport != TCP and self._sooner(entry):
            self._schedule(entry)

    @staticmethod
    def _sooner(entry: Entry) -> bool:
        """Its idle word is due before its turn."""
        return bool(entry.wake > entry.last + life.IDLE_AFTER)

    def reset(self) -> None:
        """Counters, peaks and what is closed begin anew."""
        self.clear()
        self.sampler.reset()
        for entry in self.entries.values():
            if entry.track:
                entry.track = without_peaks(entry.track)
                self.dirty[entry.flow_id] = entry
