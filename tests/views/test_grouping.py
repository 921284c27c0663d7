"""Names of groups."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sample
from sample import Open

from netmon.model.snapshot import Snapshot
from netmon.views import choices
from netmon.views import state as st
from netmon.views.events import Button, KeyEvent, MouseEvent
from netmon.views.grouping import CYCLE, GROUPINGS, by_interface, by_network, registrable
from netmon.views.rows import Group


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("www.freebsd.org", "freebsd.org"), ("freebsd.org", "freebsd.org"), ("a.b.example.co.uk", "example.co.uk"),
        ("localhost", "localhost"), ("x.com.au", "x.com.au"), ("a.b.c.dev.", "c.dev"), ("", ""),
    ],
)  # fmt: skip
def test_registrable(name: str, domain: str) -> None:
    """The part of a name that is sold."""
    assert registrable(name) == domain


def test_every_dimension_names_every_connection() -> None:
    """Each way to group gives a text for each connection, and tells at least two apart in the sample."""
    live, closed = sample.busy()
    for grouping in GROUPINGS.values():
        if grouping.name != "interface":  # the sample has one
            assert len({grouping.key(connection) for connection in live + closed}) >= 2


def test_network_and_interface() -> None:
    """By operator, else by number; with the VLAN."""
    one = sample.Maker()("tcp", "151.101.1.57", 443, "ESTABLISHED", interface="eth0")
    place = next(c.remote_place for c in sample.snapshot().connections if c.remote_place is not None)
    assert by_network(replace(one, destination_place=replace(place, organisation="Fastly"))) == "Fastly"
    assert by_network(replace(one, destination_place=replace(place, organisation="", asn=64_500))) == "AS64500"
    assert by_network(replace(one, destination_place=None)) == ""
    assert by_interface(replace(one, vlans=(7, 12))) == "eth0.7.12"
    assert by_interface(replace(one, interface="")) == ""


def test_back_and_forth() -> None:
    """Round the end both ways."""
    state = st.ViewState()
    for name in reversed(CYCLE):
        state = choices.next_group(state, -1)
        assert state.group == name
    assert choices.next_group(state).group == CYCLE[1]


def test_a_selected_group_of_which_one_is_left(open_view: Open) -> None:
    """A process with one connection has no line of its own: the selection goes on to that."""
    snapshot = sample.snapshot()
    view = open_view((100, 30), snapshot)
    view.event(KeyEvent("a"), 0.0)
    group = next(row for row in view.state.table.rows if isinstance(row, Group) and len(row.members) > 1)
    for _ in range(view.state.table.rows.index(group)):
        view.event(KeyEvent("j"), 0.0)
    assert view.state.row == group
    view.feed(replace(snapshot, connections=tuple(c for c in snapshot.connections if c not in group.members[1:])))
    assert view.state.row == group.members[0]


def test_the_group_of_the_topmost_row_is_named(open_view: Open) -> None:
    """Where its own line is above the screen it stands on the first one, never over the selected row; a click selects it."""
    live = [replace(one, rate_in=1e6 - number) for number, one in enumerate(sample.many(60).connections)]
    view = open_view((100, 16), Snapshot(sample.NOW, tuple(live)))
    view.event(KeyEvent("A"), 0.0)
    rows = view.state.table.rows
    group = next(row for row in rows if isinstance(row, Group) and len(row.members) > 14)
    at = rows.index(group)
    for number in range(1, len(group.members) + 1):
        view.event(KeyEvent("g"), 0.0)
        for _ in range(at + number):
            view.event(KeyEvent("j"), 0.0)
        for _ in range(3):
            view.event(KeyEvent("k"), 0.0)
        lines = view.frame().lines()
        assert view.state.cursor == max(0, at + number - 3)
        assert lines[3 + view.state.cursor - view.state.top].startswith("▌")
        if view.state.top > at:
            assert f"▾ {group.label}" in lines[3]
            assert not lines[3].startswith("▌")
    assert view.state.top > at
    view.event(MouseEvent(10, 3, Button.LEFT), 0.0)
    assert view.state.row == group
