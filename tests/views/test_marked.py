"""The marked line of Activity and Hosts."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sample
from sample import Open

from netmon.filters import compile_filter
from netmon.model.snapshot import Snapshot
from netmon.views import activity, hosts, marked
from netmon.views.events import Button, KeyEvent, MouseEvent
from netmon.views.grouping import by_country
from netmon.views.state import Tab
from netmon.views.view import View


def press(view: View, *keys: str) -> View:
    for key in keys:
        view.event(KeyEvent(key), 0.0)
    return view


def selected(view: View) -> str:
    """The line with the bar."""
    return next(line for line in view.frame().lines() if line.startswith("▌"))


def test_the_mark_stays_on_its_process(open_view: Open, snapshot: Snapshot) -> None:
    """It moves with the line, and stays at its place on the screen when the line goes."""
    view = press(open_view(), "3", "j", "j")
    assert "postgres" in selected(view)
    faster = tuple(replace(c, rate_in=9e6) if c.owner == sample.POSTGRES else c for c in snapshot.connections)
    view.feed(replace(snapshot, connections=faster))
    assert "postgres" in selected(view)
    assert view.frame().lines()[3].startswith("▌postgres")
    gone = tuple(c for c in snapshot.connections if c.owner != sample.POSTGRES)
    view.feed(replace(snapshot, connections=gone, closed=()))
    assert view.frame().lines()[5].startswith("▌")


@pytest.mark.parametrize(("tab", "keys"), [(Tab.ACTIVITY, "3"), (Tab.HOSTS, "5"), (Tab.HOSTS, "5a"), (Tab.HOSTS, "5A")])
def test_every_line_opens_its_connections(open_view: Open, snapshot: Snapshot, tab: Tab, keys: str) -> None:
    """The filter of each line parses, whatever its name, and finds the connections that are counted in it."""
    view = press(open_view((120, 200), snapshot), *keys)
    everything = snapshot.connections + snapshot.closed
    if tab is Tab.ACTIVITY:
        found = [(activity.filter_of(tally), tally.number) for tally in activity.tallies(view.state, snapshot)]
    else:
        found = [
            (hosts.filter_of(tally, inner, view.state.hosts_by), tally.number) for tally, inner in hosts.lines_of(view.state)
        ]
    assert len(found) > 10
    for text, number in found:
        matches = compile_filter(text)
        assert (
            sum(matches(connection, snapshot.now) for connection in everything if not connection.is_loopback) >= number > 0
        )


def test_hosts_by_country_and_network(open_view: Open, snapshot: Snapshot) -> None:
    """Each country with its hosts below it, also a single one; what is nowhere has a line; the key bar tells by what."""
    view = press(open_view((120, 60), snapshot), "5", "a")
    lines = view.frame().lines()
    assert lines[2].startswith(" COUNTRY")
    assert "a by country" in lines[-1]
    names = [tally.name for tally, inner in hosts.lines_of(view.state) if not inner]
    assert "Netherlands" in names
    assert "" in names
    at = next(number for number, line in enumerate(lines) if line[1:].startswith("Netherlands"))
    assert lines[at + 1].startswith("   ")
    found = {tally.name: tally for tally, inner in hosts.lines_of(view.state) if not inner}
    everything = snapshot.connections + snapshot.closed
    for name, tally in found.items():
        members = [c for c in everything if not c.is_loopback and by_country(c) == name]
        assert (tally.number, tally.total) == (len(members), sum(c.bytes_out + c.bytes_in for c in members))
    press(view, "a")
    assert view.frame().lines()[2].startswith(" NETWORK")
    assert "Fastly" in [tally.name for tally, inner in hosts.lines_of(view.state) if not inner]
    press(view, "a")
    assert view.frame().lines()[2].startswith(" DOMAIN")
    assert view.state.group == ""


@pytest.mark.parametrize("tab", ["3", "4"])
def test_keys_of_the_table_change_nothing_unseen(open_view: Open, tab: str) -> None:
    """On a view of sums they say where they count."""
    view = press(open_view(), tab)
    before = view.state.options
    for key in ("s", "S", "a", "A", "t"):
        press(view, key)
        assert "table of the Overview" in view.frame().lines()[-1]
        assert view.state.options == before


def test_enter_shows_them_and_escape_all(open_view: Open) -> None:
    """Enter and a double click open the Overview with the filter of the line; Esc clears it there."""
    view = press(open_view(), "3", "j", "Enter")
    assert (view.state.tab, view.state.filter.text) == (Tab.OVERVIEW, "pid:106312")
    assert view.state.table.matched == 1
    press(view, "Esc")
    assert view.state.table.matched == 34
    press(view, "5")
    view.event(MouseEvent(5, 4, Button.LEFT), 0.0)
    assert "static" in selected(view)
    view.event(MouseEvent(5, 5, Button.DOUBLE), 0.1)
    assert view.state.filter.text == '(host:="github.com" OR dst:="github.com")'


def test_the_mark_scrolls_the_list(open_view: Open) -> None:
    """It is on the screen wherever it goes."""
    view = press(open_view((80, 16)), "5", "G")
    assert "▌" in view.frame().lines()[13]
    press(view, "g")
    assert view.frame().lines()[3].startswith("▌lobste.rs")
    press(view, "PgDn", "PgDn")
    assert any(line.startswith("▌") for line in view.frame().lines())


def test_quiet_processes_of_a_name_share_a_line(open_view: Open, snapshot: Snapshot) -> None:
    """Ten finished runs of a program are one line, with their number and sums."""
    make = sample.Maker()
    runs = tuple(make("udp", "192.0.2.53", 53, "RESPONSE", owner=sample.process(900 + n, "dig")) for n in range(10))
    shown = replace(snapshot, connections=runs, closed=())
    view = press(open_view((120, 40), shown), "3")
    (tally,) = activity.tallies(view.state, shown)
    assert (tally.name, tally.processes, tally.live, tally.total) == ("dig", 10, 10, 80_000)
    assert "×10" in view.frame().lines()[3]
    assert marked.filter_at(view.state, shown) == 'process:="dig"'
