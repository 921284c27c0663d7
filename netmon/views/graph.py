"""Graph: a time of traffic, received above and sent below one axis; then what it was made of, and how the network does.

    5M ┤          ⣠⣾⣷⡀                       opened and closed per second
       │⣀⣀⣀⣤⣶⣿⣿⣿⣿⣿⣿⣦
     0 ┼────────────────── 30 s ago ──────── now
       │⠉⠙⠛⠿
    Applications          Processes          Health          TCP states

In: snapshot, state (sums, which time), a box; out: cells. Both directions share one scale with round numbers on it; the
axis stands in the middle, or at a quarter of the height when one direction moves three times as much as the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import nlargest
from typing import NamedTuple

from netmon.model.snapshot import Snapshot
from netmon.units import quantity

from . import charts
from .canvas import Canvas, cut_end
from .gauges import Gauge
from .layout import Box
from .sidebar import dropped
from .state import ViewState
from .tallies import Parts, Weights
from .theme import BOLD, Role

AXIS = 6
"""Columns left of the chart."""
SECONDS = 60


class Window(NamedTuple):
    """A time that can be looked at: its name, its seconds, and the marks on its axis (seconds ago, words)."""

    name: str
    seconds: int
    marks: tuple[tuple[int, str], ...]


WINDOWS = (
    Window("60 s", 60, ((45, "45 s ago"), (30, "30 s ago"), (15, "15 s ago"))),
    Window("10 min", 600, ((480, "8 min ago"), (360, "6 min ago"), (240, "4 min ago"), (120, "2 min ago"))),
    Window("1 h", 3600, ((2700, "45 min ago"), (1800, "30 min ago"), (900, "15 min ago"))),
    Window("24 h", 86400, ((64800, "18 h ago"), (43200, "12 h ago"), (21600, "6 h ago"))),
)


def paint(canvas: Canvas, box: Box, snapshot: Snapshot, state: ViewState) -> None:
    """Charts on top, bars below; when it is too low for both, the charts."""
    bars = min(10, max(0, box.height - 8)) if box.height >= 14 else 0
    lives = 0 if box.height < 26 else 5 if box.height < 40 else 7
    high = box.height - bars - lives
    _traffic(canvas, Box(box.x, box.y, box.width, high - bool(bars)), snapshot, state.window)
    if lives:
        _lives(canvas, Box(box.x, box.y + high, box.width, lives - 1), snapshot, state.window)
    if bars:
        _bars(canvas, Box(box.x, box.y + high + lives, box.width, bars), snapshot, state)


def _series(snapshot: Snapshot, window: int) -> tuple[list[int], list[int]]:
    """Down and up of the whole window."""
    status = snapshot.status
    if window and window <= len(status.stretches):
        stretch = status.stretches[window - 1]
        return list(stretch.down), list(stretch.up)
    return _whole(status.history_down), _whole(status.history_up)


def _traffic(canvas: Canvas, box: Box, snapshot: Snapshot, number: int) -> None:
    status = snapshot.status
    width, rows = box.width - AXIS - 2, box.height - 2
    if width < 4 or rows < 2:
        return
    window = WINDOWS[number]
    down, up = _series(snapshot, number)
    x = canvas.put(box.x + 1, box.y, f"Traffic, {window.name}", Role.BRIGHT | BOLD, box.width - 1)
    for arrow, rate, series, role in (("↓", status.rate_down, down, Role.DOWN), ("↑", status.rate_up, up, Role.UP)):
        x = canvas.put(x + 3, box.y, f"{arrow} {quantity(rate)}/s", role)
        x = canvas.put(x + 1, box.y, f"peak {quantity(max(series))}/s", Role.DIM)
    above = divided(max(down), max(up), rows)
    per_row = max(charts.round_top(max(1, *down)) / above, charts.round_top(max(1, *up)) / max(1, rows - above))
    axis = box.y + 1 + above
    for row in range(rows + 1):
        canvas.put(box.x + AXIS, box.y + 1 + row, "│", Role.RULE)
    for row, text in enumerate(charts.area(down, width, above, per_row * above)):
        canvas.put(box.x + AXIS + 1, box.y + 1 + row, text, Role.DOWN)
    for row, text in enumerate(charts.area(up, width, rows - above, per_row * (rows - above), downwards=True)):
        canvas.put(box.x + AXIS + 1, axis + 1 + row, text, Role.UP)
    for lines, sign in ((above, -1), (rows - above, 1)):
        for value, line in ticks(per_row, lines):
            y = axis + sign * line
            canvas.right(box.x + AXIS, y, f"{_round(value)} ", Role.DIM)
            canvas.put(box.x + AXIS, y, "┤", Role.RULE)
    canvas.right(box.x + AXIS, axis, "0 ", Role.DIM)
    _time_axis(canvas, box.x + AXIS, axis, width, window)


def divided(down: int, up: int, rows: int) -> int:
    """How many of the rows stand above the axis."""
    if up * 3 <= down:
        return rows - max(1, -(-rows // 4))
    if down * 3 <= up:
        return max(1, -(-rows // 4))
    return rows // 2


def ticks(per_row: float, rows: int) -> list[tuple[float, int]]:
    """Round numbers on an axis of that many rows, and the rows that come nearest to them, the farthest first."""
    found: list[tuple[float, int]] = []
    most = per_row * rows
    for step in (1.0, 2.0, 5.0):
        size = step
        while size * 10 <= most * 1.0001:
            size *= 10
        marks = [size * count for count in range(1, int(most * 1.0001 / size) + 1)]
        lines = [round(value / per_row) for value in marks]
        spaced = all(after - before >= 3 for before, after in zip([0, *lines], lines, strict=False))
        if marks and spaced and len(marks) > len(found):
            found = list(zip(marks, lines, strict=True))
    if not found:
        value = per_row * rows
        power = 10 ** len(str(int(value))) / 10
        value = int(value / power) * power if value >= 1 else value
        line = round(value / per_row)
        found = [(value, line)] if line > 0 else []
    return found[::-1]


def _round(value: float) -> str:
    """A round number without what makes it look exact: ``3M``."""
    text = quantity(value)
    digits, unit = text.rstrip("KMGTPE"), text[len(text.rstrip("KMGTPE")) :]
    return (digits.rstrip("0").rstrip(".") if "." in digits else digits) + unit


def _time_axis(canvas: Canvas, x: int, y: int, width: int, window: Window) -> None:
    canvas.put(x, y, "┼", Role.RULE)
    canvas.fill(x + 1, y, width, "─", Role.RULE)
    for seconds, words in window.marks if width >= 70 else window.marks[1:2]:
        at = x + 1 + width - round(width * seconds / window.seconds)
        canvas.put(at, y, f" {words} ", Role.DIM)
    canvas.right(x + 1 + width, y, " now", Role.DIM)


def _whole(series: Sequence[int]) -> list[int]:
    """The series as a full minute that ends now."""
    return [0] * (SECONDS - len(series)) + list(series[-SECONDS:])


def _lives(canvas: Canvas, box: Box, snapshot: Snapshot, number: int) -> None:
    """Connections opened (above) and closed (below), on the time axis of the traffic."""
    status, window = snapshot.status, WINDOWS[number]
    opened, closed = _whole(status.history_opened), _whole(status.history_closed)
    if number and number <= len(status.stretches):
        stretch = status.stretches[number - 1]
        opened, closed = list(stretch.opened), list(stretch.closed)
    width = box.width - AXIS - 2
    if width < 4:
        return
    top = charts.round_top(max((4, *opened, *closed)))
    x = canvas.put(box.x + 1, box.y, f"Connections, {window.name}", Role.BRIGHT | BOLD)
    x = canvas.put(x + 3, box.y, f"opened {quantity(sum(opened))}", Role.OK)
    canvas.put(x + 3, box.y, f"closed {quantity(sum(closed))}", Role.DIM)
    rows = (box.height - 2) // 2
    above, below = charts.area(opened, width, rows, top), charts.area(closed, width, rows, top, downwards=True)
    for row, (text, role) in enumerate([*((line, Role.OK) for line in above), *((line, Role.DIM) for line in below)], 1):
        canvas.put(box.x + AXIS, box.y + row, "│", Role.RULE)
        canvas.put(box.x + AXIS + 1, box.y + row, text, role)
    canvas.right(box.x + AXIS, box.y + 1, f"{_round(top)} ", Role.DIM)


def _bars(canvas: Canvas, box: Box, snapshot: Snapshot, state: ViewState) -> None:
    """Columns of bars side by side, as many as fit."""
    books = state.books.account if state.books is not None else None
    if not isinstance(books, Parts):
        return
    parts: list[tuple[str, list[Gauge]]] = [
        ("Applications, bytes", _largest(books.applications, box.height, quantity)),
        ("Processes, bytes", _largest(books.processes, box.height, quantity)),
        ("Health", books.gauges.read(snapshot.status, dropped(snapshot))),
        ("TCP states", _largest(books.states, box.height, str)),
    ]
    if state.file and set(books.processes.sizes) <= {"-"}:
        del parts[1]
    columns = max(1, min(len(parts), box.width // 26))
    width = box.width // columns
    for number, (title, gauges) in enumerate(parts[:columns]):
        _bar_list(canvas, Box(box.x + number * width, box.y, width, box.height), title, gauges)


def _largest(weights: Weights, count: int, write: Callable[[int], str]) -> list[Gauge]:
    found = nlargest(count, weights.sizes.items(), key=lambda pair: pair[1])
    most = max(1, found[0][1]) if found else 1
    return [Gauge(name or "-", size / most, write(size), Role.ACCENT) for name, size in found if size]


def _bar_list(canvas: Canvas, box: Box, title: str, gauges: list[Gauge]) -> None:
    canvas.put(box.x + 1, box.y, cut_end(title, box.width - 2), Role.BRIGHT | BOLD)
    names = min(16, max(8, box.width // 2 - 1))
    room = box.width - names - 10
    if not gauges:
        canvas.put(box.x + 1, box.y + 1, "none", Role.DIM)
    for line, gauge in enumerate(gauges[: box.height - 1], 1):
        judged = gauge.role if gauge.role != Role.ACCENT else Role.TEXT
        canvas.put(box.x + 1, box.y + line, cut_end(gauge.name, names), Role.TEXT)
        if room > 0:
            canvas.put(box.x + 2 + names, box.y + line, charts.bar(gauge.level, room), gauge.role)
        canvas.right(box.x + box.width - 1, box.y + line, gauge.text, Role.DIM if gauge.text == "·" else judged)
