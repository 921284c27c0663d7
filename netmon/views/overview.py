"""The Overview: one line per conversation, or per group of them.

     PROCESS            REMOTE                    APPLICATION             STATE     RTT   DOWN ▾    UP
     firefox     4803   lobste.rs          :443   TLS   lobste.rs         ● open   29ms    1.24M    18K
    ▌sshd        2210   build-7.example.net :22   SSH   OpenSSH 9.6       ● open  3.2ms     1.1K   2.2K

In: snapshot, state (whose table is already in order), a box; out: cells. Only the rows in the box are looked at.
"""

from __future__ import annotations

from netmon.model.connection import Connection
from netmon.model.snapshot import Snapshot

from .canvas import Canvas, cut_end, cut_middle, width_of
from .column import Column, Look
from .layout import Box
from .placing import Placed, place
from .rows import Group
from .sidebar import source_words
from .state import ViewState, pinned
from .summing import MANY, Sums, gathered
from .theme import BOLD, SELECTED, Role
from .words import over, plural


def paint(canvas: Canvas, box: Box, snapshot: Snapshot, state: ViewState) -> None:
    """Header and rows."""
    if box.height < 1 or box.width < 1:
        return
    columns = place(box.width, state.columns, state.file)
    _header(canvas, box, columns, state)
    rows = state.table.rows
    if not rows:
        _nothing(canvas, box, snapshot, state)
        return
    look = Look(snapshot.now, state.names, state.services, state.group, state.places, state.file)
    shown = list(rows[state.top : state.top + box.height - 1])
    heading = pinned(rows, state.top, len(shown))
    if heading >= 0:
        shown[0] = rows[heading]
    for line, row in enumerate(shown):
        y = box.y + 1 + line
        if isinstance(row, Group):
            _group(canvas, (box.x, y), columns, row, (look.now, state.table.sums.get(row.identifier)))
        else:
            inside = bool(state.group) and rows.order[state.top + line] not in rows.lone
            within = look if inside else look._replace(group="")
            _connection(canvas, (box.x, y), columns, row, within, state.new(row, snapshot.now))
        if state.top + line == state.cursor:
            _selected(canvas, box, y)


def _header(canvas: Canvas, box: Box, columns: tuple[Placed, ...], state: ViewState) -> None:
    for number, (column, x, width) in enumerate(columns):
        active = column.key == state.sort
        title = column.title
        if number == 0 and state.group and state.group != "process":
            title = state.group.upper()
        if active:
            arrow = "▾" if state.descending else "▴"
            title = f"{title} {arrow}" if width_of(title) + 2 <= width else cut_end(title, max(1, width - 1)) + arrow
        style = Role.ACCENT | BOLD if active else Role.DIM
        if column.right:
            canvas.right(box.x + x + width, box.y, cut_end(title, width), style)
        else:
            canvas.put(box.x + x, box.y, cut_end(title, width), style)


def _connection(
    canvas: Canvas, start: tuple[int, int], columns: tuple[Placed, ...], connection: Connection, look: Look, new: bool
) -> None:
    left, y = start
    if new and not connection.closed:
        canvas.put(left, y, "•", Role.ACCENT)
    elif connection.staleness.value != "fresh" and not over(connection):
        canvas.put(left, y, "·", Role.WARN if connection.staleness.value == "ageing" else Role.BAD)
    for number, (column, x, width) in enumerate(columns):
        at = left + x
        if look.group and number == 0:
            at += 2
            width -= 2
        if look.group == column.key:  # the group's line has said it
            continue
        spans = column.spans(connection, look, width)
        if column.right:
            text, style = spans[0]
            canvas.right(at + width, y, cut_end(text, width), style)
            continue
        end = at + width
        for text, style in spans:
            at = canvas.put(at, y, text, style, end - at)


def _group(
    canvas: Canvas, at: tuple[int, int], columns: tuple[Placed, ...], group: Group, known: tuple[float, Sums | None]
) -> None:
    now, sums = known
    left, y = at
    head = _head(columns)
    end = left + head[-1].x + head[-1].width
    x = canvas.put(left + head[0].x, y, "▸ " if group.folded else "▾ ", Role.DIM)
    room = end - x
    count = plural(len(group.members), "connection")
    label = cut_middle(group.label or "-", max(1, room - width_of(count) - 2))
    x = canvas.put(x, y, label, Role.BRIGHT | BOLD if group.label else Role.DIM, room)
    canvas.put(x + 2, y, count, Role.DIM, end - x - 2)
    if sums is None and len(group.members) > MANY:
        return  # they are being worked out
    members = list(group.members) if sums is None else ()
    for column, x, width in columns[len(head) :]:
        value = gathered(column, members, now) if sums is None else sums.get(column.key)
        if value is not None and column.format is not None:
            text = column.format(value)
            canvas.right(left + x + width, y, cut_end(text, width), _number_style(column, text))


def _head(columns: tuple[Placed, ...]) -> list[Placed]:
    """The columns a group's name stands in: the first, and those after it that sum up nothing."""
    head = list(columns[:1])
    for placed in columns[1:3]:
        if placed.column.format is not None:
            break
        head.append(placed)
    return head


def _number_style(column: Column, text: str) -> int:
    return Role.DIM if text == "·" else column.role | BOLD


def _selected(canvas: Canvas, box: Box, y: int) -> None:
    canvas.put(box.x, y, "▌", Role.ACCENT)
    canvas.add(box.x, y, box.width, SELECTED)


def _nothing(canvas: Canvas, box: Box, snapshot: Snapshot, state: ViewState) -> None:
    """Say why the table is empty."""
    if state.filter.text and state.table.total:
        text = f"none of {plural(state.table.total, 'connection')} matches the filter; Esc clears it"
    elif snapshot.connections and not state.localhost:
        text = f"{plural(len(snapshot.connections), 'loopback conversation')} hidden; L shows"
    elif (playback := snapshot.status.playback) is not None:
        text = f"{source_words(snapshot)} has no packets" if playback.finished else f"reading {source_words(snapshot)} …"
    elif snapshot.status.source:
        text = f"no packets yet on {snapshot.status.source}"
    else:
        text = "starting …"
    canvas.put(box.x + 1, box.y + min(2, box.height - 1), cut_end(text, box.width - 1), Role.DIM)


def column_at(columns: tuple[Placed, ...], x: int) -> str:
    """The column whose header is at ``x``, empty beside one."""
    for column, start, size in columns:
        if start <= x < start + size:
            return column.key
    return ""
