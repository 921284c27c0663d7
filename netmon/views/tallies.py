"""What Activity, Graph and Hosts sum up: by process, by application and state, by host and domain.

In: connections to count or to take off again (``following``); out: tallies. Rates are of live connections only, bytes of
closed ones too. A tally is left out once nothing that is counted in it is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from netmon.model.connection import Connection, Direction
from netmon.model.track import peaks

from .gauges import Gauges
from .grouping import by_country, by_network, host_name, registrable
from .words import application_label, is_loopback, process_name


class Weights:
    """Bytes by name, with how many connections each is of."""

    __slots__ = ("_counts", "sizes")

    def __init__(self) -> None:
        self.sizes: dict[str, int] = {}
        self._counts: dict[str, int] = {}

    def count(self, name: str, size: int, by: int) -> None:
        """Add a connection's bytes, or take them off."""
        number = self._counts.get(name, 0) + by
        if number > 0:
            self._counts[name] = number
            self.sizes[name] = self.sizes.get(name, 0) + by * size
        else:
            self._counts.pop(name, None)
            self.sizes.pop(name, None)

    def most(self) -> list[str]:
        """The names, those with most bytes first."""
        sizes = self.sizes
        return sorted(sizes, key=lambda name: (-sizes[name], name))


@dataclass(slots=True)
class Tally:
    """What was counted under one name."""

    name: str
    down: float = 0.0
    up: float = 0.0
    total: int = 0
    live: int = 0
    number: int = 0
    """Connections, closed ones too."""

    def count(self, connection: Connection, size: int, by: int) -> None:
        """Add one connection, or take it off."""
        self.number += by
        self.total += by * size
        if connection.closed:
            return
        self.live += by
        if not self.live:  # what is left of adding and taking off is rounding
            self.down = self.up = 0.0
            return
        if connection.local_is_source is False:
            self.down += by * connection.rate_out
            self.up += by * connection.rate_in
        else:
            self.down += by * connection.rate_in
            self.up += by * connection.rate_out


ProcessKey = tuple[int, float] | None


@dataclass(slots=True)
class ProcessTally(Tally):
    """What one process does."""

    key: ProcessKey = None
    """``Process.key``; ``None``: nobody's, or several processes'."""
    processes: int = 1
    """How many share the line."""
    peak: float = 0.0
    """The highest rate seen, of all its connections or of one."""
    peers: Weights = field(default_factory=Weights)
    examples: dict[str, Connection] = field(default_factory=dict)
    """One connection to each peer, for its name."""
    members: dict[str, Connection] = field(default_factory=dict)
    """The live connections that move something, by identifier."""

    @property
    def pid(self) -> int | None:
        """Of the one process there is."""
        return self.key[0] if self.key is not None else None


class Processes:
    """By process, a number used again being another one; connections nobody owns share one."""

    def __init__(self, localhost: bool, _names: bool) -> None:
        self._localhost = localhost
        self.by_key: dict[ProcessKey, ProcessTally] = {}

    def count(self, connections: Sequence[Connection], by: int) -> None:
        """See ``Account``."""
        for connection in connections:
            if not self._localhost and connection.source_scope == "LOOPBACK" and is_loopback(connection):
                continue
            owner = connection.owner
            key = owner.process.key if owner is not None else None
            tally = self.by_key.get(key)
            if tally is None:
                name = owner.process.title if owner is not None else "-"
                tally = self.by_key[key] = ProcessTally(name, key=key)
            size = connection.bytes_out + connection.bytes_in
            tally.count(connection, size, by)
            peer = connection.remote
            tally.peers.count(peer, size, by)
            if by < 0:
                tally.members.pop(connection.identifier, None)
                if peer not in tally.peers.sizes:
                    del tally.examples[peer]
                if not tally.number:
                    del self.by_key[key]
                continue
            tally.examples[peer] = connection
            tally.peak = max(tally.peak, sum(peaks(connection.track)), tally.down + tally.up)
            if not connection.closed and (connection.rate_out or connection.rate_in):
                tally.members[connection.identifier] = connection


class Parts:
    """What traffic is made of: bytes by application and by process, live ones by TCP state."""

    def __init__(self, localhost: bool, _names: bool) -> None:
        self._localhost = localhost
        self.applications = Weights()
        self.processes = Weights()
        self.states = Weights()
        self.gauges = Gauges()

    def count(self, connections: Sequence[Connection], by: int) -> None:
        """See ``Account``; closed ones are left out."""
        shown = [
            connection
            for connection in connections
            if not connection.closed
            and (self._localhost or connection.source_scope != "LOOPBACK" or not is_loopback(connection))
        ]
        self.gauges.count(shown, by)
        for connection in shown:
            size = connection.bytes_out + connection.bytes_in
            self.applications.count(application_label(connection), size, by)
            self.processes.count(process_name(connection) or "-", size, by)
            if connection.protocol == "tcp":
                self.states.count(connection.state.split(" ", 1)[0], 1, by)


_OURS = frozenset({Direction.OUTGOING, Direction.INCOMING, Direction.LOCAL})
"""Of other conversations, in files for one, nobody here knows a process: the other end stands for it."""


@dataclass(slots=True)
class HostTally(Tally):
    """What is exchanged with one host or one domain."""

    applications: Weights = field(default_factory=Weights)
    processes: Weights = field(default_factory=Weights)
    places: Weights = field(default_factory=Weights)
    """Countries, two letters."""
    networks: Weights = field(default_factory=Weights)
    """Who runs the network, else what kind of address it is."""
    hosts: dict[str, HostTally] = field(default_factory=dict)


_FOLDS = {"country": by_country, "network": by_network}
HOST_FOLDS = ("domain", *_FOLDS)
"""By what hosts can be folded."""


class Hosts:
    """By host, and hosts by registrable domain (an address without a name is its own), by country, or by network."""

    def __init__(self, localhost: bool, names: bool, folded: str = "domain") -> None:
        self._localhost = localhost
        self._names = names
        self._label = _FOLDS.get(folded)
        self.domains: dict[str, HostTally] = {}

    def count(self, connections: Sequence[Connection], by: int) -> None:
        """See ``Account``."""
        for connection in connections:
            if not self._localhost and connection.source_scope == "LOOPBACK" and is_loopback(connection):
                continue
            name = host_name(connection) if self._names else ""
            host = name or connection.remote
            label = self._label(connection) if self._label is not None else registrable(name) if name else host
            domain = self.domains.get(label)
            if domain is None:
                domain = self.domains[label] = HostTally(label)
            tally = domain.hosts.get(host)
            if tally is None:
                tally = domain.hosts[host] = HostTally(host)
            self._count((domain, tally), connection, by)
            if not tally.number:
                del domain.hosts[host]
            if not domain.number:
                del self.domains[label]

    @staticmethod
    def _count(tallies: tuple[HostTally, HostTally], connection: Connection, by: int) -> None:
        size = connection.bytes_out + connection.bytes_in
        application = application_label(connection)
        process = process_name(connection) or ("" if connection.direction in _OURS else connection.local)
        place = connection.remote_place
        country = place.country if place is not None else ""
        network = place.organisation if place is not None else ""
        if not network:
            source = connection.local_is_source is False
            network = (connection.source_scope if source else connection.destination_scope).lower()
        for tally in tallies:
            tally.count(connection, size, by)
            tally.applications.count(application, size, by)
            if process:
                tally.processes.count(process, size, by)
            if country:
                tally.places.count(country, size, by)
            if network:
                tally.networks.count(network, size, by)
