"""The lines of Activity."""

from __future__ import annotations

from dataclasses import replace

import sample
from sample import Open

from netmon.model.owner import Process, ProcessTotals
from netmon.views.activity import filter_of, tallies
from netmon.views.events import KeyEvent


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
