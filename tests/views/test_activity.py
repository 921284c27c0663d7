"""The lines of Activity."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sample
from hypothesis import given, settings
from hypothesis import strategies as st
from sample import Open

from netmon.model.connection import Connection
from netmon.model.owner import Match, Owner, Process, ProcessTotals
from netmon.model.snapshot import Snapshot
from netmon.tracker.past import Past
from netmon.views.activity import filter_of, tallies
from netmon.views.events import KeyEvent
from netmon.views.state import Tab, ViewState, observe


def test_a_number_used_again_is_another_process(open_view: Open) -> None:
    """Two processes that had one number one after the other have a line, a total and a past each."""
    moving = [c for c in sample.snapshot().connections if c.owner is not None and c.rate_in][:2]
    owners = [replace(moving[0].owner, process=Process(77, name, started)) for name, started in (("old", 5.0), ("new", 9.0))]
    connections = tuple(
        replace(one, owner=owner, closed=False, rate_in=1e5 * n, rate_out=0.0, bytes_in=1000 * n, bytes_out=0)
        for n, (one, owner) in enumerate(zip(moving, owners, strict=True), 1)
    )
    gone = (ProcessTotals(owners[0].process, 3, 50, 0, 0.0), ProcessTotals(Process(77, "older", 1.0), 1, 9, 0, 0.0))
    snapshot = replace(sample.snapshot(), connections=connections, closed=(), gone=gone)
    view = open_view((120, 40), snapshot)
    view.event(KeyEvent("3"), 0.0)
    found = tallies(view.state, snapshot)
    assert [(tally.name, tally.pid) for tally in found] == [("new", 77), ("old", 77), ("older", 77)]
    assert len({tally.key for tally in found}) == 3 and {filter_of(tally) for tally in found} == {"pid:77"}
    lines = [line for line in view.frame().lines() if " 77 " in line]
    assert [line.split()[0].lstrip("▌") for line in lines] == ["new", "old", "older"]
    assert "1.05K" in lines[1] and "2.00K" in lines[0]


OWNERS = (
    None,
    *(Owner(Process(pid, name, started), Match.EXACT) for pid, name, started in (
        (7, "one", 1.0), (7, "other", 2.0), (8, "one", 3.0), (9, "third", 4.0), (9, "third", 5.0),
    )),
)  # fmt: skip
"""Numbers used again, by another program and by the same one; two processes of one name."""
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("open", "more", "own", "close", "drop")),
        st.integers(0, 3),
        st.sampled_from(range(len(OWNERS))),
        st.sampled_from((0, 1, 3, 900, 10**6)),
        st.booleans(),
    ),
    max_size=60,
)


class Trace:
    """Connections that come, move, find their owner, end and are dropped; and what they moved altogether."""

    def __init__(self) -> None:
        self.kept: dict[int, Connection] = {}
        self.past = Past()
        self.dropped: list[Connection] = []

    def step(self, deed: str, which: int, owner: int, size: int, loopback: bool) -> None:
        """One thing happens to connection ``which``."""
        one = self.kept.get(which)
        if deed == "open" and one is None:
            scope = "LOOPBACK" if loopback else "PRIVATE"
            self.kept[which] = replace(
                sample.snapshot().connections[0], identifier=f"{which}-{len(self.dropped)}", owner=OWNERS[owner],
                closed=False, bytes_in=size, bytes_out=1, rate_out=size / 8, rate_in=0.5,
                source_scope=scope, destination_scope=scope,
            )  # fmt: skip
        elif one is not None and deed == "more" and not one.closed:
            self.kept[which] = replace(one, bytes_in=one.bytes_in + size, rate_out=size / 2, rate_in=size / 4)
        elif one is not None and deed == "own":
            self.kept[which] = replace(one, owner=OWNERS[owner])
        elif one is not None and deed == "close":
            self.kept[which] = replace(one, closed=True)
        elif one is not None and deed == "drop":
            self.past.add(self.kept.pop(which))
            self.dropped.append(one)

    def snapshot(self) -> Snapshot:
        """As the tracker would give it."""
        kept = self.kept.values()
        return replace(
            sample.snapshot(),
            connections=tuple(one for one in kept if not one.closed),
            closed=tuple(one for one in kept if one.closed),
            gone=self.past.totals(),
        )

    def moved(self, localhost: bool) -> dict[str, int]:
        """Bytes by the name of the process, over everything that ever was."""
        found: dict[str, int] = {}
        for one in (*self.kept.values(), *self.dropped):
            if localhost or one.source_scope != "LOOPBACK":
                name = one.owner.process.name if one.owner else "-"
                found[name] = found.get(name, 0) + one.bytes_in + one.bytes_out
        return found


@settings(deadline=None, max_examples=150)
@given(STEPS, st.booleans())
def test_the_parts_are_the_whole(steps: list[tuple[str, int, int, int, bool]], localhost: bool) -> None:
    """Whatever happens in whatever order: no byte is lost or counted twice when connections and processes go, the rates
    are those of the live connections, and no peak is below what is moved now."""
    trace = Trace()
    state = ViewState(tab=Tab.ACTIVITY, localhost=localhost)
    for step in (*steps, ("none", 0, 0, 0, False)):
        trace.step(*step)
        snapshot = trace.snapshot()
        state = observe(state, snapshot)
        found = tallies(state, snapshot)
        totals: dict[str, int] = {}
        for tally in found:
            totals[tally.name] = totals.get(tally.name, 0) + tally.total
            assert tally.peak >= tally.down + tally.up - 1e-6
        assert totals == trace.moved(localhost)
        rates = [one.rate_out + one.rate_in for one in snapshot.connections if localhost or one.source_scope != "LOOPBACK"]
        assert sum(tally.down + tally.up for tally in found) == pytest.approx(sum(rates), abs=1e-3)
        keys = [tally.key for tally in found if tally.key is not None]
        assert len(keys) == len(set(keys))
        assert [tally.down + tally.up for tally in found if tally.live == 0] == [0.0] * sum(t.live == 0 for t in found)
