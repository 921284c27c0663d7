"""The tracker: flow records, findings, sockets, networks and names in; events and snapshots out.

Plain and synchronous; time is the caller's ``now`` (Unix seconds, packet time for files). Cost follows what changed: a
record costs one look-up, a connection is derived only when somebody looks at it, idle ones sleep on the wheel.

The life of a connection: OPENED at its first record; CLOSED once, when TCP is closed, its protocol says so, it is idle too
long or a new connection has taken its ports. TCP that was only silent too long comes back under its id when it is heard
within two hours while it is still among the closed ones (OPENED, and CLOSED, once more). A closed TCP connection stays among
the live ones for 15 s from its first closing event and swallows late packets for 30 s (then one UPDATED, should they have
changed its counters, or should its owner have become known since); only then may the meter forget its flow, so that no late
packet raises a ghost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, NamedTuple

from netmon.model.connection import Connection
from netmon.model.finding import Update
from netmon.model.flow import FlowRecord
from netmon.model.kernel_tcp import KernelTcp
from netmon.model.network import Network
from netmon.model.owner import Owner, SocketEvent, SocketTable
from netmon.model.snapshot import ConnectionEvent, EventKind, Snapshot, SystemStatus
from netmon.settings import Settings

from .entry import CLOSED, FRESH, LIVE, NOT_AS_IT_IS, Entry
from .identity import Places, Services, Vendors
from .naming import Pointers
from .quiet import QuietSockets
from .table import Table

RENEWED: Final = 50_000
"""Connections that are looked at for names that have expired; five times as many as names are kept."""


@dataclass(frozen=True, slots=True)
class TrackerStatistics:
    """The tracker's own counters."""

    live: int
    lingering: int
    """Closed, still swallowing late packets."""
    closed_kept: int
    opened: int
    closed: int
    evicted: int
    early_updates: int
    early_dropped: int
    learned_names: int
    unowned: int


class SystemRates(NamedTuple):
    """Everything together: bytes per second, packets per second, 60 one-second values, oldest first (bytes, then
    connections)."""

    down: float
    up: float
    packets: float
    history_down: tuple[int, ...]
    history_up: tuple[int, ...]
    history_opened: tuple[int, ...]
    history_closed: tuple[int, ...]


class Tracker:
    """All connections of one run."""

    def __init__(
        self,
        settings: Settings,
        *,
        live: bool,
        services: Services | None = None,
        opened_events: bool = True,
        sample_rates: bool = True,
    ) -> None:
        """``services`` names ports; a run that only wants the end results leaves out OPENED events and rates."""
        self._table = Table(settings, services, live=live)
        self._table.opened_events = opened_events
        self._table.sampler.enabled = self._table.shown = sample_rates
        self._renamed: set[str] = set()
        self._quiet = QuietSockets(self._table.identity) if live and settings.all_sockets else None

    def set_last_word(self, last_word: Callable[[int], None] | None) -> None:
        """Called with the flow id when a connection closes, before its CLOSED event is made: what inspection still holds
        back comes in through ``apply_update`` then."""
        self._table.last_word = last_word

    # What comes in

    def apply_records(self, records: Iterable[FlowRecord], now: float) -> None:
        """The flow records that changed."""
        self._table.advance(now)
        self._table.take(records)

    def apply_update(self, flow_id: int, update: Update) -> None:
        """What inspection found; may come before the flow's first record."""
        self._table.inform(flow_id, update)

    def apply_owner(self, flow_id: int, owner: Owner) -> None:
        """Who a packet's own header says holds the flow (PKTAP); may come before its first record."""
        self._table.inform(flow_id, owner)

    def apply_sockets(self, table: SocketTable, now: float) -> None:
        """One scan of the socket table; the newest counts."""
        self._table.advance(now)
        self._table.settle()
        self.take_sockets(table, now)
        self.attribute()

    def take_sockets(self, table: SocketTable, now: float) -> None:
        """The same, but what is known already gets its owner only by ``attribute``."""
        self._table.advance(now)
        if self._quiet is not None:
            self._quiet.apply(table, now)
        attribution = self._table.attribution
        attribution.take(table, now)
        if renamed := attribution.renamed(table):
            entries = {id(entry): entry for entry in self._table.entries.values() if entry.phase == LIVE}
            self._owned([entry for entry in entries.values() if attribution.rename(entry, renamed)])

    def attribute(self, limit: int | None = None) -> bool:
        """See whether the last scan says more about connections without a certain owner, at most so many; whether there are
        more."""
        more, changed = self._table.attribution.again(limit)
        self._owned(changed)
        return more

    def apply_events(self, events: Iterable[SocketEvent], now: float) -> None:
        """What the kernel told about sockets, before or after the records of their packets."""
        self._table.advance(now)
        self._owned(self._table.attribution.tell(events))

    def apply_kernel_tcp(self, figures: Iterable[tuple[int, KernelTcp]]) -> None:
        """What the kernel knows of its own ends of connections, by flow id."""
        table = self._table
        for flow_id, one in figures:
            entry = table.entries.get(flow_id)
            if entry is not None and entry.phase <= CLOSED:
                entry.own_rest().kernel_tcp = one
                table.dirty[entry.flow_id] = entry

    def _owned(self, entries: Iterable[Entry]) -> None:
        """Something new is known about who these belong to; of those that are over it is told as of late packets."""
        for entry in entries:
            entry.anew = FRESH
            self._renamed |= self._table.identity.names.told.settled(entry.flow_id)
            if entry.phase != LIVE:
                entry.own_rest().reported = NOT_AS_IT_IS
            self._table.dirty[entry.flow_id] = entry

    def apply_network(self, network: Network) -> None:
        """What is local, gateway, broadcast."""
        table = self._table
        if table.identity.set_network(network):
            table.settle()
            table.refresh(lambda _: True)
            table.derive_dirty()
            table.attribute_anew()

    def apply_names(self, names: Pointers) -> None:
        """Reverse DNS results by address text, with their lifetimes."""
        self._renamed |= self._table.identity.names.set_pointers(names, self._table.now)

    def set_interfaces(self, names: Sequence[str]) -> None:
        """Names of ``FlowRecord.interface``; live with several, conversations seen on more than one are merged."""
        self._table.identity.interfaces = tuple(names)

    def set_places(self, places: Places | None) -> None:
        """What tells where a public address is; asked when a connection begins."""
        self._table.identity.places = places

    def set_vendors(self, vendors: Vendors | None) -> None:
        """What tells who made a network card, by its six address bytes."""
        self._table.identity.vendors = vendors

    # What goes out

    def connections(self) -> tuple[Connection, ...]:
        """The live ones as they were last looked at."""
        return tuple(self._table.live.values())

    def judge(self, now: float, limit: int) -> bool:
        """Do a part of what ``tick`` has to do, ``limit`` connections of it; whether there is more."""
        self._table.advance(now)
        if self._table.settle(limit) or self._table.wake_due(limit):
            return True
        self._table.fade(int(now))
        return False

    def tick(self, now: float) -> list[ConnectionEvent]:
        """Judge what came in, wake what is due; the events since the last tick."""
        self._table.advance(now)
        self._table.settle()
        self._table.fade(int(now))
        self._table.wake_due()
        self._table.attribution.expire(now)
        return self._table.take_events()

    def take_finished(self) -> list[int]:
        """Flows the meter may forget."""
        return self._table.take_finished()

    def finish(self, now: float) -> list[ConnectionEvent]:
        """The end of the run: the remaining events, then ACTIVE (or CLOSED, UPDATED) for what is still there."""
        events = self.tick(now)
        self._table.end()
        events += self._table.take_events()
        if self._quiet is not None:
            quiet = self._quiet.connections(self._table.live.values())
            events += [ConnectionEvent(EventKind.ACTIVE, connection, now) for connection in quiet]
        return events

    def prepare(self, limit: int) -> bool:
        """Do a part of what ``snapshot`` has to do, ``limit`` connections of it; whether there is more."""
        self._table.settle()
        return self._table.derive_dirty(limit)

    def snapshot(self, now: float, status: SystemStatus) -> Snapshot:
        """Everything there is to show; rates and counters of ``status`` are filled in."""
        table = self._table
        table.advance(now)
        table.settle()
        if self._renamed:
            renamed, self._renamed = self._renamed, set()
            table.refresh(lambda connection: connection.source in renamed or connection.destination in renamed)
        table.derive_dirty()
        rates = self.system_rates(now)
        status = replace(
            status,
            rate_down=rates.down,
            rate_up=rates.up,
            packets_per_second=rates.packets,
            history_down=rates.history_down,
            history_up=rates.history_up,
            history_opened=rates.history_opened,
            history_closed=rates.history_closed,
            stretches=table.sampler.totals.stretches(int(now)),
            opened=table.opened,
            closed=table.closed,
            evicted=table.evicted,
        )
        live = tuple(table.live.values())
        if self._quiet is not None:
            live += self._quiet.connections(live)
        return Snapshot(now, live, table.closed_tuple(), status, table.past.totals())

    def system_rates(self, now: float) -> SystemRates:
        """All connections together; down is towards this machine, else towards the openers."""
        second = int(now)
        totals = self._table.sampler.totals
        return SystemRates(*totals.window(second, now - self._table.began), *totals.history(second))

    def unresolved(self, limit: int) -> list[str]:
        """Addresses shown without a name, most recent first, each asked for once until its answer expires."""
        table, identity = self._table, self._table.identity
        shown: Iterable[str] = ()
        if identity.names.due(table.now):
            some = islice(table.live.values(), RENEWED)
            shown = (address for connection in some for address in identity.nameable(connection))
        return identity.names.unresolved(limit, table.now, shown)

    def not_asked(self, addresses: Iterable[str]) -> None:
        """Of those in ``unresolved``, these could not be asked for: they come again."""
        self._table.identity.names.let_go(addresses)

    def reset(self) -> None:
        """Counters, peaks, system history and the list of closed ones begin anew; what lives goes on."""
        self._table.reset()

    @property
    def unowned(self) -> int:
        """Connections that a scan of the sockets may give an owner."""
        return self._table.attribution.unowned

    def statistics(self) -> TrackerStatistics:
        """The tracker's own counters."""
        table = self._table
        return TrackerStatistics(
            live=len(table.live),
            lingering=table.lingering,
            closed_kept=len(table.closed_tuple()),
            opened=table.opened,
            closed=table.closed,
            evicted=table.evicted,
            early_updates=table.early.flows,
            early_dropped=table.early.dropped,
            learned_names=len(table.identity.names),
            unowned=table.attribution.unowned,
        )
