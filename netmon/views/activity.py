"""Activity: one line per process, by what it moved in the last minute; or the interfaces and neighbours.

     PROCESS          PID   SHARE                    DOWN      UP   LAST 60 S   TOTAL  CONN  PEERS  TOP PEER
     firefox         4803   ████████████▌   62 %    1.24M     18K   ⣀⣠⣤⣶⣿⣷⣤   41.2M    12      7  lobste.rs

In: snapshot, state (sums by process, scroll, whether interfaces are wanted), a box; out: cells. Processes without a live
connection are dim. Share is of the traffic now; totals include connections that are not kept any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from heapq import nlargest
from math import log2

from netmon.model.owner import ProcessTotals
from netmon.model.snapshot import Snapshot
from netmon.units import quantity

from . import charts, interfaces
from .canvas import Canvas
from .column import TRICKLE, Span, quantity_or_absent
from .layout import Box
from .listing import Heading, fit, paint_header, paint_row, paint_selection, quoted, visible
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
    Heading("SHARE", 5, 5, right=True),
    Heading("", 12, 7, grows=8),
    Heading("DOWN", 5, 2, right=True),
    Heading("UP", 5, 3, right=True),
    Heading("PEAK", 5, 11, right=True),
    Heading("LAST 60 S", 10, 9, grows=20),
    Heading("TOTAL", 5, 4, right=True),
    Heading("CONN", 4, 8, right=True),
    Heading("PEERS", 5, 12, right=True),
    Heading("TOP PEER", 16, 10, grows=32, middle=True),
)


def tallies(state: ViewState, snapshot: Snapshot) -> list[ProcessTally]:
    """One per process, most active first; those of one name that move nothing now share one. Rates count by steps of a
    half, so that lines do not dance."""
    books = state.books.account if state.books is not None else None
    if not isinstance(books, Processes):
        return []
    quiet: dict[str, list[ProcessTally]] = {}
    found: list[ProcessTally] = []
    for tally in _whole(books, snapshot, state.localhost):
        if tally.pid is None or _step(tally.down + tally.up):
            found.append(tally)
        else:
            quiet.setdefault(tally.name, []).append(tally)
    found += [_together(those) if len(those) > 1 else those[0] for those in quiet.values()]
    return sorted(found, key=lambda tally: (_step(tally.down + tally.up), tally.total), reverse=True)


def _step(rate: float) -> int:
    return round(2 * log2(rate)) if rate >= 1 else 0


def _together(tallies: list[ProcessTally]) -> ProcessTally:
    """Quiet processes of one name as one."""
    first = tallies[0]
    result = ProcessTally(first.name, processes=len(tallies))
    for tally in tallies:
        result.total += tally.total
        result.down += tally.down
        result.up += tally.up
        result.live += tally.live
        result.peak = max(result.peak, tally.peak, result.down + result.up)
        result.examples |= tally.examples
        for peer, size in tally.peers.sizes.items():
            result.peers.count(peer, size, 1)
    return result


def marks(found: Sequence[ProcessTally]) -> list[str]:
    """What tells the lines apart, whatever their order."""
    return [repr(tally.key) if tally.key is not None else f"{tally.name} {tally.processes > 1}" for tally in found]


def filter_of(tally: ProcessTally) -> str:
    """The filter that shows the connections of a line."""
    if tally.pid is not None:
        return f"pid:{tally.pid}"
    return f"process:={quoted(tally.name)}" if tally.processes > 1 else "!process:/./"


def _whole(books: Processes, snapshot: Snapshot, localhost: bool) -> Iterator[ProcessTally]:
    """With what connections moved that are not kept any more, also of processes of which none is left."""
    past = {gone.process.key if gone.process is not None else None: gone for gone in snapshot.gone}
    for key, tally in books.by_key.items():
        gone = past.pop(key, None)
        yield replace(tally, total=tally.total + _moved(gone, localhost)) if gone is not None else tally
    for key, gone in past.items():
        if moved := _moved(gone, localhost):
            yield ProcessTally(gone.process.title if gone.process is not None else "-", total=moved, key=key)


def _moved(gone: ProcessTotals, localhost: bool) -> int:
    """Bytes, loopback among them where it is shown."""
    return gone.bytes_down + gone.bytes_up - (0 if localhost else gone.loopback)


def _minute(tally: ProcessTally, now: float, sampled: int) -> list[float]:
    """The last minute of the connections that move most."""
    chosen = nlargest(sampled, tally.members.values(), key=lambda c: c.rate_out + c.rate_in)
    series = [minute(connection.track, now) for connection in chosen]
    return [float(sum(values)) for values in zip(*[one for one in series if one], strict=True)]


def paint(canvas: Canvas, box: Box, snapshot: Snapshot, state: ViewState) -> None:
    """The header and the processes, or the interfaces."""
    if state.interfaces:
        interfaces.paint(canvas, box, snapshot, state)
        return
    found = tallies(state, snapshot)
    slots = fit(HEADINGS, box.width - 2)
    paint_header(canvas, box, HEADINGS, slots)
    if not found:
        canvas.put(box.x + 1, box.y + 2, "no traffic yet", Role.DIM, box.width - 1)
        return
    everything = sum(tally.down + tally.up for tally in found)
    widths = {HEADINGS[slot.column].title: slot.width for slot in slots}
    wave = widths.get("LAST 60 S", 0)
    at, top = visible(marks(found), state, box.height - 1)
    shown = found[top : top + box.height - 1]
    sampled = max(4, SAMPLED // max(1, len(shown)))
    for line, tally in enumerate(shown):
        share = (tally.down + tally.up) / everything if everything else 0.0
        series = _minute(tally, snapshot.now, sampled) if wave and tally.members else []
        drawn = charts.spark(series, wave, max(TRICKLE, *series)) if series else ""
        row = _row(tally, share, (charts.bar(share, widths.get("", 0)), drawn), state.names)
        paint_row(canvas, (box.x, box.y + 1 + line), row, HEADINGS, slots)
    paint_selection(canvas, box, at - top, len(found))
    scroll_bar(canvas, Box(box.x, box.y + 1, box.width, box.height - 1), top, len(found))


def _row(tally: ProcessTally, share: float, drawn: tuple[str, str], names: bool) -> Sequence[Span]:
    bar, wave = drawn
    gone = tally.live == 0
    text = Role.DIM if gone else Role.TEXT
    sizes = tally.peers.sizes
    peer = ""
    if sizes:
        peer = remote_text(tally.examples[max(sizes, key=sizes.__getitem__)], names).lstrip("~")
    down, up = quantity_or_absent(tally.down), quantity_or_absent(tally.up)
    return (
        (tally.name, Role.DIM if gone or tally.pid is None else Role.BRIGHT),
        (f"×{tally.processes}" if tally.processes > 1 else "" if tally.pid is None else str(tally.pid), Role.DIM),
        (f"{100 * share:.0f} %" if share >= 0.005 else "·", text if share >= 0.005 else Role.DIM),
        (bar if share >= 0.005 else "", Role.ACCENT),
        (down, Role.DIM if down == "·" else Role.DOWN),
        (up, Role.DIM if up == "·" else Role.UP),
        (quantity_or_absent(tally.peak), Role.DIM),
        (wave, Role.DIM),
        (quantity(tally.total), text),
        (str(tally.live) if tally.live else "·", text if tally.live else Role.DIM),
        (str(len(sizes)) if sizes else "·", Role.DIM),
        (peer, text),
    )
