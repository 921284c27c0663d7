"""What a mouse press means, from where it lands.

In: state, snapshot, press; out: the next state and effects, the same as the keys would give.
"""

from __future__ import annotations

from dataclasses import replace

from netmon.model.snapshot import Snapshot

from . import choices, chooser, marked
from . import state as st
from .action import Action
from .actions import Result, perform
from .chrome import tab_spans
from .details import value_on
from .events import Button, MouseEvent
from .layout import Box, divide, table_lines
from .overview import column_at
from .state import Tab, ViewState

WHEEL = 3
"""Rows a step of the wheel moves."""


def pressed(state: ViewState, snapshot: Snapshot, event: MouseEvent, now: float) -> Result:
    """Click, double click or wheel."""
    if event.button in (Button.WHEEL_UP, Button.WHEEL_DOWN):
        action = Action.UP if event.button is Button.WHEEL_UP else Action.DOWN
        for _ in range(WHEEL):
            state, _effects = perform(state, snapshot, action, now)
        return state, ()
    if event.button is Button.RIGHT:
        return perform(state, snapshot, Action.CLOSE, now)
    if event.y == 0:
        for tab, x, width in tab_spans(state.size[0]):
            if x <= event.x < x + width:
                return choices.open_tab(state, tab), ()
        return state, ()
    if state.tab is Tab.DETAILS and not state.help:
        value = value_on(snapshot, state, event.x, event.y)
        return perform(replace(state, detail=value), snapshot, Action.COPY, now) if value >= 0 else (state, ())
    if state.tab in marked.VIEWS and not state.help:
        found = marked.clicked(state, snapshot, event.y)
        if found is None:
            return state, ()
        return perform(found, snapshot, Action.OPEN, now) if event.button is Button.DOUBLE else (found, ())
    if state.tab is not Tab.OVERVIEW or state.help:
        return state, ()
    body = divide(state.size, snapshot).body
    width = state.table_width
    if state.chooser is not None and (event.x > width or event.y >= chooser.panel(body).box.y > body.y):
        return _chosen(state, event, body)
    if not (event.x < width and body.y <= event.y < body.y + body.height):
        return state, ()
    if event.y == body.y:
        key = column_at(state.placed, event.x)
        return (st.observe(choices.sort_by(state, key), snapshot) if key else state), ()
    line = event.y - body.y - 1
    index = state.top + line
    heading = st.pinned(state.table.rows, state.top, table_lines(state.size, snapshot)) if line == 0 else -1
    if heading >= 0:
        index = heading
    if index >= len(state.table.rows):
        return state, ()
    state = st.select_row(state, snapshot, index)
    return perform(state, snapshot, Action.OPEN, now) if event.button is Button.DOUBLE else (state, ())


def _chosen(state: ViewState, event: MouseEvent, body: Box) -> Result:
    """A click in the column chooser shows or hides a column."""
    if state.chooser is None:
        return state, ()
    index = chooser.at_cell(state.chooser, body, event.x, event.y)
    if index < 0:
        return state, ()
    pointed = replace(state.chooser, cursor=index)
    toggled = chooser.act(pointed, Action.PAUSE, state.placed, state.file) or pointed
    return replace(state, chooser=toggled, columns=toggled.chosen), ()
