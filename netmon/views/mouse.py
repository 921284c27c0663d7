"""What a mouse press means, from where it lands.

In: state, snapshot, press; out: the next state and effects, the same as the keys would give.
"""

from __future__ import annotations

from netmon.model.connection import Snapshot

from . import choices
from . import state as st
from .action import Action
from .actions import Result, perform
from .chrome import tab_spans
from .events import Button, MouseEvent
from .layout import divide, table_width
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
    if state.tab is not Tab.OVERVIEW or state.help:
        return state, ()
    body = divide(state.size, snapshot).body
    width = table_width(state.size, state.sidebar_shown)
    if not (event.x < width and body.y <= event.y < body.y + body.height):
        return state, ()
    if event.y == body.y:
        key = column_at(width, event.x)
        return (st.observe(choices.sort_by(state, key), snapshot) if key else state), ()
    index = state.top + event.y - body.y - 1
    if index >= len(state.table.rows):
        return state, ()
    state = st.select_row(state, snapshot, index)
    return perform(state, snapshot, Action.OPEN, now) if event.button is Button.DOUBLE else (state, ())
