"""Hosts: the other ends, folded by registrable domain, by what was exchanged with them.

     DOMAIN                     CONN   DOWN     UP   TOTAL   APPLICATIONS     WHO TALKS TO IT
     freebsd.org                   3   1.2M    14K    41M    TLS QUIC         firefox, curl
       www.freebsd.org             2   1.2M    12K    40M    TLS QUIC         firefox

In: snapshot, state (scroll), a box; out: cells. Closed conversations count in totals. Ordered by total bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from netmon.model.connection import Connection, Snapshot
from netmon.units import quantity

from .canvas import Canvas
from .columns import Span, quantity_or_absent
from .grouping import host_name, registrable
from .layout import Box
from .listing import Heading, fit, paint_header, paint_row
from .state import ViewState
from .theme import Role
from .words import application_label, is_loopback, process_name

HEADINGS = (
    Heading("DOMAIN OR ADDRESS", 24, 1, grows=22, middle=True),
    Heading("NETWORK", 10, 9),
    Heading("HOSTS", 5, 8, right=True),
    Heading("CONN", 4, 5, right=True),
    Heading("DOWN", 5, 2, right=True),
    Heading("UP", 5, 3, right=True),
    Heading("TOTAL", 5, 4, right=True),
    Heading("APPLICATIONS", 14, 7, grows=14),
    Heading("WHO TALKS TO IT", 16, 6, grows=40),
)


@dataclass(slots=True)
class Tally:
    """What is exchanged with one host or one domain."""

    name: str
    down: float = 0.0
    up: float = 0.0
    total: int = 0
    live: int = 0
    scope: str = ""
    applications: dict[str, int] = field(default_factory=dict)
    processes: dict[str, int] = field(default_factory=dict)
    hosts: dict[str, Tally] = field(default_factory=dict)

    def add(self, connection: Connection) -> None:
        """Count one connection."""
        size = connection.bytes_out + connection.bytes_in
        self.total += size
        if not connection.closed:
            self.down += connection.rate_down
            self.up += connection.rate_up
            self.live += 1
        label = application_label(connection)
        self.applications[label] = self.applications.get(label, 0) + size
        process = process_name(connection)
        if process:
            self.processes[process] = self.processes.get(process, 0) + size
        scope = connection.source_scope if connection.local_is_source is False else connection.destination_scope
        self.scope = self.scope or scope.lower()

    def merge(self, host: Tally) -> None:
        """Count everything of one host."""
        self.total += host.total
        self.down += host.down
        self.up += host.up
        self.live += host.live
        self.scope = self.scope or host.scope
        for mine, theirs in ((self.applications, host.applications), (self.processes, host.processes)):
            for name, size in theirs.items():
                mine[name] = mine.get(name, 0) + size


def _order(tallies: Iterable[Tally]) -> list[Tally]:
    return sorted(tallies, key=lambda tally: (tally.total, tally.name), reverse=True)


def tallies(snapshot: Snapshot, state: ViewState) -> list[Tally]:
    """One per domain, those with most bytes first; an address without a name is its own domain."""
    found: dict[str, Tally] = {}
    domains: dict[str, Tally] = {}
    for connection in (*snapshot.connections, *snapshot.closed):
        if not state.localhost and connection.source_scope == "LOOPBACK" and is_loopback(connection):
            continue
        name = host_name(connection) if state.names else ""
        host = name or connection.remote
        tally = found.get(host)
        if tally is None:
            tally = found[host] = Tally(host)
            domain = registrable(name) if name else host
            if domain not in domains:
                domains[domain] = Tally(domain)
            domains[domain].hosts[host] = tally
        tally.add(connection)
    for domain_tally in domains.values():
        for host_tally in domain_tally.hosts.values():
            domain_tally.merge(host_tally)
    return _order(domains.values())


def _lines(snapshot: Snapshot, state: ViewState) -> list[tuple[Tally, bool]]:
    """The tallies as lines; hosts are named below their domain unless the domain's name says it all."""
    lines: list[tuple[Tally, bool]] = []
    for tally in tallies(snapshot, state):
        lines.append((tally, False))
        if len(tally.hosts) > 1 or tally.name not in tally.hosts:
            lines += [(host, True) for host in _order(tally.hosts.values())]
    return lines


def paint(canvas: Canvas, box: Box, snapshot: Snapshot, state: ViewState) -> None:
    """The header and the hosts."""
    slots = fit(HEADINGS, box.width)
    paint_header(canvas, box, HEADINGS, slots)
    lines = _lines(snapshot, state)
    if not lines:
        canvas.put(box.x + 1, box.y + 2, "no traffic yet", Role.DIM, box.width - 1)
    top = min(state.scroll, max(0, len(lines) - (box.height - 1)))
    for line, (tally, inner) in enumerate(lines[top : top + box.height - 1]):
        paint_row(canvas, (box.x, box.y + 1 + line), _row(tally, inner), HEADINGS, slots)


def _most(counts: dict[str, int]) -> list[str]:
    return sorted(counts, key=lambda name: (-counts[name], name))


def _row(tally: Tally, inner: bool) -> Sequence[Span]:
    down, up = quantity_or_absent(tally.down), quantity_or_absent(tally.up)
    text = Role.TEXT if tally.live else Role.DIM
    return (
        (f"  {tally.name}" if inner else tally.name, text if inner else Role.BRIGHT if tally.live else Role.DIM),
        (tally.scope, Role.DIM),
        (str(len(tally.hosts)) if len(tally.hosts) > 1 else "", Role.DIM),
        (str(tally.live) if tally.live else "·", text),
        (down, Role.DIM if down == "·" else Role.DOWN),
        (up, Role.DIM if up == "·" else Role.UP),
        (quantity(tally.total), text),
        (" ".join(_most(tally.applications)), Role.DIM if inner else text),
        (", ".join(_most(tally.processes)), Role.DIM if inner else text),
    )


def count(snapshot: Snapshot, state: ViewState) -> int:
    """How many lines there are to scroll."""
    return len(_lines(snapshot, state))
