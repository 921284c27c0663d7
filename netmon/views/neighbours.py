"""The strip at the foot of Details: the conversations before and after this one in the table, and where it stands.

    ◂ curl github.com:443                        3 of 77                        sshd build-7.example.net:22 ▸

In: a state (its table keeps the order it had when Details was opened, so stepping through it skips nothing); out: cells,
or the state that shows a neighbour.
"""

from __future__ import annotations

from dataclasses import replace

from netmon.model.connection import Connection
from netmon.model.snapshot import Snapshot

from . import state as st
from .canvas import Canvas, cut_middle, width_of
from .layout import Box
from .state import ViewState
from .theme import Role
from .words import process_name, remote_text, service_port

LOWEST = 8
"""Lines of a body that has a strip."""


def beside(state: ViewState, by: int) -> int:
    """Index of the next row before (-1) or after (1) that is a connection; -1 when there is none."""
    order = state.table.rows.order
    index = state.cursor + by
    while 0 <= index < len(order):
        if order[index] >= 0:
            return index
        index += by
    return -1


def step(state: ViewState, snapshot: Snapshot, by: int) -> ViewState:
    """Show the neighbour, the same value under the cursor as far as it has one."""
    index = beside(state, by)
    if index < 0:
        return state
    detail = state.detail
    return st.observe(replace(st.select_row(state, snapshot, index), detail=detail), snapshot)


def paint(canvas: Canvas, box: Box, state: ViewState) -> None:
    """One line, ``box``."""
    order = state.table.rows.order
    if len(order) < 2:
        return
    number = sum(index >= 0 for index in order[: state.cursor + 1])
    middle = f"{number} of {state.table.matched}"
    room = (box.width - width_of(middle)) // 2 - 5
    canvas.put(box.x + (box.width - width_of(middle)) // 2, box.y, middle, Role.TEXT)
    before, after = beside(state, -1), beside(state, 1)
    if room < 8:
        return
    if before >= 0:
        canvas.put(box.x + 1, box.y, f"◂ {_label(state, before, room)}", Role.DIM)
    if after >= 0:
        canvas.right(box.x + box.width - 1, box.y, f"{_label(state, after, room)} ▸", Role.DIM)


def _label(state: ViewState, index: int, width: int) -> str:
    row = state.table.rows[index]
    if not isinstance(row, Connection):
        return ""
    port, ours = service_port(row)
    where = remote_text(row, state.names).lstrip("~") + (f" {'←' if ours else ''}:{port}" if port is not None else "")
    return cut_middle(" ".join(filter(None, (process_name(row), where))), width)
