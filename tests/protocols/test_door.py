"""The door to protocol code: nothing it raises comes out."""

from __future__ import annotations

import logging

import pytest

from netmon.protocols._contract import CLIENT

from ._talk import SERVER_PORT, Toy, Wire, engine, finding_of


def test_defects_stop_at_the_door(caplog: pytest.LogCaptureFixture) -> None:
    """A protocol that raises anything at all is dropped for that flow, counted, logged once; others go on."""
    bad, good = Toy("BAD", b"x", ports=[SERVER_PORT]), Toy("GOOD", b"xy")
    machine = engine(bad, good)
    with caplog.at_level(logging.ERROR):
        for flow_id in (1, 2, 3):
            updates = machine.inspect(Wire(flow_id).frames([(CLIENT, b"xy crash")])).updates
            finding = finding_of(updates, flow_id)
            assert finding is None or finding.label == ""
    failures = machine.statistics().failures
    assert failures == {"BAD": 3, "GOOD": 3}
    assert len(caplog.records) == 2
    assert "ZeroDivisionError at " in caplog.text
    assert "crash" not in caplog.records[0].getMessage().partition(" at ")[0]
    healthy = finding_of(machine.inspect(Wire(9, server_port=1).frames([(CLIENT, b"xy")])).updates, 9)
    assert healthy is not None


def test_claims_that_raise_count_as_no() -> None:
    """An exception or a wrong answer in claims is a no."""

    class Broken(Toy):
        def claims(self, context: object, client: bytes, server: bytes) -> object:  # type: ignore[override]
            if self.word == b"raise":
                raise KeyError(client)
            return "YES"

    machine = engine(Broken("A", b"raise"), Broken("B", b"wrong"), Toy("C", b"x"))  # type: ignore[arg-type]
    finding = finding_of(machine.inspect(Wire().frames([(CLIENT, b"x")])).updates)
    assert finding is not None
    assert finding.label == "C"
    assert set(machine.statistics().failures) == {"A", "B"}
