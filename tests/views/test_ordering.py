"""Rows: hiding, sorting, holding, grouping."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sample

from netmon.filters import compile_filter
from netmon.model.connection import Connection
from netmon.model.snapshot import Snapshot
from netmon.views.columns import SORTABLE
from netmon.views.lane import Options
from netmon.views.ordering import Table, arrange
from netmon.views.rows import Group


def plain(identifier: str, down: float, **more: object) -> Connection:
    """A connection with a rate."""
    base = sample.Maker()("tcp", "192.0.2.1", 443, "ESTABLISHED", identifier=identifier, **more)
    return replace(base, rate_out=0.0, rate_in=down)


def order(table: Table) -> str:
    return "".join(row.identifier for row in table.rows)


def at(now: float, **rates: float) -> Snapshot:
    return Snapshot(now, tuple(plain(name, rate) for name, rate in rates.items()))


def test_numbers_descend_and_ties_are_newest_first() -> None:
    """The fastest is on top; of equals the newest, and their order is stable."""
    table = arrange(at(0.0, a=1, b=5, c=1, d=0, e=0), Options(), Table())
    assert order(table) == "bcaed"


def test_a_small_change_waits_a_second() -> None:
    """Rows change places only when the difference is large or lasts."""
    table = arrange(at(0.0, a=100, b=90), Options(), Table())
    table = arrange(at(0.5, a=100, b=105), Options(), table)
    assert order(table) == "ab"
    table = arrange(at(1.0, a=100, b=106), Options(), table)
    assert order(table) == "ab"
    table = arrange(at(1.6, a=100, b=106), Options(), table)
    assert order(table) == "ba"


def test_a_large_change_is_shown_at_once() -> None:
    """A burst goes to the top without waiting."""
    table = arrange(at(0.0, a=100, b=90), Options(), Table())
    assert order(arrange(at(0.1, a=100, b=500), Options(), table)) == "ba"


def test_loopback_is_hidden_unless_wanted(snapshot: Snapshot) -> None:
    """Conversations of the machine with itself need the flag (features 1.15)."""
    hidden = arrange(snapshot, Options(), Table())
    shown = arrange(snapshot, Options(localhost=True), Table())
    assert shown.total == hidden.total + 1


def test_closed_rows_need_the_flag(snapshot: Snapshot) -> None:
    """Closed connections are rows only when asked for."""
    assert not any(c.closed for c in arrange(snapshot, Options(), Table()).connections)
    assert sum(c.closed for c in arrange(snapshot, Options(closed=True), Table()).connections) == len(snapshot.closed)


def test_filter_counts(snapshot: Snapshot) -> None:
    """Matches of how many visible ones are known."""
    table = arrange(snapshot, Options(predicate=compile_filter("proto:udp")), Table())
    assert (table.matched, table.total) == (10, 34)


@pytest.mark.parametrize("key", SORTABLE)
@pytest.mark.parametrize("descending", [True, False])
def test_every_column_sorts_with_absent_values_last(snapshot: Snapshot, key: str, descending: bool) -> None:
    """Sorting by any column keeps all rows, and those without a value come last in both directions."""
    table = arrange(snapshot, Options(sort=key, descending=descending, closed=True), Table())
    assert len(table.rows) == 39
    if key == "process":
        known = [connection.owner is not None for connection in table.connections]
        assert known == sorted(known, reverse=True)
        names = [c.owner.process.name.lower() for c in table.connections if c.owner is not None]
        assert names == sorted(names, reverse=descending)


def test_groups_gather_and_sort(snapshot: Snapshot) -> None:
    """Groups stand in the order of their sums, members below them, folded ones without."""
    table = arrange(snapshot, Options(group="process"), Table())
    groups = [row for row in table.rows if isinstance(row, Group)]
    assert groups[0].label == "firefox 4803"
    assert groups[0].value == pytest.approx(1.24e6 + 98e3 + 640e3 + 5200)
    assert len(table.rows) == 34 + len(groups)
    folded = arrange(snapshot, Options(group="process", folded=frozenset({groups[0].identifier})), Table())
    assert len(folded.rows) == len(table.rows) - 5


def test_what_is_over_fades_and_then_leaves() -> None:
    """A conversation in TIME_WAIT is a row for some seconds more; with closed ones shown it stays."""
    over = replace(plain("x", 5), state="TIME_WAIT", last_seen=100.0)
    connections = (plain("a", 1), over)
    table = Table()
    for now, rows in ((101.0, "xa"), (107.9, "xa"), (108.1, "a")):
        table = arrange(Snapshot(now, connections), Options(), table)
        assert order(table) == rows
    assert order(arrange(Snapshot(200.0, connections), Options(closed=True), table)) == "xa"


def test_a_process_with_one_connection_needs_no_line_above_it(snapshot: Snapshot) -> None:
    """By process a group of one is its row; by anything else the row would not say what it was grouped by."""
    table = arrange(snapshot, Options(group="process"), Table())
    assert all(len(row.members) > 1 for row in table.rows if isinstance(row, Group))
    assert {
        len(table.connections),
        len(table.rows.lone) + sum(len(r.members) for r in table.rows if isinstance(r, Group)),
    } == {34}
    table = arrange(snapshot, Options(group="user"), Table())
    assert any(len(row.members) == 1 for row in table.rows if isinstance(row, Group))
    assert not table.rows.lone
