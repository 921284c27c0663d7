"""Differences between snapshots, and sums kept by them."""

from __future__ import annotations

from dataclasses import replace

import sample
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.model.connection import Connection
from netmon.views.changes import carried, compare, moved
from netmon.views.steps import finished

BASE = sample.busy()[0]
EDITS = st.lists(st.tuples(st.sampled_from(("change", "drop", "add")), st.integers(0, 10_000)), max_size=40)


Edits = list[tuple[str, int]]


def edited(rows: list[Connection], edits: Edits) -> list[Connection]:
    result = list(rows)
    for number, (what, where) in enumerate(edits):
        if what == "add":
            result.append(replace(BASE[where % len(BASE)], identifier=f"n{number}-{where}"))
        elif result and what == "drop":
            del result[where % len(result)]
        elif result:
            at = where % len(result)
            result[at] = replace(result[at], bytes_in=where)
    return result


@settings(deadline=None, max_examples=150)
@given(EDITS, EDITS)
def test_carried_values_are_those_measured_anew(first: Edits, second: Edits) -> None:
    """Whatever changes, leaves, comes or changes places: what is carried over is what would be measured."""
    old = edited(list(sample.many(300).connections), first)
    new = edited(old, second)
    for after in (new, old, [], new[::-1]):
        difference = compare(old, after)
        if difference is None:
            continue
        sizes = finished(carried([c.bytes_in for c in old], difference, lambda rows: [c.bytes_in for c in rows]))
        assert sizes == [c.bytes_in for c in after]
        for index, connection in enumerate(old):
            at = moved(difference, index)
            assert at == -1 or after[at].identifier == connection.identifier
        gone = set(map(id, difference.gone))
        there = [c for c in old if id(c) not in gone] + difference.come
        assert sorted(map(id, there)) == sorted(map(id, after))


def test_only_what_changed_is_named() -> None:
    """One changed, one gone, one new among three hundred: two of each."""
    old = list(sample.many(300).connections)
    new = [*old[:100], replace(old[100], bytes_in=1), *old[101:200], *old[201:], replace(old[0], identifier="new")]
    difference = compare(old, new)
    assert difference is not None
    assert [c.identifier for c in difference.gone] == [old[100].identifier, old[200].identifier]
    assert [c.identifier for c in difference.come] == [old[100].identifier, "new"]


def test_starting_over_when_most_changed() -> None:
    """No difference is made when there is little to keep."""
    old = list(sample.many(300).connections)
    assert compare(old, [replace(c, bytes_in=1) for c in old]) is None
