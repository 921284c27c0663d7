"""Selection, scrolling, sorting, grouping: old state to new state."""

from __future__ import annotations

from dataclasses import replace

import sample

from netmon.model.snapshot import Snapshot
from netmon.views import choices
from netmon.views import state as st
from netmon.views.layout import table_lines
from netmon.views.state import Tab, ViewState


def start(snapshot: Snapshot, size: tuple[int, int] = (80, 24)) -> ViewState:
    return st.observe(ViewState(size=size), snapshot)


def on_screen(state: ViewState, snapshot: Snapshot) -> bool:
    return state.top <= state.cursor < state.top + table_lines(state.size, snapshot)


def test_selection_stays_on_its_connection(snapshot: Snapshot) -> None:
    """However the rows move, the selected connection stays selected and on screen."""
    state = st.move(start(snapshot), snapshot, 1)
    chosen = state.selected
    for key in ("process", "remote", "total", "age", "state"):
        state = st.observe(choices.sort_by(state, key), snapshot)
        assert state.selected == chosen
        assert state.table.rows[state.cursor].identifier == chosen
        assert on_screen(state, snapshot)


def test_top_follows_whatever_is_on_top(snapshot: Snapshot) -> None:
    """Without a choice the cursor stays on the first row."""
    state = start(snapshot)
    state = st.observe(choices.sort_by(state, "process"), snapshot)
    assert (state.selected, state.cursor) == ("", 0)


def test_moving_stays_inside(snapshot: Snapshot) -> None:
    """No move leaves the table, and the cursor is always on screen."""
    state = start(snapshot)
    for by in (-5, 1, 100, -3, 7, -1000):
        state = st.move(state, snapshot, by)
        assert 0 <= state.cursor < len(state.table.rows)
        assert on_screen(state, snapshot)
    state = st.move_last(state, snapshot)
    assert state.cursor == len(state.table.rows) - 1
    assert on_screen(state, snapshot)
    assert st.move_first(state, snapshot).cursor == 0


def test_a_vanished_row_leaves_the_selection_at_its_place(snapshot: Snapshot) -> None:
    """When the selected connection goes, the row that takes its place is selected."""
    state = st.move(start(snapshot), snapshot, 3)
    rest = tuple(c for c in snapshot.connections if c.identifier != state.selected)
    after = st.observe(state, replace(snapshot, connections=rest))
    assert after.cursor == 3
    assert after.selected == after.table.rows[3].identifier


def test_details_keep_a_connection_that_closes(snapshot: Snapshot) -> None:
    """Details go on showing the connection when it closes, and even when it is forgotten."""
    state = choices.open_tab(st.move(start(snapshot), snapshot, 2), Tab.DETAILS)
    subject = state.connection
    assert subject is not None
    rest = tuple(c for c in snapshot.connections if c.identifier != subject.identifier)
    closed = replace(subject, closed=True, state="CLOSED")
    state = st.observe(state, replace(snapshot, connections=rest, closed=(closed,)))
    assert state.connection is closed
    state = st.observe(state, replace(snapshot, connections=rest, closed=()))
    assert state.connection is closed


def test_empty_snapshot() -> None:
    """Nothing to select is no error."""
    empty = Snapshot(0.0)
    state = start(empty)
    for change in (st.move_last, st.move_first):
        state = change(state, empty)
    assert state.row is None
    assert choices.fold(replace(state, group="process")).folded == frozenset()


def test_sort_cycles_left_to_right(snapshot: Snapshot) -> None:
    """``s`` goes through the visible columns; numbers start descending, texts ascending; the same again flips."""
    state = start(snapshot)
    seen = []
    for _ in range(6):
        state = choices.next_sort(state)
        seen.append((state.sort, state.descending))
    assert seen == [
        ("up", True),
        ("process", False),
        ("remote", False),
        ("application", False),
        ("state", False),
        ("down", True),
    ]
    assert choices.sort_by(state, "down").descending is False


def test_grouping_cycles_and_folds(snapshot: Snapshot) -> None:
    """``a`` goes round all ways to group and back to none; folding hides members and selects the group."""
    state = start(snapshot)
    names = []
    for _ in choices.CYCLE:
        state = st.observe(choices.next_group(state), snapshot)
        names.append(state.group)
    assert names == [*choices.CYCLE[1:], ""]
    state = st.observe(choices.next_group(state), snapshot)
    before = len(state.table.rows)
    state = st.observe(choices.fold(st.move(state, snapshot, 2)), snapshot)
    assert len(state.table.rows) == before - 5
    assert state.selected.startswith("group:process:firefox")
    assert len(st.observe(choices.fold(state, False), snapshot).table.rows) == before


def test_resizing_keeps_the_cursor_on_screen() -> None:
    """A lower terminal scrolls to the selection."""
    snapshot = sample.snapshot()
    state = st.move_last(start(snapshot, (200, 50)), snapshot)
    state = st.resized(state, snapshot, (80, 12))
    assert on_screen(state, snapshot)
