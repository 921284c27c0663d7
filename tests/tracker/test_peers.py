"""The process at the other end: loopback, containers, whichever is told first."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

from netmon.model.owner import Match, Process, SocketEntry, SocketEvent, SocketEventKind, SocketTable

START = 1_700_000_000
A, B = bytes([192, 0, 2, 1]), bytes([198, 51, 100, 2])
CLIENT = Process(10, "client", float(START - 5), executable="/bin/client")
SERVER = Process(20, "server", float(START - 5), executable="/bin/server")
WORKER = Process(21, "worker", float(START - 5), executable="/bin/worker")


def opened(*, foreign: bool = False) -> SocketEvent:
    """The client connects from A to B."""
    return SocketEvent(SocketEventKind.OPENED, 6, A, 50_000, B, 443, CLIENT, START, foreign)


def answered(kind: str, process: Process = SERVER, at: float = 0.001, *, foreign: bool = False) -> SocketEvent:
    """The server's end of the same."""
    return SocketEvent(SocketEventKind[kind], 6, B, 443, A, 50_000, process, START + at, foreign)


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize(
    ("local", "foreign"),
    [(("192.0.2.1", "198.51.100.2"), (False, False)), (("192.0.2.1",), (False, True)), (("203.0.113.9",), (True, True))],
)
def test_both_ends_are_on_this_machine(
    start: Callable[..., Any], record: Callable[..., Any], order: tuple[int, ...], local: Any, foreign: tuple[bool, bool]
) -> None:
    """Over loopback, from here into a container, from one container into another; packets and events in any order."""
    run = start(local=local)
    steps = [
        lambda: run.tracker.apply_events([opened(foreign=foreign[0])], START + 1),
        lambda: run.tracker.apply_events([answered("HANDLED", foreign=foreign[1])], START + 1),
        lambda: run.feed(1.0, record()),
    ]
    for step in order:
        steps[step]()
    owner = run.only(2.0).owner
    assert (owner.process, owner.match, owner.peer) == (CLIENT, Match.KERNEL, SERVER)


def test_into_this_machine_from_a_container(start: Callable[..., Any], record: Callable[..., Any]) -> None:
    """The owner is who serves here; the container's process is the peer."""
    run = start(local=("198.51.100.2",))
    run.tracker.apply_events([opened(foreign=True), answered("HANDLED")], START)
    run.feed(1.0, record())
    owner = run.only(1.0).owner
    assert (owner.process, owner.peer) == (SERVER, CLIENT)


def test_a_worker_takes_the_listeners_place(start: Callable[..., Any], record: Callable[..., Any]) -> None:
    """As it does with owners."""
    run = start(local=("192.0.2.1", "198.51.100.2"))
    run.tracker.apply_events([opened(), answered("ACCEPTED")], START)
    run.feed(1.0, record())
    assert run.only(1.0).owner.peer is SERVER
    run.tracker.apply_events([answered("HANDLED", WORKER, 0.5)], START + 1.5)
    assert run.only(2.0).owner.peer is WORKER
    run.tracker.apply_events([answered("HANDLED", SERVER, 0.6)], START + 2.5)
    assert run.only(3.0).owner.peer is WORKER


def test_without_kernel_events(start: Callable[..., Any], record: Callable[..., Any]) -> None:
    """One scan shows both ends, or the listener behind one of them."""
    ours = SocketEntry(6, A, 50_000, B, 443, "ESTABLISHED", 10)
    processes = {10: CLIENT, 20: SERVER}
    for theirs in (SocketEntry(6, B, 443, A, 50_000, "ESTABLISHED", 20), SocketEntry(6, B, 443, b"", 0, "LISTEN", 20)):
        run = start(local=("192.0.2.1", "198.51.100.2"))
        run.feed(1.0, record())
        run.tracker.apply_sockets(SocketTable((ours, theirs), processes), START + 2)
        owner = run.only(2.0).owner
        assert (owner.process, owner.match, owner.peer) == (CLIENT, Match.EXACT, SERVER)


def test_nobody_is_his_own_peer(start: Callable[..., Any], record: Callable[..., Any]) -> None:
    """A process that talks to itself, an opener nobody knows, and an end that is elsewhere: there is none."""
    itself = SocketEvent(SocketEventKind.HANDLED, 6, B, 443, A, 50_000, CLIENT, START, False)
    both = ("192.0.2.1", "198.51.100.2")
    for local, events in ((both, [opened(), itself]), (both, [answered("HANDLED")]), (("192.0.2.1",), [opened()])):
        run = start(local=local)
        run.tracker.apply_events(events, START)
        run.feed(1.0, record())
        owner = run.only(1.0).owner
        assert owner is not None
        assert owner.peer is None
