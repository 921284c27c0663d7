"""Activity: one line per process, by what it moved in the last minute; or the interfaces, with their own counters.

     PROCESS          PID   SHARE                    DOWN      UP   LAST 60 S   TOTAL  CONN  PEERS  TOP PEER
     firefox         4803   ████████████▌   62 %    1.24M     18K   ⣀⣠⣤⣶⣿⣷⣤   41.2M    12      7  lobste.rs

In: snapshot, state (sums by process, scroll, whether interfaces are wanted), a box; out: cells. Processes without a live
connection are dim. Share is of the traffic now; totals include connections that are not kept any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nlargest
from math import log2

from netmon.model.connection import Snapshot
from netmon.model.network import Interface
from netmon.units import quantity

from . import charts
from .canvas import Canvas
from .column import Span, quantity_or_absent
from .layout import Box
from .listing import Heading, fit, paint_header, paint_row
from .minute import minute
from .scrollbar import scroll_bar
from .state import ViewState
from .tallies import Processes, ProcessTally
from .theme import Role
from .words import remote_text

SAMPLED = 96
"""Connections whose last minute is drawn, shared among the processes on screen: of each those that move most."""

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


def tallies(state: ViewState, snapshot: Snapshot) -> list[ProcessTally]:
    """One per process, most active first. Rates count by steps of a half, so that lines do not dance."""
    books = state.books.account if state.books is not None else None
    if not isinstance(books, Processes):
        return []
    found = [*books.by_pid.values(), *_past(books, snapshot)]
    return sorted(found, key=lambda tally: (_step(tally.down + tally.up), tally.total), reverse=True)


def _step(rate: float) -> int:
    return round(2 * log2(rate)) if rate >= 1 else 0


def _past(books: Processes, snapshot: Snapshot) -> list[ProcessTally]:
    """Processes of which no connection is left."""
    return [
        ProcessTally(gone.process.name, total=gone.bytes_down + gone.bytes_up, pid=gone.process.pid)
        for gone in snapshot.gone
        if gone.process is not None and gone.process.pid not in books.by_pid
    ]


def _total(tally: ProcessTally, past: dict[int | None, int]) -> int:
    """With what connections moved that are not kept any more."""
    return tally.total + past.get(tally.pid, 0) if tally.number else tally.total


def _minute(tally: ProcessTally, now: float, sampled: int) -> list[float]:
    """The last minute of the connections that move most."""
    chosen = nlargest(sampled, tally.members.values(), key=lambda c: c.rates.out + c.rates.inward)
    series = [minute(connection.rates, now) for connection in chosen]
    return [float(sum(values)) for values in zip(*[one for one in series if one], strict=True)]


def paint(canvas: Canvas, box: Box, snapshot: Snapshot, state: ViewState) -> None:
    """The header and the processes, or the interfaces."""
    if state.interfaces:
        _interfaces(canvas, box, snapshot.status.interfaces, state.scroll)
        return
    found = tallies(state, snapshot)
    slots = fit(HEADINGS, box.width - 2)
    paint_header(canvas, box, HEADINGS, slots)
    if not found:
        canvas.put(box.x + 1, box.y + 2, "no traffic yet", Role.DIM, box.width - 1)
        return
    everything = sum(tally.down + tally.up for tally in found)
    past: dict[int | None, int] = {}
    for gone in snapshot.gone:
        pid = gone.process.pid if gone.process is not None else None
        past[pid] = past.get(pid, 0) + gone.bytes_down + gone.bytes_up
    wave = next((slot.width for slot in slots if HEADINGS[slot.column].title == "LAST 60 S"), 0)
    top = min(state.scroll, max(0, len(found) - (box.height - 1)))
    shown = found[top : top + box.height - 1]
    sampled = max(4, SAMPLED // max(1, len(shown)))
    for line, tally in enumerate(shown):
        share = (tally.down + tally.up) / everything if everything else 0.0
        drawn = charts.spark(_minute(tally, snapshot.now, sampled), wave) if wave and tally.members else ""
        row = _row(tally, share, drawn, (_total(tally, past), state.names))
        paint_row(canvas, (box.x, box.y + 1 + line), row, HEADINGS, slots)
    scroll_bar(canvas, Box(box.x, box.y + 1, box.width, box.height - 1), top, len(found))


def _row(tally: ProcessTally, share: float, wave: str, more: tuple[int, bool]) -> Sequence[Span]:
    total, names = more
    gone = tally.live == 0
    text = Role.DIM if gone else Role.TEXT
    sizes = tally.peers.sizes
    peer = ""
    if sizes:
        peer = remote_text(tally.examples[max(sizes, key=sizes.__getitem__)], names).lstrip("~")
    down, up = quantity_or_absent(tally.down), quantity_or_absent(tally.up)
    return (
        (tally.name, Role.DIM if gone or tally.pid is None else Role.BRIGHT),
        ("" if tally.pid is None else str(tally.pid), Role.DIM),
        (charts.bar(share, 20) if share >= 0.005 else "", Role.ACCENT),
        (f"{100 * share:.0f} %" if share >= 0.005 else "·", text if share >= 0.005 else Role.DIM),
        (down, Role.DIM if down == "·" else Role.DOWN),
        (up, Role.DIM if up == "·" else Role.UP),
        (quantity_or_absent(tally.peak), Role.DIM),
        (wave, Role.ACCENT),
        (quantity(total), text),
        (str(tally.live) if tally.live else "·", text if tally.live else Role.DIM),
        (str(len(sizes)) if sizes else "·", Role.DIM),
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
    return len(snapshot.status.interfaces) if state.interfaces else len(tallies(state, snapshot))
