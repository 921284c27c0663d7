"""What a person chooses about the table and the views: sorting, grouping, folding, which view.

In: a state and a choice; out: the next state, still showing the same snapshot (``state.observe`` brings the rows).
"""

from __future__ import annotations

from dataclasses import replace

from .columns import BY_KEY, SORTABLE
from .grouping import CYCLE
from .rows import Group
from .state import Tab, ViewState
from .tallies import HOST_FOLDS


def open_tab(state: ViewState, tab: Tab) -> ViewState:
    """Show a view."""
    row = state.row
    if tab is Tab.DETAILS and not state.selected and row is not None:
        state = replace(state, selected=row.identifier)
    return replace(state, tab=tab, scroll=0, mark="", spot=0, help=False)


def next_tab(state: ViewState, by: int) -> ViewState:
    """The view after or before."""
    tabs = list(Tab)
    return open_tab(state, tabs[(tabs.index(state.tab) + by) % len(tabs)])


def sort_by(state: ViewState, key: str) -> ViewState:
    """Sort by a column: numbers descending at first, text ascending; the same column again flips."""
    if key not in BY_KEY or key not in SORTABLE:
        return state
    descending = not state.descending if key == state.sort else BY_KEY[key].numeric
    return replace(state, sort=key, descending=descending, sort_chosen=True)


def next_sort(state: ViewState) -> ViewState:
    """The next visible column to the right, round to the left again."""
    keys = [p.column.key for p in state.placed if p.column.key in SORTABLE]
    index = keys.index(state.sort) + 1 if state.sort in keys else 0
    return sort_by(state, keys[index % len(keys)]) if len(keys) > 1 or state.sort not in keys else state


def next_group(state: ViewState, by: int = 1) -> ViewState:
    """The next way to group, or the one before; every group is unfolded, and the selected connection stays selected."""
    index = CYCLE.index(state.group) if state.group in CYCLE else 0
    return replace(state, group=CYCLE[(index + by) % len(CYCLE)], folded=frozenset(), selected=state.anchor, top=0)


def next_fold(state: ViewState, by: int) -> ViewState:
    """Hosts by domain, country or network; whatever was marked is another line then."""
    index = HOST_FOLDS.index(state.hosts_by) if state.hosts_by in HOST_FOLDS else 0
    return replace(state, hosts_by=HOST_FOLDS[(index + by) % len(HOST_FOLDS)], mark="", spot=0, scroll=0)


def fold(state: ViewState, folded: bool | None = None) -> ViewState:
    """Fold or unfold (``None``: the other) the group of the selected row; on a member, its group is folded and selected."""
    if not state.group or not state.table.rows:
        return state
    index = min(state.cursor, len(state.table.rows) - 1)
    if state.table.rows.order[index] in state.table.rows.lone:
        return state
    if not isinstance(state.table.rows[index], Group):
        index = state.table.rows.heading(index)
    group = state.table.rows[index]
    if not isinstance(group, Group):
        return state
    wanted = not group.folded if folded is None else folded
    names = state.folded | {group.identifier} if wanted else state.folded - {group.identifier}
    selected = group.identifier if wanted else state.selected
    anchor = selected if wanted else state.anchor
    return replace(state, folded=names, selected=selected, anchor=anchor, cursor=index if wanted else state.cursor)


def reset_view(state: ViewState) -> ViewState:
    """Grouping, sorting, filter and toggles as at the start."""
    fresh = ViewState(sort="total" if state.file else "down")
    return replace(
        state, sort=fresh.sort, descending=fresh.descending, filter=fresh.filter, search="", line=None, group="",
        folded=frozenset(), closed=state.ended, selected="", anchor="", top=0, cursor=0, message="view reset",
    )  # fmt: skip
