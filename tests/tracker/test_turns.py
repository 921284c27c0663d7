"""TCP closed by silence alone: it goes on as what it was when it is heard again, within bounds."""

from __future__ import annotations

from collections.abc import Callable

from netmon.model.finding import Confidence, Finding, Update
from netmon.model.flow import FlowRecord, TcpBits

from .conftest import Run

Make = Callable[..., FlowRecord]
Start = Callable[..., Run]
HERE = ("192.0.2.1",)
OPEN = TcpBits.SYN_AB | TcpBits.SYNACK_BA | TcpBits.OPENED
TLS = Update(Finding("TLS", Confidence.CONTENT, hostname="example.org"))


def test_silent_connection_comes_back(start: Start, record: Make) -> None:
    """The same id, label and host name, counters going on, one row: no second connection in mid-stream."""
    run = start(local=HERE)
    run.feed(0, record(tcp_bits=OPEN, packets_ab=5))
    run.tracker.apply_update(1, TLS)
    before = run.only(1)
    assert run.feed(301) == ["closed"]
    assert [connection.closed for connection in run.snapshot(301).closed] == [True]
    assert run.feed(1000, record(tcp_bits=OPEN, packets_ab=6, last=1000)) == ["opened"]
    after = run.only(1000)
    assert (after.identifier, after.finding) == (before.identifier, TLS.finding)
    assert (after.packets_out, after.state, after.closed) == (6, "ESTABLISHED", False)
    snapshot = run.snapshot(1000)
    assert (snapshot.closed, snapshot.status.opened, snapshot.status.closed) == ((), 1, 0)
    assert run.feed(1301) == ["closed"]
    assert run.tracker.take_finished() == []


def test_it_ends_when_it_comes_back_to_end(start: Start, record: Make) -> None:
    """The packet after the silence is a reset: closed again, this time for good."""
    run = start(local=HERE)
    run.feed(0, record(tcp_bits=OPEN))
    run.feed(301)
    assert run.feed(400, record(tcp_bits=OPEN | TcpBits.RST_BA, last=400)) == ["opened", "closed"]
    run.feed(431)
    assert run.tracker.take_finished() == [1]
    assert len(run.snapshot(431).closed) == 1


def test_not_for_ever(start: Start, record: Make) -> None:
    """After two hours the meter may forget it."""
    run = start(local=HERE)
    run.feed(0, record(tcp_bits=OPEN))
    run.feed(301)
    run.feed(300 + 7199)
    assert run.tracker.take_finished() == []
    assert run.feed(300 + 7201) == []
    assert run.tracker.take_finished() == [1]
    assert run.tracker.statistics().lingering == 0


def test_not_more_than_closed_ones_are_kept(start: Start, record: Make) -> None:
    """Who leaves the closed ones leaves the meter: memory is bounded, and totals count nobody twice."""
    run = start(local=HERE, max_closed=2)
    run.feed(0, *(record(flow, tcp_bits=OPEN, port_a=50_000 + flow) for flow in (1, 2, 3, 4)))
    assert run.feed(301) == ["closed"] * 4
    assert run.tracker.take_finished() == [1, 2]
    assert start(local=HERE, max_closed=0).feed(0) == []
    bare = start(local=HERE, max_closed=0)
    bare.feed(0, record(tcp_bits=OPEN))
    bare.feed(301)
    assert bare.tracker.take_finished() == [1]


def test_its_ports_may_be_taken(start: Start, record: Make) -> None:
    """A new SYN on the ports: the silent one is over, and nothing of it comes back."""
    run = start(local=HERE)
    run.feed(0, record(1, tcp_bits=OPEN))
    run.feed(301)
    words = run.feed(400, record(1, tcp_bits=OPEN | TcpBits.SUPERSEDED), record(2, generation=1, first=400, last=400))
    assert words == ["opened"]
    assert run.tracker.take_finished() == [1]
    assert run.only(400).flow_id == 2


def test_reset_of_the_list_loses_nobody(start: Start, record: Make) -> None:
    """The user cleared what is closed; a silent one still comes back once."""
    run = start(local=HERE)
    run.feed(0, record(tcp_bits=OPEN))
    run.feed(301)
    run.tracker.reset()
    assert run.feed(400, record(tcp_bits=OPEN, last=400)) == ["opened"]
    status = run.snapshot(400).status
    assert (len(run.snapshot(400).connections), status.opened, status.closed) == (1, 0, 0)
