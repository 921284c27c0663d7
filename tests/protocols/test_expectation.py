"""Announced conversations: matched once, by what was announced, and bounded."""

from __future__ import annotations

import pytest

from netmon.model.finding import ChildFlow
from netmon.protocols._expectation import MAXIMUM, PATIENCE_NS, Addresses, Expectations

A, B = b"\1" * 4, b"\2" * 4


@pytest.mark.parametrize(
    ("child", "ports", "addresses", "matches"),
    [
        (ChildFlow("tcp", None, 20, "X"), (5, 20), None, True),
        (ChildFlow("tcp", None, 20, "X"), (20, 5), None, True),
        (ChildFlow("tcp", None, 20, "X"), (5, 21), None, False),
        (ChildFlow("udp", None, 20, "X"), (5, 20), None, False),
        (ChildFlow("tcp", B, 20, "X"), (5, 20), (A, B), True),
        (ChildFlow("tcp", A, 20, "X"), (5, 20), (A, B), False),
        (ChildFlow("tcp", B, 20, "X"), (5, 20), None, False),
        (ChildFlow("tcp", A, None, "X"), (5, 20), (A, B), True),
    ],
)
def test_match(child: ChildFlow, ports: tuple[int, int], addresses: Addresses, matches: bool) -> None:
    """Transport, port and address have to fit what was announced; an address that is not known fits nothing."""
    table = Expectations()
    table.add(child)
    assert table.match("tcp", ports, addresses) == (child if matches else None)
    assert len(table) == (0 if matches else 1)
    assert table.match("tcp", ports, addresses) is None


def test_bounded() -> None:
    """The oldest expectation goes first."""
    table = Expectations()
    for port in range(MAXIMUM + 10):
        table.add(ChildFlow("tcp", None, port, "X"))
    assert len(table) == MAXIMUM
    assert table.match("tcp", (0, 9), None) is None
    assert table.match("tcp", (0, 10), None) == ChildFlow("tcp", None, 10, "X")


def test_an_expectation_does_not_last() -> None:
    """Announced again it is young again; one without a time waits until it is met."""
    table = Expectations()
    child = ChildFlow("udp", None, 69, "X")
    table.add(child)
    table.now_ns = 10 * PATIENCE_NS
    assert table.match("udp", (5, 69), None) == child
    table.add(child)
    table.now_ns += PATIENCE_NS
    table.add(child)
    table.now_ns += PATIENCE_NS
    assert table.match("udp", (5, 69), None) == child
    table.add(child)
    table.now_ns += PATIENCE_NS + 1
    assert table.match("udp", (5, 69), None) is None
    assert len(table) == 0
