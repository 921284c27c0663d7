"""What the person has chosen, and nothing of what is on the wire: one frozen value and plain functions old → new.

In: a ``ViewState`` and a choice (or a new snapshot, ``observe``); out: the next ``ViewState``.
Rules: selection is by identifier, so it stays on its connection wherever that is sorted to; an empty selection means
"whatever is on top". The selected row is always inside the visible part of the table. No function here has an effect
outside the value it returns, and none reads a clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import NamedTuple

from netmon.model.connection import Connection
from netmon.model.snapshot import Snapshot

from .choice import Filter as Filter
from .choice import Line as Line
from .choice import Tab as Tab
from .chooser import Chooser
from .following import Following
from .gathering import Found, gathering, gone, much
from .lane import Options
from .layout import CHOOSER, SIDEBAR, SIDEBAR_FROM, table_lines, table_width
from .neighbourhood import Neighbourhood
from .ordering import Table
from .placing import Chosen, Placed, measures, place
from .rows import Group, Row, Rows
from .steps import finished
from .summary import Summary, Sums
from .tallies import Hosts, Parts, Processes

NO_ROWS = Table()
NO_FILTER = Filter()
NOTHING = Summary()


class Held(NamedTuple):
    """A picture held for a while: what came meanwhile is marked as new when it goes on."""

    since: float
    """Unix time of the snapshot that stood."""
    opened: int
    """Connections opened by then."""
    until: float = 0.0
    """How long what came meanwhile is marked; 0 = the picture still stands."""


NOT_HELD = Held(0.0, 0)
FRESH = 2.0
"""Seconds a new row carries its quiet mark."""


Books = Following[Processes] | Following[Parts] | Following[Hosts] | Following[Neighbourhood]


@dataclass(frozen=True, slots=True)
class ViewState:
    """Everything the views depend on besides the snapshot and the size."""

    size: tuple[int, int] = (80, 24)
    tab: Tab = Tab.OVERVIEW
    help: bool = False
    selected: str = ""
    anchor: str = ""
    """What the person selected last: it is selected again when it comes back, as after clearing a filter."""
    cursor: int = 0
    """Where ``selected`` is among the rows."""
    top: int = 0
    """First row shown."""
    sort: str = "down"
    descending: bool = True
    sort_chosen: bool = False
    """Sorted as the person wants it, now or in the last run: a file does not change it."""
    filter: Filter = NO_FILTER
    search: str = ""
    line: Line | None = None
    group: str = ""
    folded: frozenset[str] = frozenset()
    names: bool = True
    services: bool = False
    closed: bool = False
    localhost: bool = False
    paused: bool = False
    held: Held = NOT_HELD
    """When the picture was held last."""
    sidebar: bool | None = None
    """``None``: shown where there is room."""
    interfaces: bool = False
    """Activity shows interfaces and neighbours instead of processes."""
    hosts_by: str = "domain"
    """What Hosts are folded by (``tallies.HOST_FOLDS``)."""
    window: int = 0
    """Which time Graph shows (``graph.WINDOWS``)."""
    detail: int = 0
    """Which value is under the cursor in Details."""
    scroll: int = 0
    """First line shown of Activity, Hosts and help."""
    mark: str = ""
    """What the marked line of Activity or Hosts is about; empty = the first."""
    spot: int = 0
    """Where it was when it was marked."""
    pending: str = ""
    """Name of the action that asks to be pressed again."""
    pending_since: float = 0.0
    theme: str = "muted"
    history: tuple[str, ...] = ()
    """Filters typed before, newest last."""
    saved: tuple[str, ...] = ()
    """Names of the saved filters."""
    message: str = ""
    """A passing remark on the key bar."""
    zone: tzinfo | None = None
    """Time zone of clocks; ``None`` = the system's."""
    table: Table = NO_ROWS
    due: bool = False
    """There is something newer to be shown, or something else was asked for, and it is being worked out."""
    columns: Chosen = ()
    """Columns of the table, in order; empty = the usual ones."""
    chooser: Chooser | None = None
    """The column chooser, while it is open."""
    file: bool = False
    """A capture file is played."""
    ended: bool = False
    """It has been played to its end."""
    places: bool = False
    """Some country is known."""
    books: Books | None = None
    """The sums the view that is open shows."""
    books_of: tuple[Tab, bool, bool, bool, str] | None = None
    """What they were made for: the view, with loopback, with names, with interfaces, hosts by what."""
    sums: Following[Sums] = field(default_factory=lambda: Following(Sums))
    summary: Summary = NOTHING
    """Sums over the snapshot last observed."""
    subject: Connection | None = None
    """The selected connection as last seen, so that Details can go on showing it when it has left the table."""

    @property
    def options(self) -> Options:
        """What orders the table."""
        typing = self.line is not None and self.line.purpose == "filter"
        return Options(
            self.sort, self.descending, self.group, self.folded, measures(self.columns, self.file) if self.group else (),
            self.closed, self.localhost, self.filter.predicate, typing,
        )  # fmt: skip

    def new(self, connection: Connection, now: float) -> bool:
        """Whether a connection has come just now, or while the picture was held."""
        if 0 <= now - connection.first_seen < FRESH:
            return True
        return self.held.since < connection.first_seen <= now < self.held.until

    @property
    def sidebar_shown(self) -> bool:
        """Whether the System sidebar stands beside the table."""
        return self.sidebar if self.sidebar is not None else self.size[0] >= SIDEBAR_FROM

    @property
    def table_width(self) -> int:
        """Columns of the table."""
        side = SIDEBAR if self.sidebar_shown else 0
        if self.chooser is not None:
            side = CHOOSER if self.size[0] >= SIDEBAR_FROM else 0
        return table_width(self.size, side)

    @property
    def placed(self) -> tuple[Placed, ...]:
        """The table's columns where they stand."""
        return place(self.table_width, self.columns, self.file)

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
    """Take in a snapshot, or a choice that changes what there is to show: at once, or, when there is much to be looked at,
    later (``due``, ``View.working``), with the picture as it was until then."""
    if much(state, snapshot):
        return replace(state, due=True)
    state = of_its_kind(state, snapshot)
    return adopt(state, snapshot, finished(gathering(state, snapshot)))


def adopt(state: ViewState, snapshot: Snapshot, found: Found) -> ViewState:
    """What has been gathered from a snapshot is shown from now on."""
    state = replace(state, due=False, **found)
    if state.tab is Tab.OVERVIEW or "table" in found:
        return follow(state, snapshot)
    return state


def of_its_kind(state: ViewState, snapshot: Snapshot) -> ViewState:
    """A file that has been played to its end shows closed connections too: all are."""
    playback = snapshot.status.playback
    file = playback is not None
    ended = playback is not None and playback.finished
    if file and not state.file and not state.sort_chosen:
        state = replace(state, sort="total")
    if ended != state.ended:
        state = replace(state, closed=ended, ended=ended)
    return replace(state, file=file) if file != state.file else state


def follow(state: ViewState, snapshot: Snapshot) -> ViewState:
    """Find the selected row again and keep it on screen."""
    rows = state.table.rows
    cursor = state.cursor
    if state.anchor not in ("", state.selected) and state.selected and state.table.find(state.anchor) >= 0:
        state = replace(state, selected=state.anchor)
    if not state.selected:
        cursor = 0
    elif not (0 <= cursor < len(rows) and rows[cursor].identifier == state.selected):
        cursor = state.table.find(state.selected)
        if cursor < 0:
            cursor = max(0, min(state.cursor, len(rows) - 1))
            if state.tab is Tab.DETAILS:
                return replace(state, cursor=cursor, subject=finished(gone(state, snapshot)))
            # The selection stays at its place on the screen.
            return replace(_select(state, cursor, snapshot), anchor=state.anchor)
    row = rows[cursor] if rows else None
    subject = row if isinstance(row, Connection) else None
    return replace(state, cursor=cursor, top=_top(state, cursor, snapshot), subject=subject)


def _top(state: ViewState, cursor: int, snapshot: Snapshot) -> int:
    lines = table_lines(state.size, snapshot)
    highest = max(0, len(state.table.rows) - lines)
    top = min(max(state.top, cursor - lines + 1, 0), cursor, highest)
    return top - 1 if top == cursor and pinned(state.table.rows, top, lines) >= 0 else top


def pinned(rows: Rows[Row], top: int, lines: int) -> int:
    """The group that the topmost of so many lines names, whose own is above them; -1 = that line shows its row."""
    return rows.heading(top) if lines > 2 else -1


def _select(state: ViewState, cursor: int, snapshot: Snapshot) -> ViewState:
    rows = state.table.rows
    if not rows:
        return replace(state, cursor=0, top=0)
    cursor = max(0, min(cursor, len(rows) - 1))
    identifier = rows[cursor].identifier
    return replace(
        state, selected=identifier, anchor=identifier, cursor=cursor, top=_top(state, cursor, snapshot), detail=0,
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
    return follow(replace(state, selected="", anchor="", cursor=0, top=0, detail=0), snapshot)


def move_last(state: ViewState, snapshot: Snapshot) -> ViewState:
    """To the last row."""
    return _select(state, len(state.table.rows) - 1, snapshot)


def select_row(state: ViewState, snapshot: Snapshot, index: int) -> ViewState:
    """Select the row with that index, when there is one."""
    return _select(state, index, snapshot) if 0 <= index < len(state.table.rows) else state


def resized(state: ViewState, snapshot: Snapshot, size: tuple[int, int]) -> ViewState:
    """The terminal has another size."""
    return follow(replace(state, size=size), snapshot)
