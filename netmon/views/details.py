"""Details: one connection in one sentence, and below it cards with everything known about it.

In: snapshot, state (the selected connection, which value is under the cursor), a box; out: cells. Cards stand in two
columns where there is room, filled from the left; what does not fit is scrolled so that the cursor stays in sight.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from netmon.model.connection import Connection
from netmon.model.snapshot import Snapshot
from netmon.units import elapsed

from . import neighbours
from .canvas import Canvas, cells, cut_end, cut_middle, width_of
from .cards import cards
from .entry import Card, Entry, Parts, label_width
from .layout import Box, divide
from .scrollbar import scroll_bar
from .state import ViewState
from .theme import BOLD, SELECTED, Role
from .words import application_label, dialect, local_end, remote_end, service_port, state_word

MAX_LINES = 4
"""Lines a long value may take."""


class Line(NamedTuple):
    """One line of a column: a title, or part of an entry."""

    x: int
    y: int
    width: int
    label: str
    parts: Parts
    """What stands beside the label; nothing beside a title."""
    value: int
    """Index among the values that can be selected, -1 for none."""
    entry: Entry | None = None


def paint(canvas: Canvas, box: Box, snapshot: Snapshot, state: ViewState) -> None:
    """The sentence, a blank line, the cards."""
    connection = state.connection
    if connection is None:
        canvas.put(box.x + 1, box.y, "no connection is selected", Role.DIM, box.width - 1)
        return
    used = _sentence(canvas, box, connection, snapshot)
    lines = arranged(snapshot, state, connection)
    cursor, top, room = _window(lines, state, _height(box) - used)
    for line in lines:
        y = line.y - top
        if 0 <= y < room:
            _line(canvas, line, box.x + line.x, box.y + used + y, line.value == cursor)
    scroll_bar(canvas, Box(box.x, box.y + used, box.width, room), top, 1 + max((line.y for line in lines), default=0))
    if _height(box) < box.height:
        neighbours.paint(canvas, Box(box.x, box.y + box.height - 1, box.width, 1), state)


def _height(box: Box) -> int:
    """Lines above the strip of neighbours and the blank one it has above it."""
    return box.height - 2 if box.height >= neighbours.LOWEST else box.height


def _window(lines: list[Line], state: ViewState, room: int) -> tuple[int, int, int]:
    """The value under the cursor, the first line shown, how many are."""
    count = 1 + max((line.value for line in lines), default=-1)
    cursor = min(state.detail, count - 1)
    return cursor, _scroll(lines, cursor, max(0, room)), max(0, room)


def value_on(snapshot: Snapshot, state: ViewState, x: int, y: int) -> int:
    """The value that is drawn at a cell of the screen, -1 for none."""
    connection = state.connection
    if connection is None:
        return -1
    box = divide(state.size, snapshot).body
    used = _sentence(Canvas(box.width, 3), Box(0, 0, box.width, 3), connection, snapshot)
    lines = arranged(snapshot, state, connection)
    _, top, room = _window(lines, state, _height(box) - used)
    for line in lines:
        row = line.y - top
        if 0 <= row < room and box.y + used + row == y and line.x <= x - box.x < line.x + line.width:
            return line.value
    return -1


def _scroll(lines: list[Line], cursor: int, room: int) -> int:
    at = [line.y for line in lines if line.value == cursor]
    total = 1 + max((line.y for line in lines), default=0)
    if not at or total <= room:
        return 0
    return max(0, min(at[0] - room // 2, total - room))


def _line(canvas: Canvas, line: Line, x: int, y: int, selected: bool) -> None:
    if line.entry is None:
        canvas.put(x, y, cut_end(line.label, line.width), Role.BRIGHT | BOLD)
        return
    labels, edge = label_width(line.width), x + line.width
    whole = width_of(line.label) + 1
    if labels < whole <= line.width - sum(width_of(text) for text, _ in line.parts):
        labels = whole  # its value stands a little further right then
    canvas.put(x, y, cut_end(line.label, labels - 1), Role.DIM, line.width)
    at = x + labels
    for text, style in line.parts:
        at = canvas.put(at, y, cut_end(text, edge - at), style, edge - at)
    if selected:
        canvas.add(x, y, line.width, SELECTED)


def _sentence(canvas: Canvas, box: Box, connection: Connection, snapshot: Snapshot) -> int:
    """Who talks to whom over what for how long; returns the lines used."""
    process = connection.process
    x = box.x + 1
    edge = box.x + box.width - 1
    y = box.y
    if process is not None:
        x = canvas.put(x, y, cut_end(process.title, 24), Role.BRIGHT | BOLD)
        user = f", {process.user}" if process.user else ""
        port, ours = service_port(connection)
        x = canvas.put(x, y, f" ({process.pid}{user})" + (f" on :{port}" if ours else ""), Role.DIM)
    else:
        x = canvas.put(x, y, local_end(connection), Role.BRIGHT | BOLD)
    x = canvas.put(x, y, " ← " if connection.direction.value == "incoming" else " → ", Role.ACCENT)
    finding = connection.finding
    name = finding.hostname if finding is not None and connection.local_is_source is not False else ""
    learned = connection.remote_name
    if not name and learned is not None:
        name = learned.text
    if name:
        x = canvas.put(x, y, cut_middle(name, 40) + " ", Role.BRIGHT | BOLD, edge - x)
    remote = remote_end(connection)
    remote = cut_middle(remote, max(1, edge - x))
    x = canvas.put(x, y, remote, Role.TEXT if name else Role.BRIGHT | BOLD, edge - x)
    rest = _rest(connection, snapshot)
    if x + width_of(rest) <= edge:
        canvas.put(x, y, rest, Role.DIM)
        return 2
    canvas.put(box.x + 1, y + 1, cut_end(rest.lstrip(" ,"), box.width - 2), Role.DIM)
    return 3


def _rest(connection: Connection, snapshot: Snapshot) -> str:
    over = f" over {connection.interface}" if connection.interface else ""
    word = state_word(connection).word
    end = connection.last_seen if connection.closed else snapshot.now
    finding = connection.finding
    label = application_label(connection)
    if finding is not None:
        label = " ".join(filter(None, (label, dialect(finding))))
    age = elapsed(end - connection.first_seen)
    if connection.closed:
        lived = f"{word} after {age}"
    else:
        lived = f"{word} for {age}" if word in ("open", "opening", "active", "closing", "idle") else f"{word}, {age} old"
    return f"{over}, {lived}, {label}"


def arranged(snapshot: Snapshot, state: ViewState, connection: Connection) -> list[Line]:
    """The lines of all cards where they stand, values numbered down the columns."""
    box = divide(state.size, snapshot).body
    columns = 2 if box.width >= 96 else 1
    width = (box.width - 1) // columns - 2

    def clock(when: float) -> str:
        try:
            return datetime.fromtimestamp(when, tz=state.zone).strftime("%Y-%m-%d %H:%M:%S")
        except (OverflowError, OSError, ValueError):
            return ""

    built = cards(connection, snapshot, clock, width)
    heights = [2 + sum(len(_lines_of(entry, width)) for entry in card.entries) for card in built]
    split = _split(heights) if columns == 2 else len(built)
    lines: list[Line] = []
    value = 0
    for part, x in ((built[:split], 1), (built[split:], 3 + width)):
        y = 0
        for card in part:
            y, value = _card(lines, card, (x, y, width), value)
    return lines


def _split(heights: list[int]) -> int:
    """How many cards go to the left so that the taller column is as low as can be."""
    return min(range(1, len(heights) + 1), key=lambda n: (max(sum(heights[:n]), sum(heights[n:])), -n))


def _lines_of(entry: Entry, width: int) -> list[Parts]:
    """An entry as it is drawn: in parts where they fit, else its text on as many lines as it needs."""
    if entry.parts and not _overflows(entry, width):
        return [*_folded(entry.parts, width - label_width(width)), *entry.more]
    return [((text, entry.style),) for text in _wrapped(entry.value, width - label_width(width))]


def _overflows(entry: Entry, width: int) -> bool:
    """Whether drawing it in parts would cut the value itself."""
    return width_of(entry.value) > width - label_width(width) and "".join(text for text, _ in entry.parts).startswith(
        entry.value
    )


def _folded(parts: Parts, width: int) -> list[Parts]:
    """What is said beside a value goes below it where it does not fit, never half of it."""
    if len(parts) < 2 or sum(width_of(text) for text, _ in parts) <= width:
        return [parts]
    text, style = parts[-1]
    return [parts[:-1], ((text.lstrip(), style),)] if text.startswith("  ") else [parts]


def _wrapped(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` columns, after two blanks (between pairs) or one where there are any."""
    width = max(4, width)
    lines: list[str] = []
    rest = cells(text)
    while rest and len(lines) < MAX_LINES:
        if len(rest) <= width:
            lines.append("".join(rest))
            return lines
        places = range(width, width // 4, -1)
        pairs = (at for at in places if rest[at - 2 : at] == (" ", " "))
        end = next(pairs, next((at for at in places if rest[at - 1] == " "), width))
        if rest[end] == "":
            end -= 1
        lines.append("".join(rest[:end]).rstrip())
        rest = rest[end:]
    if rest:
        last = lines[-1]
        lines[-1] = (last if width_of(last) < width else cut_end(last, width - 1).rstrip("…")) + "…"
    return lines or [""]


def _card(lines: list[Line], card: Card, at: tuple[int, int, int], value: int) -> tuple[int, int]:
    x, y, width = at
    lines.append(Line(x, y, width, card.title, (), -1))
    y += 1
    for entry in card.entries:
        for number, parts in enumerate(_lines_of(entry, width)):
            lines.append(Line(x, y, width, "" if number else entry.label, parts, value, entry))
            y += 1
        value += 1
    return y + 1, value


def value_count(snapshot: Snapshot, state: ViewState) -> int:
    """How many values the cursor can stand on, at least 1."""
    connection = state.connection
    if connection is None:
        return 1
    return max(1, 1 + max((line.value for line in arranged(snapshot, state, connection)), default=0))


def value_at(snapshot: Snapshot, state: ViewState) -> str:
    """The whole value under the cursor, as it is copied."""
    connection = state.connection
    if connection is None:
        return ""
    lines = [line for line in arranged(snapshot, state, connection) if line.entry is not None]
    if not lines:
        return ""
    wanted = min(state.detail, lines[-1].value)
    entry = next(line.entry for line in lines if line.value == wanted)
    return entry.value if entry is not None else ""
