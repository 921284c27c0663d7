"""What the person has chosen, and nothing of what is on the wire: one frozen value and plain functions old → new.

In: a ``ViewState`` and a choice (or a new snapshot, ``observe``); out: the next ``ViewState``.
Rules: selection is by identifier, so it stays on its connection wherever that is sorted to; an empty selection means
"whatever is on top". The selected row is always inside the visible part of the table. No function here has an effect
outside the value it returns, and none reads a clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import tzinfo
from enum import Enum

from netmon.model.connection import Connection, Snapshot

from .columns import BY_KEY, SORTABLE
from .grouping import CYCLE
from .layout import SIDEBAR_FROM, table_lines, table_width
from .ordering import Group, Options, Predicate, Row, Table, arrange
from .placing import place
from .summary import Summary, summarise

NO_ROWS = Table()
NOTHING = Summary()


class Tab(Enum):
    """The views, by the digit that opens them."""

    OVERVIEW = 1
    DETAILS = 2
    ACTIVITY = 3
    GRAPH = 4
    HOSTS = 5

    @property
    def title(self) -> str:
        """The word on the tab bar."""
        return self.name.capitalize()


@dataclass(frozen=True, slots=True)
class Filter:
    """The filter as typed, and the last one that parsed. ``position`` is where the error is, ``error`` what it is."""

    text: str = ""
    predicate: Predicate | None = None
    error: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text being typed at the bottom: ``purpose`` is ``filter`` or ``search``."""

    purpose: str
    text: str = ""
    cursor: int = 0


@dataclass(frozen=True, slots=True)
class ViewState:
    """Everything the views depend on besides the snapshot and the size."""

    size: tuple[int, int] = (80, 24)
    tab: Tab = Tab.OVERVIEW
    help: bool = False
    selected: str = ""
    cursor: int = 0
    """Where ``selected`` is among the rows."""
    top: int = 0
    """First row shown."""
    sort: str = "down"
    descending: bool = True
    filter: Filter = Filter()
    search: str = ""
    line: Line | None = None
    group: str = ""
    folded: frozenset[str] = frozenset()
    names: bool = True
    services: bool = False
    closed: bool = False
    localhost: bool = False
    paused: bool = False
    sidebar: bool | None = None
    """``None``: shown where there is room."""
    interfaces: bool = False
    """Activity shows interfaces instead of processes."""
    detail: int = 0
    """Which value is under the cursor in Details."""
    scroll: int = 0
    """First line shown of Activity, Graph, Hosts and help."""
    pending: str = ""
    """Name of the action that asks to be pressed again."""
    pending_since: float = 0.0
    message: str = ""
    """A passing remark on the key bar."""
    zone: tzinfo | None = None
    """Time zone of clocks; ``None`` = the system's."""
    table: Table = NO_ROWS
    summary: Summary = NOTHING
    """Sums over the snapshot last observed."""
    subject: Connection | None = None
    """The selected connection as last seen, so that Details can go on showing it when it has left the table."""

    @property
    def options(self) -> Options:
        """What orders the table."""
        return Options(
            self.sort, self.descending, self.group, self.folded, self.closed, self.localhost, self.filter.predicate
        )

    @property
    def sidebar_shown(self) -> bool:
        """Whether the System sidebar stands beside the table."""
        return self.sidebar if self.sidebar is not None else self.size[0] >= SIDEBAR_FROM

    @property
    def row(self) -> Row | None:
        """The selected row, the top one when none is chosen."""
        rows = self.table.rows
        return rows[min(self.cursor, len(rows) - 1)] if rows else None

    @property
    def connection(self) -> Connection | None:
        """The selected connection: of a group, its first; in Details also one that has left the table."""
        subject = self.subject
        if subject is not None and self.tab is Tab.DETAILS and subject.identifier == self.selected:
            return subject
        row = self.row
        if isinstance(row, Group):
            return row.members[0]
        return row


def observe(state: ViewState, snapshot: Snapshot) -> ViewState:
    """Take in a snapshot, or a choice that changes which rows there are."""
    near = range(max(0, state.top - 50), state.top + state.size[1] + 100)
    table = arrange(snapshot, state.options, state.table, near)
    return follow(replace(state, table=table, summary=summarise(snapshot)), snapshot)


def follow(state: ViewState, snapshot: Snapshot) -> ViewState:
    """Find the selected row again and keep it on screen."""
    rows = state.table.rows
    cursor = state.cursor
    if not state.selected:
        cursor = 0
    elif not (cursor < len(rows) and rows[cursor].identifier == state.selected):
        cursor = next((i for i, row in enumerate(rows) if row.identifier == state.selected), -1)
        if cursor < 0:
            cursor = max(0, min(state.cursor, len(rows) - 1))
            if state.tab is Tab.DETAILS:
                return replace(state, cursor=cursor, subject=_gone(state, snapshot))
            return _select(state, cursor, snapshot)  # the selection stays at its place on the screen
    row = rows[cursor] if rows else None
    subject = row if isinstance(row, Connection) else None
    return replace(state, cursor=cursor, top=_top(state, cursor, snapshot), subject=subject)


def _gone(state: ViewState, snapshot: Snapshot) -> Connection | None:
    """The selected connection where it is not a row: hidden, closed, or forgotten and only remembered here."""
    for connections in (snapshot.connections, reversed(snapshot.closed)):
        for connection in connections:
            if connection.identifier == state.selected:
                return connection
    return state.subject


def _top(state: ViewState, cursor: int, snapshot: Snapshot) -> int:
    lines = table_lines(state.size, snapshot)
    highest = max(0, len(state.table.rows) - lines)
    top = min(max(state.top, cursor - lines + 1, 0), cursor)
    return min(top, highest)


def _select(state: ViewState, cursor: int, snapshot: Snapshot) -> ViewState:
    rows = state.table.rows
    if not rows:
        return replace(state, cursor=0, top=0)
    cursor = max(0, min(cursor, len(rows) - 1))
    return replace(
        state, selected=rows[cursor].identifier, cursor=cursor, top=_top(state, cursor, snapshot), detail=0,
        subject=row if isinstance(row := rows[cursor], Connection) else None,
    )  # fmt: skip


def move(state: ViewState, snapshot: Snapshot, by: int) -> ViewState:
    """Move the selection by rows."""
    return _select(state, state.cursor + by, snapshot)


def move_page(state: ViewState, snapshot: Snapshot, pages: float) -> ViewState:
    """Move the selection by screenfuls."""
    lines = table_lines(state.size, snapshot)
    return move(state, snapshot, round(pages * max(1, lines - 1)))


def move_first(state: ViewState, snapshot: Snapshot) -> ViewState:
    """To the top, and stay there whatever comes to stand on it."""
    return follow(replace(state, selected="", cursor=0, top=0, detail=0), snapshot)


def move_last(state: ViewState, snapshot: Snapshot) -> ViewState:
    """To the last row."""
    return _select(state, len(state.table.rows) - 1, snapshot)


def select_row(state: ViewState, snapshot: Snapshot, index: int) -> ViewState:
    """Select the row with that index, when there is one."""
    return _select(state, index, snapshot) if 0 <= index < len(state.table.rows) else state


def resized(state: ViewState, snapshot: Snapshot, size: tuple[int, int]) -> ViewState:
    """The terminal has another size."""
    return follow(replace(state, size=size), snapshot)


def open_tab(state: ViewState, tab: Tab) -> ViewState:
    """Show a view."""
    row = state.row
    if tab is Tab.DETAILS and not state.selected and row is not None:
        state = replace(state, selected=row.identifier)
    return replace(state, tab=tab, scroll=0, help=False)


def next_tab(state: ViewState, by: int) -> ViewState:
    """The view after or before."""
    tabs = list(Tab)
    return open_tab(state, tabs[(tabs.index(state.tab) + by) % len(tabs)])


def sort_by(state: ViewState, key: str) -> ViewState:
    """Sort by a column: numbers descending at first, text ascending; the same column again flips."""
    if key not in BY_KEY or key not in SORTABLE:
        return state
    descending = not state.descending if key == state.sort else BY_KEY[key].numeric
    return replace(state, sort=key, descending=descending)


def next_sort(state: ViewState) -> ViewState:
    """The next visible column to the right, round to the left again."""
    keys = [p.column.key for p in place(table_width(state.size, state.sidebar_shown)) if p.column.key in SORTABLE]
    index = keys.index(state.sort) + 1 if state.sort in keys else 0
    return sort_by(state, keys[index % len(keys)]) if len(keys) > 1 or state.sort not in keys else state


def next_group(state: ViewState) -> ViewState:
    """The next way to group; every group is unfolded."""
    index = CYCLE.index(state.group) if state.group in CYCLE else 0
    return replace(state, group=CYCLE[(index + 1) % len(CYCLE)], folded=frozenset(), selected="", top=0)


def fold(state: ViewState, folded: bool | None = None) -> ViewState:
    """Fold or unfold (``None``: the other) the group of the selected row; on a member, its group is folded and selected."""
    if not state.group or not state.table.rows:
        return state
    index = min(state.cursor, len(state.table.rows) - 1)
    while index > 0 and not isinstance(state.table.rows[index], Group):
        index -= 1
    group = state.table.rows[index]
    if not isinstance(group, Group):
        return state
    wanted = not group.folded if folded is None else folded
    names = state.folded | {group.identifier} if wanted else state.folded - {group.identifier}
    selected = group.identifier if wanted else state.selected
    return replace(state, folded=names, selected=selected, cursor=index if wanted else state.cursor)


def reset_view(state: ViewState) -> ViewState:
    """Grouping, sorting, filter and toggles as at the start."""
    fresh = ViewState()
    return replace(
        state, sort=fresh.sort, descending=fresh.descending, filter=fresh.filter, search="", line=None, group="",
        folded=frozenset(), closed=False, selected="", top=0, cursor=0, message="view reset",
    )  # fmt: skip
