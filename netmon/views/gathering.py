"""What the open view needs of all connections: the table, or the sums. Comes in parts, because there may be a million.

In: a ``ViewState``, a snapshot; out: the fields of the state that are other now. Rule: only what the open view shows is
worked out, and the state is not touched, so that what has been begun can be thrown away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from netmon.model.connection import Connection
from netmon.model.snapshot import Snapshot

from .changes import Difference
from .choice import Tab
from .following import Following
from .neighbourhood import Neighbourhood
from .ordering import Table, arranging
from .rows import Group, Row
from .steps import PART, Steps
from .summary import Summary
from .summing import summing, unsummed
from .tallies import Hosts, Parts, Processes

if TYPE_CHECKING:
    from .state import ViewState

AT_ONCE = 5 * PART
"""Connections looked at while a key waits; of more, in parts between keys."""

Found = dict[str, Any]
"""Fields of ``ViewState``."""


def much(state: ViewState, snapshot: Snapshot) -> bool:
    """Whether there are too many connections to look at all of them at once."""
    count = len(snapshot.connections) + len(snapshot.closed) * state.closed
    return count > (PART if state.options.texts and not state.table.lane.texts else AT_ONCE)


def gathering(state: ViewState, snapshot: Snapshot) -> Steps[Found]:
    """What is to be shown of this snapshot."""
    if state.tab is Tab.DETAILS:
        return (yield from _details(state, snapshot))
    if state.tab is not Tab.OVERVIEW:
        return (yield from _sums(state, snapshot))
    near = range(max(0, state.top - 50), state.top + state.size[1] + 100)
    before = state.table.lane.connections
    known: tuple[Sequence[Connection], Difference | None] | None = None
    if _is_of(state.table, snapshot, state):  # only what it says of groups that have come into sight is missing
        table = state.table
    else:
        table = yield from arranging(snapshot, state.options, state.table, near)
        if table.lane.connections is snapshot.connections:
            known = (before, table.difference)
    missing = unsummed(_seen(table, state, state.size[1]), table.sums)
    if missing:
        more = yield from summing(missing, state.options.measures, snapshot.now)
        table = replace(table, sums={**table.sums, **more})
    summary = Summary()
    if state.sidebar_shown:
        summary = (yield from state.sums.following(snapshot, known)).summary()
    places = state.places or any(
        row.remote_place is not None for row in table.rows[state.top : state.top + 50] if isinstance(row, Connection)
    )
    return {"table": table, "summary": summary, "places": places}


def _is_of(table: Table, snapshot: Snapshot, state: ViewState) -> bool:
    return table.made_of == (snapshot.now, state.options) and table.lane.connections is snapshot.connections


def _seen(table: Table, state: ViewState, more: int = 0) -> Sequence[Row]:
    """The rows that can be seen, and so many above and below."""
    seen = table.rows[max(0, state.top - more) : state.top + state.size[1] + more]
    heading = table.rows.heading(state.top)
    return [*seen, table.rows[heading]] if 0 <= heading < state.top - more else seen


def lacking(state: ViewState) -> bool:
    """Whether sums of a group that can be seen are not there."""
    return (
        bool(state.options.group)
        and state.tab is Tab.OVERVIEW
        and bool(unsummed(_seen(state.table, state), state.table.sums))
    )


def _details(state: ViewState, snapshot: Snapshot) -> Steps[Found]:
    """The selected connection is all there is to look for; the first row when there is none."""
    if not state.selected or (state.subject is None and (state.row is None or isinstance(state.row, Group))):
        return {"table": (yield from arranging(snapshot, state.options, state.table))}
    return {"subject": (yield from gone(state, snapshot))}


def gone(state: ViewState, snapshot: Snapshot) -> Steps[Connection | None]:
    """The selected connection where it is not a row: hidden, closed, or forgotten and only remembered here."""
    subject, wanted = state.subject, state.selected
    if subject is not None and subject.closed:
        return subject
    for number, connection in enumerate(chain(snapshot.connections, reversed(snapshot.closed)), 1):
        if connection.identifier == wanted:
            return connection
        if not number % (4 * PART):
            yield
    return subject


def _sums(state: ViewState, snapshot: Snapshot) -> Steps[Found]:
    key = (state.tab, state.localhost, state.names, state.interfaces, state.hosts_by)
    books = state.books if state.books_of == key else None
    if books is None:
        localhost, names, folded = state.localhost, state.names, state.hosts_by
        if state.tab is Tab.ACTIVITY and state.interfaces:
            books = Following(Neighbourhood)
        elif state.tab is Tab.ACTIVITY:
            books = Following(lambda: Processes(localhost, names))
        elif state.tab is Tab.GRAPH:
            books = Following(lambda: Parts(localhost, names))
        else:
            books = Following(lambda: Hosts(localhost, names, folded))
    yield from books.following(snapshot)
    return {"books": books, "books_of": key}
