"""What stands around every view: title and tabs, key bar, filter line, playback, the red line of a capture problem.

In: snapshot, state, layout, key map; out: cells. The right end of the title gives way piece by piece on narrow screens,
the least important piece first; drops and degradations are never among what goes.
"""

from __future__ import annotations

from datetime import datetime

from netmon.model.snapshot import Snapshot
from netmon.units import duration, quantity

from . import charts, chooser
from .action import Action
from .canvas import Canvas, cells, cut_end, cut_middle, width_of
from .column import Span
from .grouping import GROUPINGS
from .keymap import KeyMap
from .layout import Layout
from .sidebar import dropped, meter_words, source_words
from .state import Line, Tab, ViewState
from .theme import BOLD, REVERSE, Role

_WORDS: dict[Action, str] = {
    Action.HELP: "help", Action.FILTER: "filter", Action.OPEN: "details", Action.SORT_NEXT: "sort", Action.GROUP: "group",
    Action.CLOSED: "closed", Action.NAMES: "names", Action.SERVICES: "ports", Action.INFO: "system", Action.PAUSE: "pause",
    Action.QUIT: "quit", Action.CLOSE: "back", Action.COPY: "copy", Action.DOWN: "move",
    Action.UNFOLD: "neighbours",
}  # fmt: skip
_LAST = (Action.PAUSE, Action.QUIT, Action.HELP)
_BARS: dict[Tab, tuple[Action, ...]] = {
    Tab.OVERVIEW: (
        Action.FILTER, Action.OPEN, Action.SORT_NEXT, Action.GROUP, Action.PAUSE, Action.QUIT, Action.CLOSED, Action.NAMES,
        Action.SERVICES, Action.INFO,
    ),
    Tab.DETAILS: (Action.CLOSE, Action.DOWN, Action.UNFOLD, Action.COPY, *_LAST[:2]),
    Tab.ACTIVITY: (Action.CLOSE, Action.DOWN, Action.OPEN, Action.INFO, Action.NAMES, Action.COPY, *_LAST[:2]),
    Tab.GRAPH: (Action.CLOSE, Action.UNFOLD, *_LAST[:2]),
    Tab.HOSTS: (Action.CLOSE, Action.DOWN, Action.OPEN, Action.GROUP, Action.NAMES, Action.COPY, *_LAST[:2]),
}  # fmt: skip
"""What the key bar offers on each view, the most wanted first; keys come from the key map."""
_PAIRS = {Action.DOWN: Action.UP, Action.UNFOLD: Action.FOLD}
"""Named by two keys."""
_HELP_BAR = (Action.CLOSE, Action.DOWN, Action.QUIT)


_PLAYER: tuple[tuple[tuple[Action, ...], str], ...] = (
    ((Action.PAUSE,), "pause"), ((Action.STEP,), "step"), ((Action.SLOWER, Action.FASTER), "speed"),
    ((Action.SEEK_BACK, Action.SEEK_FORWARD), "seek"),
)  # fmt: skip


def pair(keymap: KeyMap, actions: tuple[Action, ...]) -> str:
    """The first key of each of these actions: ``- +``."""
    return " ".join(key for action in actions for key in keymap.keys_of(action)[:1])


def clock(when: float, state: ViewState) -> str:
    """``14:03:27`` in the viewer's time zone; empty for a time no calendar has."""
    try:
        return datetime.fromtimestamp(when, tz=state.zone).strftime("%H:%M:%S")
    except (OverflowError, OSError, ValueError):
        return ""


def tab_spans(width: int) -> list[tuple[Tab, int, int]]:
    """Each tab with its first column and width; on narrow screens digits only."""
    for start, gap, words in ((9, 3 if width >= 110 else 2, True), (9, 1, False), (1, 1, False)):
        spans: list[tuple[Tab, int, int]] = []
        x = start
        for tab in Tab:
            size = 2 + len(tab.title) if words else 1
            spans.append((tab, x, size))
            x += size + gap
        if x - gap + 14 <= width or not words:
            return spans if x - gap <= width else []
    return []


def paint_title(canvas: Canvas, layout: Layout, snapshot: Snapshot, state: ViewState) -> None:
    """Name, tabs, and what must be seen on every view."""
    tabs = tab_spans(canvas.width)
    left = 1
    if not tabs or tabs[0][1] > 1:
        left = canvas.put(1, layout.title, "netmon", Role.BRIGHT | BOLD)
    for tab, x, size in tabs:
        active = tab is state.tab
        canvas.put(x, layout.title, str(tab.value), Role.ACCENT if active else Role.DIM)
        if size > 1:
            canvas.put(x + 2, layout.title, tab.title, Role.ACCENT | BOLD if active else Role.TEXT)
        if active and layout.underline >= 0:
            canvas.fill(x, layout.underline, size, "━", Role.ACCENT)
        left = x + size
    _title_right(canvas, layout.title, left + 2, snapshot, state)


def _title_right(canvas: Canvas, y: int, left: int, snapshot: Snapshot, state: ViewState) -> None:
    status = snapshot.status
    pieces: list[tuple[int, list[Span]]] = []  # priority (1 stays longest), what
    if state.due:
        pieces.append((0, [("sorting", Role.ACCENT)]))
    if state.paused:
        new = max(0, status.opened - state.held.opened)
        pieces.append((1, [("paused", Role.WARN | REVERSE)] + ([(f" +{quantity(new)}", Role.WARN)] if new else [])))
    lost = dropped(snapshot)
    if lost:
        pieces.append((2, [(f"dropped {quantity(lost)}", Role.BAD | BOLD)]))
    notes = len(status.notes) + bool(status.meter_reason) + bool(status.capture.truncated_tail)
    if notes:
        pieces.append((3, [(f"▲{notes}", Role.WARN)]))
    alive = Role.BAD if status.capture.problem else Role.OK
    if status.source:
        pieces.append((6, [(cut_middle(source_words(snapshot), 24), Role.TEXT), (" ●", alive)]))
    pieces.append((5, [(meter_words(snapshot), Role.WARN if status.meter_reason else Role.DIM)]))
    tight = canvas.width < 100
    gap = " " if tight else "  "
    rates: list[Span] = [("↓" if tight else "↓ ", Role.DOWN), (f"{quantity(status.rate_down):>5}", Role.DOWN)]
    rates += [(f"{gap}↑" if tight else f"{gap}↑ ", Role.UP), (f"{quantity(status.rate_up):>5}", Role.UP)]
    pieces.append((4, rates))
    pieces.append((7, [(clock(snapshot.now, state), Role.DIM)]))
    space = 2 if tight else 3
    room = canvas.width - 1 - left
    kept: set[int] = set()
    for priority, spans in sorted(pieces, key=lambda piece: piece[0]):
        need = sum(width_of(text) for text, _ in spans) + (space if kept else 0)
        if need > room:
            break
        kept.add(priority)
        room -= need
    x = canvas.width - 1
    for priority, spans in reversed(pieces):
        if priority in kept:
            x -= sum(width_of(text) for text, _ in spans)
            at = x
            for text, style in spans:
                at = canvas.put(at, y, text, style)
            x -= space


def paint_bottom(canvas: Canvas, layout: Layout, snapshot: Snapshot, state: ViewState, keymap: KeyMap) -> None:
    """Everything below the body."""
    if layout.playback >= 0:
        _playback(canvas, layout.playback, snapshot, state, keymap)
    if layout.problem >= 0:
        text = f" {snapshot.status.capture.problem}"
        canvas.put(0, layout.problem, cut_end(text, canvas.width).ljust(canvas.width), Role.BAD | REVERSE | BOLD)
    if layout.rule >= 0:
        canvas.fill(0, layout.rule, canvas.width, "─", Role.RULE)
    if layout.keys < 0:
        return
    if state.line is not None:
        _line(canvas, layout, state)
    else:
        _keys(canvas, layout.keys, snapshot, state, keymap)


def _keys(canvas: Canvas, y: int, snapshot: Snapshot, state: ViewState, keymap: KeyMap) -> None:
    """Key, what it does, and where it stands: only as many as fit, help always."""
    x = 1
    edge = canvas.width - 1
    if state.chooser is not None:
        for actions, word in chooser.HELP:
            x = canvas.put(x, y, pair(keymap, actions), Role.BRIGHT | BOLD)
            x = canvas.put(x + 1, y, word, Role.DIM) + 3
        return
    if state.message:
        x = canvas.put(x, y, cut_end(state.message, edge - x), Role.WARN if state.pending else Role.ACCENT) + 3
    elif state.filter.text and state.tab is Tab.OVERVIEW:
        text = f"/{cut_end(state.filter.text, max(8, canvas.width // 3))}"
        x = canvas.put(x, y, text, Role.ACCENT | BOLD)
        x = canvas.put(x + 1, y, f"{state.table.matched} of {state.table.total}", Role.TEXT) + 3
    playback = snapshot.status.playback
    held = state.paused or (playback is not None and playback.paused and not playback.finished)
    over = playback is not None and playback.finished and not state.paused
    said = {
        "group": _grouped(state),
        "closed": "hide closed" if state.closed else "closed",
        "names": "addresses" if state.names else "names",
        "ports": "ports" if state.services else "services",
        "details": "connections" if state.tab in (Tab.ACTIVITY, Tab.HOSTS) else "details",
        "neighbours": "longer, shorter" if state.tab is Tab.GRAPH else "previous, next",
        "pause": "go on" if held else "pause",
        "system": _other_list(state) if state.tab is Tab.ACTIVITY else "system",
    }
    wanted = _HELP_BAR if state.help else _BARS[state.tab]
    chosen: list[tuple[int, str, str]] = []
    room = edge - x
    for action in (Action.HELP, *wanted):
        keys = keymap.keys_of(action)
        bar = _WORDS.get(action, "")
        word = said.get(bar, bar)
        if not keys or (over and action is Action.PAUSE):
            continue
        other = _PAIRS.get(action)
        key = " ".join((*keymap.keys_of(other)[:1], keys[0])) if other is not None else keys[0]
        need = width_of(key) + 1 + width_of(word) + 3
        if need - 3 <= room:
            chosen.append((_LAST.index(action) if action in _LAST else -1, key, word))
            room -= need
    for _, key, word in sorted(chosen, key=lambda each: each[0]):
        x = canvas.put(x, y, key, Role.BRIGHT | BOLD)
        x = canvas.put(x + 1, y, word, Role.DIM) + 3


def _grouped(state: ViewState) -> str:
    if state.tab is Tab.HOSTS:
        return f"by {state.hosts_by}"
    return f"group: {state.group}" if state.group in GROUPINGS else "group"


def _other_list(state: ViewState) -> str:
    return "processes" if state.interfaces else "neighbours" if state.file else "interfaces"


def _line(canvas: Canvas, layout: Layout, state: ViewState) -> None:
    line = state.line
    if line is None:
        return
    y = layout.keys
    count = f"{state.table.matched} of {state.table.total}" if line.purpose == "filter" else ""
    edge = canvas.right(canvas.width - 1, y, count, Role.TEXT) if count else canvas.width
    x = canvas.put(1, y, "/" if line.purpose == "filter" else "\\", Role.ACCENT | BOLD)
    room = max(2, edge - x - 2)
    before = width_of(line.text[: line.cursor])
    skip = max(0, before - room + 1)
    parts = cells(line.text)[skip : skip + room]
    failed = line.purpose == "filter" and bool(state.filter.error)
    canvas.put(x, y, "".join(parts), Role.BAD if failed else Role.BRIGHT, room)
    canvas.add(x + before - skip, y, 1, REVERSE)
    if line.offers and layout.rule >= 0:
        _offers(canvas, layout.rule, line)
    elif failed and layout.rule >= 0:
        at = min(canvas.width - 2, max(1, x + width_of(line.text[: state.filter.position]) - skip))
        text = cut_end(state.filter.error, canvas.width - 6)
        canvas.put(at, layout.rule, "↓", Role.BAD | BOLD)
        if at + 3 + width_of(text) < canvas.width:
            canvas.put(at + 1, layout.rule, f" {text} ", Role.BAD)
        else:
            canvas.put(max(1, at - width_of(text) - 2), layout.rule, f" {text} ", Role.BAD, at - 1)


def _offers(canvas: Canvas, y: int, line: Line) -> None:
    """What Tab goes through, the one that stands in the line marked; as many as fit, that one always."""
    x, edge = 2, canvas.width - 2
    for index in range(max(0, line.offer - 2), len(line.offers)):
        word = f" {cut_end(line.offers[index], max(4, canvas.width // 3))} "
        if x + width_of(word) > edge:
            canvas.put(min(x, edge), y, "…", Role.DIM)
            return
        x = canvas.put(x, y, word, Role.ACCENT | (REVERSE if index == line.offer else 0))


def _playback(canvas: Canvas, y: int, snapshot: Snapshot, state: ViewState, keymap: KeyMap) -> None:
    """Where a file being played stands: speed, position, a bar."""
    playback = snapshot.status.playback
    if playback is None:
        return
    mark, word = "►", "as fast as possible" if playback.speed == 0 else f"×{playback.speed:g}"
    if playback.finished:
        mark, word = "✓", "end of the file"
    elif playback.paused:
        mark, word = "‖", f"paused, {word}" if playback.speed else "paused"
    x = canvas.put(1, y, mark, Role.ACCENT)
    x = canvas.put(x + 1, y, word, Role.TEXT) + 2
    length = f" of {duration(playback.end - playback.start)}" if playback.end is not None else ""
    position = f"{clock(playback.position, state)}  {duration(playback.position - playback.start)}{length}"
    wide = canvas.width >= 100 and not playback.finished
    said = [(actions, "go on" if word == "pause" and playback.paused else word) for actions, word in _PLAYER]
    keys = "".join(f"  {pair(keymap, actions)} {word}" for actions, word in said) if wide else ""
    right = canvas.right(canvas.width - 1, y, position + keys, Role.DIM)
    room = right - x - 2
    if room >= 4:
        fraction = max(0.0, min(1.0, playback.fraction))
        done = round(fraction * room)
        canvas.fill(x, y, done, "━", Role.ACCENT)
        canvas.fill(x + done, y, room - done, "─", Role.RULE)
    elif room > 0:
        canvas.put(x, y, charts.bar(playback.fraction, room), Role.ACCENT)
