"""Graph: the last minute, received above and sent below one axis; then what it was made of.

    5M ┤          ⣠⣾⣷⡀                       opened and closed per second
       ┤⣀⣀⣀⣤⣶⣿⣿⣿⣿⣿⣿⣦
     0 ┼────────────────── -30 s ──────── now
       ┤⠉⠙⠛⠿
    5M ┤
    Applications          TCP states            Processes

In: snapshot, state (sums), a box; out: cells. Both directions share one scale with a round number at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from heapq import nlargest
from operator import attrgetter

from netmon.model.connection import Connection, Snapshot
from netmon.units import quantity

from . import charts
from .canvas import Canvas, cut_end
from .layout import Box
from .state import ViewState
from .tallies import Parts, Weights
from .theme import BOLD, Role

AXIS = 7
"""Columns left of the chart."""
SECONDS = 60

Bars = list[tuple[str, float, str]]
"""Name, value, value as text."""


def paint(canvas: Canvas, box: Box, snapshot: Snapshot, state: ViewState) -> None:
    """Charts on top, bars below; when it is too low for both, the charts."""
    bars = min(10, max(0, box.height - 8)) if box.height >= 14 else 0
    lives = 4 if box.height >= 26 else 0
    high = box.height - bars - lives
    _traffic(canvas, Box(box.x, box.y, box.width, high), snapshot)
    if lives:
        _lives(canvas, Box(box.x, box.y + high, box.width, lives), snapshot)
    if bars:
        _bars(canvas, Box(box.x, box.y + high + lives, box.width, bars), state)


def _traffic(canvas: Canvas, box: Box, snapshot: Snapshot) -> None:
    status = snapshot.status
    width = box.width - AXIS - 2
    half = (box.height - 2) // 2
    if width < 4 or half < 1:
        return
    down, up = _whole(status.history_down), _whole(status.history_up)
    top = charts.round_top(max(1, *down, *up))
    x = canvas.put(box.x + 1, box.y, "Traffic, 60 s", Role.BRIGHT | BOLD, box.width - 1)
    now = f"   ↓ {quantity(status.rate_down)}/s   ↑ {quantity(status.rate_up)}/s"
    canvas.put(x, box.y, now, Role.TEXT)
    axis = box.y + 1 + half
    for row, text in enumerate(charts.area(down, width, half, top)):
        canvas.put(box.x + AXIS + 1, box.y + 1 + row, text, Role.DOWN)
        canvas.put(box.x + AXIS, box.y + 1 + row, "┤", Role.RULE)
    for row, text in enumerate(charts.area(up, width, half, top, downwards=True)):
        canvas.put(box.x + AXIS + 1, axis + 1 + row, text, Role.UP)
        canvas.put(box.x + AXIS, axis + 1 + row, "┤", Role.RULE)
    canvas.right(box.x + AXIS, box.y + 1, f"{quantity(top)} ", Role.DIM)
    canvas.right(box.x + AXIS, axis + half, f"{quantity(top)} ", Role.DIM)
    if half >= 4:
        canvas.right(box.x + AXIS, axis - half // 2, f"{quantity(top / 2)} ", Role.DIM)
        canvas.right(box.x + AXIS, axis + half // 2, f"{quantity(top / 2)} ", Role.DIM)
    canvas.right(box.x + AXIS, axis, "0 ", Role.DIM)
    _time_axis(canvas, box.x + AXIS, axis, width)


def _time_axis(canvas: Canvas, x: int, y: int, width: int) -> None:
    canvas.put(x, y, "┼", Role.RULE)
    canvas.fill(x + 1, y, width, "─", Role.RULE)
    for seconds in (45, 30, 15) if width >= 60 else (30,):
        at = x + 1 + width - round(width * seconds / SECONDS)
        canvas.put(at, y, f" {seconds} s ago ", Role.DIM)
    canvas.put(x + 1, y, " 60 s ", Role.DIM)
    canvas.right(x + 1 + width, y, " now", Role.DIM)


def _whole(series: Sequence[int]) -> list[int]:
    """The series as a full minute that ends now."""
    return [0] * (SECONDS - len(series)) + list(series[-SECONDS:])


def _lives(canvas: Canvas, box: Box, snapshot: Snapshot) -> None:
    """Connections opened (above) and closed (below) per second, from when each was first and last seen."""
    opened, closed = [0] * SECONDS, [0] * SECONDS
    for connection in _young(snapshot.connections, snapshot.now, _first):
        opened[SECONDS - 1 - int(snapshot.now - connection.first_seen)] += 1
    for connection in _young(snapshot.closed, snapshot.now, _last):
        closed[SECONDS - 1 - int(snapshot.now - connection.last_seen)] += 1
        if 0 <= snapshot.now - connection.first_seen < SECONDS:
            opened[SECONDS - 1 - int(snapshot.now - connection.first_seen)] += 1
    width = box.width - AXIS - 2
    if width < 4:
        return
    top = charts.round_top(max(4, *opened, *closed))
    x = canvas.put(box.x + 1, box.y, "Connections, 60 s", Role.BRIGHT | BOLD)
    canvas.put(x, box.y, f"   opened {sum(opened)}   closed {sum(closed)}", Role.TEXT)
    canvas.put(box.x + AXIS + 1, box.y + 1, charts.area(opened, width, 1, top)[0], Role.OK)
    canvas.put(box.x + AXIS + 1, box.y + 2, charts.area(closed, width, 1, top, downwards=True)[0], Role.DIM)
    for row, word in ((1, "opened"), (2, "closed")):
        canvas.right(box.x + AXIS, box.y + row, word, Role.DIM)
        canvas.put(box.x + AXIS, box.y + row, "┤", Role.RULE)


_first, _last = attrgetter("first_seen"), attrgetter("last_seen")
PATIENCE = 200
"""Connections that are too old in a row after which no young one is expected: lists are in order of time, nearly."""


def _young(connections: Sequence[Connection], now: float, when: Callable[[Connection], float]) -> Iterator[Connection]:
    """Those of the last minute, newest first."""
    older = 0
    for connection in reversed(connections):
        if 0 <= now - when(connection) < SECONDS:
            older = 0
            yield connection
        else:
            older += 1
            if older > PATIENCE:
                return


def _bars(canvas: Canvas, box: Box, state: ViewState) -> None:
    """Columns of bars side by side, as many as fit."""
    books = state.books.account if state.books is not None else None
    if not isinstance(books, Parts):
        return

    def largest(weights: Weights) -> list[tuple[str, int]]:
        return nlargest(box.height, weights.sizes.items(), key=lambda pair: pair[1])

    parts: list[tuple[str, Bars]] = [
        ("Applications", [(name, size, quantity(size)) for name, size in largest(books.applications)]),
        ("Processes", [(name, size, quantity(size)) for name, size in largest(books.processes)]),
        ("TCP states", [(name.lower(), number, str(number)) for name, number in largest(books.states)]),
    ]
    columns = max(1, min(3, box.width // 26))
    width = box.width // columns
    for number, (title, bars) in enumerate(parts[:columns]):
        _bar_list(canvas, Box(box.x + number * width, box.y, width, box.height), title, bars)


def _bar_list(canvas: Canvas, box: Box, title: str, bars: Bars) -> None:
    canvas.put(box.x + 1, box.y, title, Role.BRIGHT | BOLD, box.width - 1)
    names = min(16, max(8, box.width // 3))
    room = box.width - names - 9
    most = max((value for _, value, _ in bars), default=0)
    if not bars:
        canvas.put(box.x + 1, box.y + 1, "none", Role.DIM)
    for line, (name, value, text) in enumerate(bars[: box.height - 1], 1):
        canvas.put(box.x + 1, box.y + line, cut_end(name, names), Role.TEXT)
        if room > 0 and most > 0:
            canvas.put(box.x + 2 + names, box.y + line, charts.bar(value / most, room), Role.ACCENT)
        canvas.right(box.x + box.width - 1, box.y + line, text, Role.TEXT)
