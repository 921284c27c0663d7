"""Many connections: looked at in parts, with the same result, while keys are answered. Parts are counted, not time."""

from __future__ import annotations

import random
from array import array
from dataclasses import replace

import pytest
import sample
from hypothesis import given, settings
from hypothesis import strategies as st
from sample import Open

from netmon.filters import compile_filter
from netmon.filters.haystack import known, words
from netmon.model.snapshot import Snapshot
from netmon.units import quantity
from netmon.views import gathering, lane, ordering, overview, sorting, steps, summing
from netmon.views.columns import BY_KEY, CATALOGUE
from netmon.views.events import KeyEvent
from netmon.views.following import Following
from netmon.views.lane import Options
from netmon.views.ordering import Table, arrange, arranging
from netmon.views.rows import Group
from netmon.views.state import Tab
from netmon.views.steps import Steps, finished, measuring, parts
from netmon.views.summary import Sums
from netmon.views.view import View

FEW = 8


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of eight connections, and more than ten are many, so that forty are a crowd."""
    for module in (steps, sorting, ordering):
        monkeypatch.setattr(module, "PART", FEW)
    for module, name, value in (
        (sorting, "WHOLE", FEW),
        (sorting, "WHOLE_NUMBERS", FEW),
        (sorting, "SPARE", 2),
        (gathering, "AT_ONCE", 10),
    ):
        monkeypatch.setattr(module, name, value)


def counted(work: Steps[object]) -> int:
    """How many times it comes back before it is done."""
    return sum(1 for _ in work)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3_000), st.integers(1, 2_000), st.booleans(), st.booleans(), st.integers(0, 9))
def test_a_divided_sort_is_a_sort(count: int, different: int, reverse: bool, texts: bool, seed: int) -> None:
    """Whatever the values and however many are equal: the order is that of ``sorted``, equal ones as they were."""
    chance = random.Random(seed)
    numbers = [float(chance.randrange(different)) for _ in range(count)]
    values = [f"{number:05}" for number in numbers] if texts else array("d", numbers)
    rows = list(range(count))[::-1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "WHOLE", 16)
        patch.setattr(sorting, "WHOLE_NUMBERS", 16)
        patch.setattr(sorting, "PART", 64)
        order = finished(sorting.sorting(list(rows), values, reverse=reverse))
    assert order == sorted(rows, key=values.__getitem__, reverse=reverse)


def test_a_long_list_is_sorted_in_small_parts() -> None:
    """No part of sorting 200,000 rows sorts more than a few thousand; one value for most of them costs nothing."""
    chance = random.Random(1)
    values = array("d", (chance.random() if number % 3 else 0.0 for number in range(200_000)))
    assert counted(sorting.sorting(list(range(200_000)), values, reverse=True)) > 200_000 // steps.PART * 1.5
    assert counted(sorting.sorting(list(range(1_000)), values, reverse=True)) == 0


def test_every_connection_is_measured_once() -> None:
    """In parts of at most ``PART``."""
    sizes: list[int] = []

    def measure(rows: object) -> list[int]:
        sizes.append(len(list(rows)))  # type: ignore[call-overload]
        return [0] * sizes[-1]

    assert counted(measuring(range(10_000), measure, [])) == len(list(parts(10_000))) == len(sizes)
    assert (sum(sizes), max(sizes)) == (10_000, steps.PART)


@pytest.mark.parametrize("options", [Options(), Options(sort="remote", descending=False), Options(group="application")])
@pytest.mark.usefixtures("small_parts")
def test_a_table_in_parts_is_the_table(options: Options) -> None:
    """Sorted by numbers, by texts, in groups: the same rows, whether from the last table or from nothing."""
    before = sample.many(200)
    first = arrange(before, options, Table())
    some = [replace(c, rate_in=float(n)) if n % 9 == 0 else c for n, c in enumerate(before.connections) if n % 50]
    after = replace(before, now=before.now + 5, connections=tuple(some))
    assert counted(arranging(after, options, first)) > 200 // FEW
    assert [row.identifier for row in arrange(after, options, first).rows] == [
        row.identifier for row in arrange(after, options, Table()).rows
    ]


def test_a_steady_filter_is_asked_about_what_changed() -> None:
    """The filter's answer is kept with the connection, unless it measures time up to now."""
    before = sample.many(200)
    after = replace(before, connections=(replace(before.connections[0], destination_port=9), *before.connections[1:]))
    for text, asked in (("port:443", 201), ("port:443 age>1", 400)):
        found = compile_filter(text)
        test, calls = found.test, []
        found.test = lambda connection, now, test=test, calls=calls: (calls.append(1), test(connection, now))[1]
        options = Options(localhost=True, closed=True, predicate=found)
        table = arrange(after, options, arrange(before, options, Table()))
        assert len(calls) == asked
        assert table.matched == sum(test(connection, after.now) for connection in after.connections)


def test_sums_that_were_left_half_counted_are_counted_anew() -> None:
    """Who gives up in the middle has not spoiled the account."""
    few, many = Snapshot(0.0, sample.many(5).connections), sample.many(200)
    following = Following(Sums)
    following.follow(few)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "PART", FEW)
        work = following.following(many)
        next(work)
        work.close()
    assert following.follow(many).summary() == Following(Sums).follow(many).summary()


def rows(view: View) -> list[str]:
    return [row.identifier for row in view.state.table.rows]


@pytest.mark.usefixtures("small_parts")
def test_keys_are_answered_while_many_are_sorted(open_view: Open) -> None:
    """The last good picture stands and says so; the cursor moves in it; then the new one is there."""
    view = open_view((120, 40), sample.many(200), show_localhost=True)
    assert (len(rows(view)), view.state.due) == (0, True)
    assert counted(view.working()) > 200 // FEW
    before = rows(view)
    assert (len(before), view.state.due) == (200, False)
    assert "sorting" not in view.frame().lines()[0]
    view.feed(replace(sample.many(300), now=sample.NOW + 1))
    work = view.working()
    next(work)
    view.event(KeyEvent("Down"), 0.0)
    view.event(KeyEvent("Down"), 0.0)
    assert (rows(view), view.state.selected) == (before, before[2])
    assert "sorting" in view.frame().lines()[0]
    assert counted(work) > 300 // FEW
    assert (len(rows(view)), view.state.selected, view.shown.now) == (300, before[2], sample.NOW + 1)


@pytest.mark.usefixtures("small_parts")
def test_what_is_asked_for_in_the_middle_is_what_comes_out(open_view: Open) -> None:
    """Another order, another tab, a newer snapshot: what has been begun for the old ones is thrown away."""
    many = sample.many(200)
    view = open_view((120, 40), many, show_localhost=True)
    work = view.working()
    next(work)
    view.event(KeyEvent("r"), 0.0)
    next(work)
    newer = replace(many, now=many.now + 1, connections=many.connections[:150])
    view.feed(newer)
    assert counted(work) > 0
    wanted = arrange(newer, view.state.options, Table())
    assert rows(view) == [row.identifier for row in wanted.rows]
    assert not view.state.due
    view.event(KeyEvent("3"), 0.0)
    assert (view.state.tab, view.state.books, view.state.due) == (Tab.ACTIVITY, None, True)
    assert counted(view.working()) > 150 // FEW
    assert view.state.books is not None


@pytest.mark.usefixtures("small_parts")
def test_a_held_picture_stays(open_view: Open) -> None:
    """Paused in the middle: the newer snapshot is not shown until it goes on."""
    view = open_view((120, 40), sample.many(200), show_localhost=True)
    finished_parts = counted(view.working())
    view.feed(replace(sample.many(300), now=sample.NOW + 1))
    work = view.working()
    next(work)
    view.event(KeyEvent("Space"), 0.0)
    assert counted(work) > 0
    assert (finished_parts > 0, len(rows(view)), view.state.due) == (True, 200, False)
    view.event(KeyEvent("Space"), 0.0)
    assert view.state.due
    assert counted(view.working()) > 0
    assert len(rows(view)) == 300


@pytest.mark.usefixtures("small_parts")
def test_texts_are_put_together_before_the_first_word_is_typed(open_view: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the line is opened, in parts; a letter then puts together none, nor does the next snapshot but what changed in
    it; they are let go with the line."""
    made: list[object] = []
    monkeypatch.setattr(lane, "words", lambda row: (made.append(row), words(row))[1])
    monkeypatch.setattr(gathering, "PART", FEW)
    view = open_view((120, 40), sample.many(200), show_localhost=True)
    assert counted(view.working()) > 0
    view.event(KeyEvent("/"), 0.0)
    assert (view.state.due, made) == (True, [])
    assert counted(view.working()) > 200 // FEW
    assert len(made) == len(view.state.table.lane.texts) == 200
    view.event(KeyEvent("x"), 0.0)
    assert counted(view.working()) > 0
    assert len(made) == 200
    connections = view.shown.connections
    view.feed(replace(view.shown, connections=(replace(connections[0], bytes_in=1), *connections[1:])))
    assert counted(view.working()) > 0
    assert len(made) == 201
    view.event(KeyEvent("Esc"), 0.0)
    assert counted(view.working()) > 0
    assert (len(made), view.state.table.lane.texts, known) == (201, [], {})


@pytest.mark.parametrize("now", [sample.NOW, sample.NOW + 100])
def test_sums_in_parts_are_the_sums(now: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """In every column, whatever it gathers and whether its values run with the time."""
    monkeypatch.setattr(steps, "PART", FEW)
    members = sample.many(300).connections
    keys = [column.key for column in CATALOGUE if column.gather is not None]
    group = Group("group:x", "x", members, True)
    (sums,) = finished(summing.summing([group], keys, now)).values()
    for key in keys:
        assert sums[key] == pytest.approx(summing.gathered(BY_KEY[key], members, now)), key
    assert counted(summing.summing([group], keys, now)) == 300


@pytest.mark.usefixtures("small_parts")
def test_large_groups_are_not_summed_up_by_drawing(open_view: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their sums come with the table, in parts, and only for those near the visible ones; what is scrolled to is due."""
    monkeypatch.setattr(summing, "MANY", 2)
    view = open_view((120, 12), sample.many(2_000), show_localhost=True)
    assert counted(view.working()) > 0
    for _ in range(2):
        view.event(KeyEvent("a"), 0.0)
        assert counted(view.working()) > 0
    large = [row for row in view.state.table.rows if isinstance(row, Group) and len(row.members) > 2]
    for _ in large:
        view.event(KeyEvent("Left"), 0.0)
        view.event(KeyEvent("Down"), 0.0)
        assert counted(view.working()) >= 0
    view.event(KeyEvent("Home"), 0.0)
    view.feed(replace(view.shown, now=view.shown.now + 1))
    assert counted(view.working()) > 0
    assert 0 < len(view.state.table.sums) < len(large)
    before = view.state.table
    view.event(KeyEvent("End"), 0.0)
    assert view.state.due
    assert counted(view.working()) > 0
    assert len(view.state.table.sums) > len(before.sums)
    assert view.state.table.lane is before.lane
    view.event(KeyEvent("Home"), 0.0)
    before = replace(view.state.table, sums={})
    view.state = replace(view.state, table=before)
    view.resize((120, 13))
    assert (view.state.due, counted(view.working()) > 0, view.state.table.lane is before.lane) == (True, True, True)
    assert view.state.table.sums
    drawn: list[int] = []
    monkeypatch.setattr(overview, "gathered", lambda _, members, __: drawn.append(len(members)))
    monkeypatch.setattr(overview, "MANY", 2)
    view.event(KeyEvent("Home"), 0.0)
    text = "\n".join(view.frame().lines())
    assert max(drawn, default=0) <= 2
    first = next(row for row in view.state.table.rows if row.identifier in view.state.table.sums)
    assert quantity(view.state.table.sums[first.identifier]["down"] or 0) in text


def test_a_table_that_was_replaced_is_let_go_in_parts() -> None:
    """Its numbers of rows and the connections that are gone, not those of the table after it."""
    before = sample.many(4 * steps.PART + 10)
    options = Options(group="application", localhost=True, closed=True)
    first = arrange(before, options, Table())
    second = arrange(replace(before, now=before.now + 1), options, first)
    assert counted(first.letting_go(first)) == 0
    assert len(first.rows.order) > 4 * steps.PART
    assert counted(first.letting_go(second)) > 0
    assert len(first.rows.order) <= steps.PART
    assert len(second.rows.order) > 4 * steps.PART
