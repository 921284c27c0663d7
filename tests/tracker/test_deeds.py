"""Kernel events by tuple and port."""

from __future__ import annotations

import pytest

from netmon.model.owner import Process, SocketEvent, SocketEventKind
from netmon.tracker import deeds
from netmon.tracker.deeds import Deeds

A, B = bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2])
KEY = (6, "192.0.2.1", 50_000, "192.0.2.2", 80)
ONE, TWO = Process(1, "one", 10.0), Process(2, "two", 20.0)


def event(
    kind: str, process: Process, when: float, *, protocol: int = 6, port: int = 50_000, foreign: bool = False
) -> SocketEvent:
    """From A's port to B:80."""
    remote = b"" if kind == "BOUND" else B
    return SocketEvent(
        SocketEventKind[kind], protocol, A if remote else bytes(4), port, remote, 80 if remote else 0, process, when, foreign
    )


def test_a_port_used_again() -> None:
    """Each conversation gets the event before its end; an event after it says nothing about it."""
    known = Deeds()
    assert known.add(event("OPENED", ONE, 100.0)) == KEY
    known.add(event("OPENED", TWO, 100.5))
    first, second = known.find(KEY, 100.3), known.find(KEY, 101.0)
    assert first is not None and first.process is ONE
    assert second is not None and second.process is TWO
    assert known.find(KEY, 99.0) is None


def test_whoever_works_with_an_accepted_connection() -> None:
    """The listener is only provisional; the first worker takes its place, further ones share."""
    known = Deeds()
    known.add(event("ACCEPTED", ONE, 100.0))
    found = known.find(KEY, 100.0)
    assert found is not None and found.provisional
    known.add(event("HANDLED", TWO, 100.1))
    known.add(event("HANDLED", Process(3, "three"), 100.2))
    found = known.find(KEY, 100.0)
    assert found is not None and found.process is TWO and not found.provisional
    assert [other.pid for other in found.shared] == [3]


def test_a_connection_passed_on_is_shared() -> None:
    """The opener stays the owner, whoever receives on it is named beside it."""
    known = Deeds()
    known.add(event("OPENED", ONE, 100.0))
    known.add(event("SHARED", TWO, 100.1))
    known.add(event("SHARED", TWO, 100.2))
    found = known.find(KEY, 100.0)
    assert found is not None and found.process is ONE
    assert [other.pid for other in found.shared] == [2]


def test_two_senders_that_take_turns_share() -> None:
    """One after the other is two uses; back and forth is sharing."""
    known = Deeds()
    for process, when in ((ONE, 1.0), (TWO, 2.0), (ONE, 3.0)):
        known.add(event("SENT", process, when, protocol=17))
    found = known.find((17, *KEY[1:]), 4.0)
    assert found is not None and found.shared


def test_ports() -> None:
    """A datagram port belongs to its binder; an ephemeral one to the latest; a shared one to nobody."""
    known = Deeds()
    known.add(event("BOUND", ONE, 1.0, protocol=17, port=53))
    assert known.bound(17, "192.0.2.1", 53, 2.0) is ONE
    assert known.bound(17, "192.0.2.1", 53, 0.5) is None
    known.add(event("BOUND", TWO, 3.0, protocol=17, port=53))
    assert known.bound(17, "192.0.2.1", 53, 4.0) is None
    known.add(event("SENT", ONE, 1.0, protocol=17))
    known.add(event("SENT", TWO, 3.0, protocol=17))
    assert known.bound(17, "192.0.2.1", 50_000, 2.0) is ONE
    assert known.bound(17, "192.0.2.1", 50_000, 4.0) is TWO


def test_other_namespaces_are_kept_apart() -> None:
    """The same tuple in a container is another conversation; its loopback is nobody's business."""
    known = Deeds()
    known.add(event("OPENED", ONE, 1.0, foreign=True))
    assert known.find(KEY, 2.0) is None
    assert known.find(KEY, 2.0, foreign=True) is not None
    loop = bytes([127, 0, 0, 1])
    assert known.add(SocketEvent(SocketEventKind.OPENED, 6, loop, 1, loop, 2, ONE, 1.0, True)) is None


def test_bounded_in_number_and_age(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest fall out; what is too old is forgotten."""
    monkeypatch.setattr(deeds, "LIMIT", 3)
    known = Deeds()
    for port in range(5):
        known.add(event("OPENED", ONE, float(port), port=port))
    assert len(known) == 3
    known.expire(3.5 + deeds.AGE)
    assert len(known) == 1
