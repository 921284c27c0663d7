"""Attribution as scans come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from netmon.model.flow import FlowRecord, TcpBits
from netmon.model.network import Network
from netmon.model.owner import Match, Process, SocketEntry, SocketTable

START = 1_700_000_000
HERE, THERE = b"\xc0\x00\x02\x01", b"\xc6\x33\x64\x02"


def scan(*entries: SocketEntry) -> SocketTable:
    """A scan in which every pid has a process."""
    return SocketTable(entries, {e.pid: Process(e.pid, f"p{e.pid}") for e in entries if e.pid is not None})


def test_weak_then_exact(start: Callable[..., Any], record: Callable[..., FlowRecord]) -> None:
    """A wildcard owner is replaced by an exact one, never the other way round."""
    run = start(local=("192.0.2.1",))
    run.feed(0, record(protocol=17))
    wild = SocketEntry(17, bytes(4), 50_000, b"", 0, "", 1)
    exact = SocketEntry(17, HERE, 50_000, THERE, 443, "", 2)
    seen = []
    for second, table in enumerate((scan(wild), scan(wild, exact), scan(wild))):
        run.tracker.apply_sockets(table, START + float(second))
        owner = run.only(second).owner
        seen.append((owner.process.pid, owner.match))
    assert seen == [(1, Match.WILDCARD), (2, Match.EXACT), (2, Match.EXACT)]
    assert run.tracker.statistics().unowned == 0


def test_both_ends_local(start: Callable[..., Any], record: Callable[..., FlowRecord]) -> None:
    """Between two local ends the opener's process is named."""
    run = start(local=("192.0.2.1", "198.51.100.2"))
    run.feed(0, record(tcp_bits=TcpBits.SYN_AB))
    server = SocketEntry(6, THERE, 443, HERE, 50_000, "ESTABLISHED", 8)
    client = SocketEntry(6, HERE, 50_000, THERE, 443, "ESTABLISHED", 9)
    run.tracker.apply_sockets(scan(server, client), START + 1.0)
    assert run.only(1).owner.process.pid == 9


def test_forwarded_belongs_to_nobody(start: Callable[..., Any], record: Callable[..., FlowRecord]) -> None:
    """A conversation of others is not looked up."""
    run = start(local=("203.0.113.1",))
    run.tracker.apply_sockets(scan(SocketEntry(6, bytes(4), 50_000, b"", 0, "LISTEN", 1)), START + 0.0)
    run.feed(1, record())
    assert run.only(1).owner is None
    assert run.tracker.statistics().unowned == 0


def test_gone_connections_do_not_wait(start: Callable[..., Any], record: Callable[..., FlowRecord]) -> None:
    """What is over is no longer looked up."""
    run = start(local=("192.0.2.1",))
    run.feed(0, record(protocol=17))
    assert run.tracker.statistics().unowned == 1
    run.feed(61)
    assert run.tracker.statistics().unowned == 0


def test_address_that_becomes_local(start: Callable[..., Any], record: Callable[..., FlowRecord]) -> None:
    """A connection older than the knowledge that its address is local gets its owner all the same."""
    run = start()
    run.tracker.apply_sockets(scan(SocketEntry(6, HERE, 50_000, THERE, 443, "ESTABLISHED", 3)), START + 0.0)
    run.tracker.apply_records([record()], START + 0.0)
    run.tracker.apply_network(Network(local_addresses=frozenset([HERE])))
    assert run.only(1).owner.process.pid == 3
