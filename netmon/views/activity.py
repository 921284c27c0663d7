"""Activity: one line per process, by what it moved in the last minute; or the interfaces, with their own counters.

     PROCESS          PID   SHARE                    DOWN      UP   LAST 60 S   TOTAL  CONN  PEERS  TOP PEER
     firefox         4803   ████████████▌   62 %    1.24M     18K   ⣀⣠⣤⣶⣿⣷⣤   41.2M    12      7  lobste.rs

In: snapshot, state (scroll, whether interfaces are wanted), a box; out: cells. Processes without a live connection are
dim. Ordered by a minute's bytes, which moves slowly, so lines do not dance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from netmon.model.connection import Connection, Snapshot
from netmon.model.network import Interface
from netmon.units import quantity

from . import charts
from .canvas import Canvas
from .columns import Span, quantity_or_absent
from .layout import Box
from .listing import Heading, fit, paint_header, paint_row
from .state import ViewState
from .theme import Role
from .words import is_loopback, remote_text

SAMPLED = 64
"""Connections per process whose last minute is drawn, those that moved most first."""

HEADINGS = (
    Heading("PROCESS", 14, 1, grows=10),
    Heading("PID", 7, 6, right=True),
    Heading("SHARE", 20, 5),
    Heading("", 5, 7, right=True),
    Heading("DOWN", 5, 2, right=True),
    Heading("UP", 5, 3, right=True),
    Heading("PEAK", 5, 11, right=True),
    Heading("LAST 60 S", 14, 9, grows=16),
    Heading("TOTAL", 5, 4, right=True),
    Heading("CONN", 4, 8, right=True),
    Heading("PEERS", 5, 12, right=True),
    Heading("TOP PEER", 18, 10, grows=30, middle=True),
)
INTERFACES = (
    Heading("INTERFACE", 14, 1, grows=6),
    Heading("KIND", 10, 5),
    Heading("LINK", 5, 4),
    Heading("MTU", 6, 8, right=True),
    Heading("RECEIVED", 8, 2, right=True),
    Heading("SENT", 8, 3, right=True),
    Heading("PACKETS IN", 10, 9, right=True),
    Heading("PACKETS OUT", 11, 10, right=True),
    Heading("ERRORS", 6, 6, right=True),
    Heading("DROPS", 6, 7, right=True),
    Heading("DESCRIPTION", 12, 11, grows=30),
)


@dataclass(slots=True)
class Tally:
    """What one process does."""

    name: str
    pid: int | None
    down: float = 0.0
    up: float = 0.0
    peak: float = 0.0
    total: int = 0
    recent: float = 0.0
    live: int = 0
    peers: dict[str, int] = field(default_factory=dict)
    examples: dict[str, Connection] = field(default_factory=dict)
    """One connection to each peer, for its name."""
    members: list[Connection] = field(default_factory=list)


def tallies(snapshot: Snapshot, state: ViewState) -> list[Tally]:
    """One per process, most active first; connections nobody owns share one."""
    found: dict[int | None, Tally] = {}
    for connection in (*snapshot.connections, *snapshot.closed):
        if not state.localhost and connection.source_scope == "LOOPBACK" and is_loopback(connection):
            continue
        owner = connection.owner
        pid = owner.process.pid if owner is not None else None
        tally = found.get(pid)
        if tally is None:
            tally = found[pid] = Tally(owner.process.name if owner is not None else "-", pid)
        size = connection.bytes_out + connection.bytes_in
        tally.total += size
        peer = connection.remote
        tally.peers[peer] = tally.peers.get(peer, 0) + size
        if peer not in tally.examples:
            tally.examples[peer] = connection
        if not connection.closed:
            rates = connection.rates
            tally.down += connection.rate_down
            tally.up += connection.rate_up
            tally.peak = max(tally.peak, rates.peak_in + rates.peak_out)
            tally.live += 1
            if rates.history_in or rates.history_out:
                tally.recent += sum(rates.history_in) + sum(rates.history_out)
                tally.members.append(connection)
    return sorted(found.values(), key=lambda tally: (tally.recent, tally.total), reverse=True)


def _minute(tally: Tally) -> list[float]:
    chosen = tally.members
    if len(chosen) > SAMPLED:
        chosen = sorted(chosen, key=lambda c: c.rates.out + c.rates.inward, reverse=True)[:SAMPLED]
    series = [s for c in chosen for s in (c.rates.history_in, c.rates.history_out) if s]
    length = max((len(s) for s in series), default=0)
    padded = [(0,) * (length - len(s)) + s for s in series]
    return [float(sum(values)) for values in zip(*padded, strict=True)]


def paint(canvas: Canvas, box: Box, snapshot: Snapshot, state: ViewState) -> None:
    """The header and the processes, or the interfaces."""
    if state.interfaces:
        _interfaces(canvas, box, snapshot.status.interfaces, state.scroll)
        return
    found = tallies(snapshot, state)
    slots = fit(HEADINGS, box.width)
    paint_header(canvas, box, HEADINGS, slots)
    if not found:
        canvas.put(box.x + 1, box.y + 2, "no traffic yet", Role.DIM, box.width - 1)
        return
    everything = sum(tally.recent for tally in found)
    wave = next((slot.width for slot in slots if HEADINGS[slot.column].title == "LAST 60 S"), 0)
    top = min(state.scroll, max(0, len(found) - (box.height - 1)))
    for line, tally in enumerate(found[top : top + box.height - 1]):
        share = tally.recent / everything if everything else 0.0
        paint_row(canvas, (box.x, box.y + 1 + line), _row(tally, share, wave, state.names), HEADINGS, slots)


def _row(tally: Tally, share: float, wave: int, names: bool) -> Sequence[Span]:
    gone = tally.live == 0
    text = Role.DIM if gone else Role.TEXT
    most = max(tally.peers, key=tally.peers.__getitem__)
    peer = remote_text(tally.examples[most], names).lstrip("~")
    down, up = quantity_or_absent(tally.down), quantity_or_absent(tally.up)
    return (
        (tally.name, Role.DIM if gone or tally.pid is None else Role.BRIGHT),
        ("" if tally.pid is None else str(tally.pid), Role.DIM),
        (charts.bar(share, 20), Role.ACCENT),
        (f"{100 * share:.0f} %" if share >= 0.005 else "·", text if share >= 0.005 else Role.DIM),
        (down, Role.DIM if down == "·" else Role.DOWN),
        (up, Role.DIM if up == "·" else Role.UP),
        (quantity_or_absent(tally.peak), Role.DIM),
        (charts.spark(_minute(tally), wave) if wave and not gone else "", Role.ACCENT),
        (quantity(tally.total), text),
        (str(tally.live) if tally.live else "·", text if tally.live else Role.DIM),
        (str(len(tally.peers)), Role.DIM),
        (peer, text),
    )


def _interfaces(canvas: Canvas, box: Box, interfaces: Sequence[Interface], scroll: int) -> None:
    slots = fit(INTERFACES, box.width)
    paint_header(canvas, box, INTERFACES, slots)
    if not interfaces:
        canvas.put(box.x + 1, box.y + 2, "the system names no interfaces", Role.DIM, box.width - 1)
    top = min(scroll, max(0, len(interfaces) - (box.height - 1)))
    for line, interface in enumerate(interfaces[top : top + box.height - 1]):
        paint_row(canvas, (box.x, box.y + 1 + line), _interface(interface), INTERFACES, slots)


def _interface(interface: Interface) -> Sequence[Span]:
    counters = interface.counters
    absent: Span = ("·", Role.DIM)

    def number(value: int, bad: bool = False) -> Span:
        return (quantity(value), Role.WARN if bad else Role.TEXT) if value else absent

    return (
        (interface.name, Role.BRIGHT if interface.up else Role.DIM),
        (interface.kind, Role.DIM),
        ("● up", Role.OK) if interface.up else ("○ down", Role.DIM),
        (str(interface.mtu) if interface.mtu else "·", Role.DIM),
        absent if counters is None else number(counters.bytes_received),
        absent if counters is None else number(counters.bytes_sent),
        absent if counters is None else number(counters.packets_received),
        absent if counters is None else number(counters.packets_sent),
        absent if counters is None else number(counters.errors, True),
        absent if counters is None else number(counters.drops, True),
        (interface.description, Role.DIM),
    )


def count(snapshot: Snapshot, state: ViewState) -> int:
    """How many lines there are to scroll."""
    return len(snapshot.status.interfaces) if state.interfaces else len(tallies(snapshot, state))
