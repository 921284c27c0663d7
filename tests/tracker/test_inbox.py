"""Findings that wait for their flow."""

from __future__ import annotations

import pytest

from netmon.model.finding import Update
from netmon.tracker import inbox
from netmon.tracker.inbox import Inbox


def test_in_order_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Updates come back in order, once; beyond the bound the oldest flow's are dropped and counted."""
    monkeypatch.setattr(inbox, "FLOWS_LIMIT", 2)
    box = Inbox()
    first, second = Update(), Update(learned=())
    box.put(1, first)
    box.put(1, second)
    assert list(box.take(1)) == [first, second]
    assert list(box.take(1)) == []
    for flow_id in (1, 2, 3):
        box.put(flow_id, first)
    assert (box.flows, box.dropped, list(box.take(1))) == (2, 1, [])
