"""What a person can ask for (``Action``), and what follows from it.

In: a state, a snapshot, an action and the moment; out: the next state and the effects, in order. Pure: quitting,
copying, playing and clearing happen only when the task carries the effects (``effects``) out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from netmon.filters import compile_filter
from netmon.model.snapshot import Snapshot

from . import choices, chooser, marked, neighbours
from . import state as st
from .action import Action
from .columns import BY_KEY
from .details import value_at, value_count
from .effects import (
    ClearConnections,
    CopyText,
    Effect,
    Keep,
    Play,
    PlaybackCommand,
    Quit,
    Redraw,
    ShowNames,
    ShowTheme,
    Suspend,
)
from .graph import WINDOWS
from .layout import divide
from .placing import default_columns
from .rows import Group
from .scrolling import lowest
from .state import Line, Tab, ViewState
from .text import searchable
from .theme import THEMES
from .words import remote_end

CONFIRM_WITHIN = 3.0
"""Seconds within which an action that asks to be pressed twice must be pressed again."""


Result = tuple[ViewState, tuple[Effect, ...]]

SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 50.0, 100.0, 0.0)
"""Slowest first; 0 is as fast as possible."""

_MOVES: dict[Action, Callable[[ViewState, Snapshot], ViewState]] = {
    Action.UP: lambda s, snap: st.move(s, snap, -1),
    Action.DOWN: lambda s, snap: st.move(s, snap, 1),
    Action.FIRST: st.move_first,
    Action.LAST: st.move_last,
    Action.PAGE_UP: lambda s, snap: st.move_page(s, snap, -1),
    Action.PAGE_DOWN: lambda s, snap: st.move_page(s, snap, 1),
    Action.HALF_UP: lambda s, snap: st.move_page(s, snap, -0.5),
    Action.HALF_DOWN: lambda s, snap: st.move_page(s, snap, 0.5),
}
_SCROLLS: dict[Action, int] = {
    Action.UP: -1, Action.DOWN: 1, Action.FIRST: -1_000_000, Action.LAST: 1_000_000, Action.PAGE_UP: -10,
    Action.PAGE_DOWN: 10, Action.HALF_UP: -5, Action.HALF_DOWN: 5,
}  # fmt: skip
_TABS: dict[Action, Tab] = {
    Action.TAB_1: Tab.OVERVIEW, Action.TAB_2: Tab.DETAILS, Action.TAB_3: Tab.ACTIVITY, Action.TAB_4: Tab.GRAPH,
    Action.TAB_5: Tab.HOSTS,
}  # fmt: skip
_SIMPLE: dict[Action, Callable[[ViewState], ViewState]] = {
    Action.HELP: lambda s: replace(s, help=not s.help, scroll=0),
    Action.TAB_NEXT: lambda s: choices.next_tab(s, 1),
    Action.TAB_PREVIOUS: lambda s: choices.next_tab(s, -1),
    Action.FILTER: lambda s: replace(
        s, help=False, tab=s.tab if s.tab is Tab.OVERVIEW else Tab.OVERVIEW,
        line=Line("filter", s.filter.text, len(s.filter.text)),
    ),
    Action.SEARCH: lambda s: replace(s, help=False, tab=Tab.OVERVIEW, line=Line("search")),
    Action.SERVICES: lambda s: replace(s, services=not s.services),
}  # fmt: skip
_TABLE: dict[Action, Callable[[ViewState], ViewState]] = {
    Action.SORT_NEXT: choices.next_sort,
    Action.SORT_FLIP: lambda s: replace(s, descending=not s.descending),
    Action.GROUP: choices.next_group,
    Action.GROUP_PREVIOUS: lambda s: choices.next_group(s, -1),
    Action.FOLD: lambda s: choices.fold(s, True),
    Action.UNFOLD: lambda s: choices.fold(s, False),
    Action.CLOSED: lambda s: replace(s, closed=not s.closed),
    Action.LOCALHOST: lambda s: replace(s, localhost=not s.localhost),
    Action.RESET: choices.reset_view,
}
"""Choices that change which rows there are, or their order."""


_TABLE_ONLY = frozenset(
    {Action.SORT_NEXT, Action.SORT_FLIP, Action.GROUP, Action.GROUP_PREVIOUS, Action.CLOSED}
)  # fmt: skip
"""Of these, those that would change nothing that is seen on a view of sums."""


def perform(state: ViewState, snapshot: Snapshot, action: Action, now: float) -> Result:
    """Do what is asked; ``now`` is any steady clock, for what must be pressed twice."""
    asked, since = state.pending, state.pending_since
    state = replace(state, message="", pending="")
    if action in (Action.QUIT, Action.CLEAR):
        if asked != action.value or now - since > CONFIRM_WITHIN:
            wish = "quit" if action is Action.QUIT else "forget all connections"
            return replace(state, pending=action.value, pending_since=now, message=f"press again to {wish}"), ()
        return state, (Quit() if action is Action.QUIT else ClearConnections(),)
    if state.chooser is not None:
        return _choosing(state, snapshot, state.chooser, action)
    if action in _MOVES:
        return _moved(state, snapshot, action), ()
    if action in _TABS:
        return choices.open_tab(state, _TABS[action]), ()
    if action in _SIMPLE:
        return _SIMPLE[action](state), ()
    if action in _TABLE:
        return _rows_changed(state, snapshot, action)
    return _other(state, snapshot, action)


def _moved(state: ViewState, snapshot: Snapshot, action: Action) -> ViewState:
    if state.tab is Tab.OVERVIEW and not state.help:
        return _MOVES[action](state, snapshot)
    if state.tab is Tab.DETAILS and not state.help:
        last = value_count(snapshot, state) - 1
        return replace(state, detail=max(0, min(last, min(last, state.detail) + _SCROLLS[action])))
    if state.tab in marked.VIEWS and not state.help:
        return marked.moved(state, snapshot, _SCROLLS[action])
    end = lowest(snapshot, state)
    return replace(state, scroll=max(0, min(end, min(end, state.scroll) + _SCROLLS[action])))


def _rows_changed(state: ViewState, snapshot: Snapshot, action: Action) -> Result:
    if state.tab is Tab.HOSTS and action in (Action.GROUP, Action.GROUP_PREVIOUS):
        return choices.next_fold(state, 1 if action is Action.GROUP else -1), ()
    if state.tab not in (Tab.OVERVIEW, Tab.DETAILS) and action in _TABLE_ONLY:
        return replace(state, message="that is for the table of the Overview"), ()
    if action in (Action.FOLD, Action.UNFOLD) and state.tab is Tab.DETAILS:
        return neighbours.step(state, snapshot, -1 if action is Action.FOLD else 1), ()
    if action in (Action.FOLD, Action.UNFOLD) and state.tab is Tab.GRAPH:
        longer = state.window + (1 if action is Action.FOLD else -1)
        return replace(state, window=max(0, min(len(WINDOWS) - 1, longer))), ()
    if action in (Action.FOLD, Action.UNFOLD) and not state.group:
        if snapshot.status.playback is not None:
            return _playback(state, snapshot, Action.SEEK_BACK if action is Action.FOLD else Action.SEEK_FORWARD)
        return state, ()
    after = st.observe(_TABLE[action](state), snapshot)
    return after, kept(after) if action in (Action.SORT_NEXT, Action.SORT_FLIP) else ()


def kept(state: ViewState) -> tuple[Effect, ...]:
    """Sort and columns, to be kept between runs."""
    natural = state.descending == BY_KEY[state.sort].numeric
    columns = [f"{key}:{width}" if width else key for key, width in state.columns]
    return (Keep({"sort": state.sort if natural else f"-{state.sort}", "columns": columns or None}),)


def _choose(state: ViewState) -> ViewState:
    state = replace(state, help=False, line=None, chooser=chooser.opened(state.columns, state.file))
    return choices.open_tab(state, Tab.OVERVIEW)


def _choosing(state: ViewState, snapshot: Snapshot, now: chooser.Chooser, action: Action) -> Result:
    """While columns are chosen keys mean something else; whatever is done is shown at once."""
    if action in (Action.CLOSE, Action.OPEN, Action.COLUMNS):
        state = replace(state, chooser=None)
        return state, kept(state)
    across = chooser.step_across(divide(state.size, snapshot).body)
    after = chooser.act(now, action, state.placed, state.file, across)
    if after is not None:
        columns = after.chosen if after.chosen != now.chosen else state.columns
        if action is Action.RESET or columns == default_columns(state.file):
            columns = ()
        return replace(state, chooser=after, columns=columns), ()
    return perform(replace(state, chooser=None), snapshot, action, 0.0)


def _other(state: ViewState, snapshot: Snapshot, action: Action) -> Result:
    if action is Action.QUIT_NOW:
        return state, (Quit(),)
    if action is Action.SUSPEND:
        return state, (Suspend(),)
    if action is Action.REDRAW:
        return state, (Redraw(),)
    if action is Action.CLOSE:
        return _close(state, snapshot), ()
    if action is Action.OPEN:
        return _open(state, snapshot), ()
    if action is Action.PAUSE:
        return _pause(state, snapshot)
    if action is Action.NAMES:
        return replace(state, names=not state.names), (ShowNames(not state.names),)
    if action is Action.INFO:
        if state.tab is Tab.ACTIVITY:
            return replace(state, interfaces=not state.interfaces, scroll=0, mark="", spot=0), ()
        return (replace(state, sidebar=not state.sidebar_shown) if state.tab is Tab.OVERVIEW else state), ()
    if action in (Action.SEARCH_NEXT, Action.SEARCH_PREVIOUS):
        return find(state, snapshot, 1 if action is Action.SEARCH_NEXT else -1), ()
    if action is Action.COPY:
        return _copy(state, snapshot)
    if action is Action.COLUMNS:
        return _choose(state), ()
    if action is Action.THEME:
        names = list(THEMES)
        name = names[(names.index(state.theme) + 1) % len(names)] if state.theme in names else names[0]
        return replace(state, theme=name, message=f"theme {name}"), (ShowTheme(name), Keep({"theme": name}))
    return _playback(state, snapshot, action)


def _close(state: ViewState, snapshot: Snapshot) -> ViewState:
    """One thing less: help, then a view other than the Overview, then the filter, then the search."""
    if state.help:
        return replace(state, help=False, scroll=0)
    if state.tab is not Tab.OVERVIEW:
        return choices.open_tab(state, Tab.OVERVIEW)
    if state.filter.text:
        return st.observe(replace(state, filter=st.Filter()), snapshot)
    return replace(state, search="")


def _open(state: ViewState, snapshot: Snapshot) -> ViewState:
    if state.tab in marked.VIEWS and not state.help:
        text = marked.filter_at(state, snapshot)
        found = st.Filter(text, compile_filter(text)) if text else st.Filter()
        return st.observe(replace(choices.open_tab(state, Tab.OVERVIEW), filter=found), snapshot)
    if state.tab is not Tab.OVERVIEW or state.row is None:
        return state
    if isinstance(state.row, Group):
        return st.observe(choices.fold(state), snapshot)
    return replace(choices.open_tab(st.move(state, snapshot, 0), Tab.DETAILS), detail=0)


def _pause(state: ViewState, snapshot: Snapshot) -> Result:
    if state.tab is Tab.OVERVIEW and isinstance(state.row, Group) and not state.help:
        return st.observe(choices.fold(state), snapshot), ()
    playback = snapshot.status.playback
    if playback is not None and not playback.finished:
        return state, (Play(PlaybackCommand.PAUSE),)
    if playback is not None and not state.paused:
        return replace(state, message="the file is at its end"), ()
    if state.paused:
        return replace(state, paused=False), ()
    return replace(state, paused=True, held=st.Held(snapshot.now, snapshot.status.opened)), ()


def _copy(state: ViewState, snapshot: Snapshot) -> Result:
    text = _text_at(state, snapshot)
    if not text:
        return state, ()
    return replace(state, message=f"copied {text}"), (CopyText(text),)


def _text_at(state: ViewState, snapshot: Snapshot) -> str:
    """What the cursor is on."""
    connection = state.connection
    if state.tab is Tab.DETAILS:
        return value_at(snapshot, state) if connection is not None else ""
    if state.tab in marked.VIEWS:
        return marked.text_at(state, snapshot)
    rows = state.table.rows
    row = rows[state.cursor] if state.tab is Tab.OVERVIEW and 0 <= state.cursor < len(rows) else None
    if isinstance(row, Group):
        return row.label
    return remote_end(row) if row is not None else ""


def _playback(state: ViewState, snapshot: Snapshot, action: Action) -> Result:
    playback = snapshot.status.playback
    if playback is None:
        return state, ()
    if action is Action.STEP:
        return state, (Play(PlaybackCommand.STEP),)
    if action in (Action.FASTER, Action.SLOWER):
        index = SPEEDS.index(playback.speed) if playback.speed in SPEEDS else SPEEDS.index(1.0)
        index += 1 if action is Action.FASTER else -1
        return state, (Play(PlaybackCommand.SPEED, SPEEDS[max(0, min(len(SPEEDS) - 1, index))]),)
    length = (playback.end or playback.position) - playback.start
    if playback.end is None and playback.fraction > 0:
        length /= playback.fraction  # as far as can be told before all of it is read
    by = max(1.0, length / 20) * (1 if action is Action.SEEK_FORWARD else -1)
    target = max(playback.start, playback.position + by)
    return state, (Play(PlaybackCommand.SEEK, min(target, playback.end) if playback.end else target),)


def find(state: ViewState, snapshot: Snapshot, step: int) -> ViewState:
    """Select the next row that shows the search text, round the end; nothing changes when there is none."""
    wanted = state.search.lower()
    rows = state.table.rows
    if not wanted or not rows:
        return state
    for distance in range(1, len(rows) + 1):
        index = (state.cursor + step * distance) % len(rows)
        if wanted in searchable(rows[index], state.names):
            return st.select_row(state, snapshot, index)
    return replace(state, message=f"not found: {state.search}")
