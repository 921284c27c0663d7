"""Details: what the values under the cursor are."""

from __future__ import annotations

from dataclasses import replace

import sample

from netmon.model.connection import ResponseTime, Snapshot
from netmon.views import choices
from netmon.views import state as st
from netmon.views.columns import rtt_of
from netmon.views.details import value_at, value_count
from netmon.views.state import Tab, ViewState


def opened(snapshot: Snapshot, size: tuple[int, int]) -> ViewState:
    return choices.open_tab(st.observe(ViewState(size=size), snapshot), Tab.DETAILS)


def test_every_value_can_be_reached_at_every_size(snapshot: Snapshot) -> None:
    """The cursor passes over the same values whatever the size, long ones whole."""
    values = []
    for size in ((80, 24), (120, 40), (30, 8)):
        state = opened(snapshot, size)
        count = value_count(snapshot, state)
        found = [value_at(snapshot, replace(state, detail=index)) for index in range(count)]
        values.append(sorted(value for value in found if "▓" not in value and "▒" not in value))
        assert "/usr/lib/firefox/firefox -contentproc -childID 3 -isForBrowser -prefsLen 32017" in values[-1]
    assert values[0] == values[1] == values[2]


def test_a_question_without_answer_has_no_time() -> None:
    """A response time of nothing answered is not shown as zero milliseconds."""
    asked = ResponseTime("dns", 0.0, 0.0, 0.0, 0.0, 0, 2)
    connection = sample.Maker()("udp", "192.0.2.53", 53, "QUERY", response_times=(asked,))
    assert rtt_of(connection) is None
    snapshot = Snapshot(sample.NOW, (connection,))
    state = opened(snapshot, (80, 24))
    values = [value_at(snapshot, replace(state, detail=index)) for index in range(value_count(snapshot, state))]
    assert "2 unanswered" in values
