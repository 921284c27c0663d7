"""Conversations whose sockets are in another network namespace: passing through, and with translated addresses."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest

from netmon.model.flow import TcpBits
from netmon.model.owner import (
    Match,
    Process,
    SocketEntry,
    SocketEvent,
    SocketEventKind,
    SocketTable,
    TranslatedTuple,
    Translation,
)
from netmon.tracker.attribution import PASSING

START = 1_700_000_000
INSIDE, HOST, SERVER = (socket.inet_aton(text) for text in ("203.0.113.2", "192.0.2.1", "198.51.100.2"))
INNER = Process(20, "inner", float(START - 5), executable="/bin/inner")
NAMESPACE = 4026532999


def opened() -> SocketEvent:
    """In the other namespace."""
    return SocketEvent(SocketEventKind.OPENED, 6, INSIDE, 20_000, SERVER, 443, INNER, float(START), foreign=True)


def masqueraded() -> Translation:
    """203.0.113.2:20000 leaves as 192.0.2.1:50000."""
    return Translation(TranslatedTuple(6, INSIDE, 20_000, SERVER, 443), TranslatedTuple(6, SERVER, 443, HOST, 50_000))


def published() -> Translation:
    """198.51.100.2:443 came to 192.0.2.1:50000, which is 203.0.113.2:20000."""
    return Translation(TranslatedTuple(6, SERVER, 443, HOST, 50_000), TranslatedTuple(6, INSIDE, 20_000, SERVER, 443))


@pytest.mark.parametrize("translation", [masqueraded(), published()])
@pytest.mark.parametrize("by_event", [True, False])
def test_translated(start: Callable[..., Any], record: Callable[..., Any], translation: Translation, by_event: bool) -> None:
    """Seen outside, the process inside is named, by its event or by its row in the table."""
    row = SocketEntry(6, INSIDE, 20_000, SERVER, 443, "ESTABLISHED", 20, namespace=NAMESPACE)
    run = start(local=("192.0.2.1",))
    if by_event:
        run.tracker.apply_events([opened()], START)
    run.feed(1.0, record())
    assert run.only(1.0).owner is None
    run.tracker.apply_sockets(SocketTable((row,), {20: INNER}, (), (translation,)), START + 2)
    owner = run.only(3.0).owner
    assert owner.process is INNER
    assert owner.match is (Match.KERNEL if by_event else Match.EXACT)


def test_a_proxy_that_has_the_published_port_is_not_the_server(
    start: Callable[..., Any], record: Callable[..., Any]
) -> None:
    """docker-proxy listens in front of the container, and the packets go past it."""
    row = SocketEntry(6, INSIDE, 20_000, SERVER, 443, "ESTABLISHED", 20, namespace=NAMESPACE)
    listening = SocketEntry(6, bytes(4), 50_000, b"", 0, "LISTEN", 30)
    processes = {20: INNER, 30: Process(30, "proxy", float(START - 5), executable="/bin/proxy")}
    run = start(local=("192.0.2.1",))
    run.tracker.apply_sockets(SocketTable((listening,), processes), START)
    run.feed(1.0, record(initiator=1))
    assert run.only(1.0).owner.match is Match.WILDCARD
    run.tracker.apply_sockets(SocketTable((row, listening), processes, (), (published(),)), START + 2)
    assert run.only(3.0).owner.process is INNER


@pytest.mark.parametrize("by_event", [True, False])
def test_passing_through(start: Callable[..., Any], record: Callable[..., Any], by_event: bool) -> None:
    """Seen on the bridge, before anything is known; and never asked for again and again."""
    row = SocketEntry(6, INSIDE, 20_000, SERVER, 443, "ESTABLISHED", 20, namespace=NAMESPACE)
    run = start(local=("192.0.2.1",))
    run.feed(1.0, record(a="198.51.100.2", b="203.0.113.2", port_a=443, port_b=20_000, initiator=1))
    assert run.only(1.0).owner is None
    assert run.tracker.statistics().unowned == 0
    if by_event:
        run.tracker.apply_events([opened()], START + 1.5)
    else:
        run.tracker.apply_sockets(SocketTable((row,), {20: INNER}), START + 1.5)
    assert run.only(2.0).owner.process is INNER


def test_other_namespaces_do_not_listen_here(start: Callable[..., Any], record: Callable[..., Any]) -> None:
    """A container that listens on the same port is not who is talked to here, and does not make our server ambiguous."""
    here = Process(5, "here", float(START - 5))
    rows = (
        SocketEntry(6, bytes(4), 50_000, b"", 0, "LISTEN", 20, namespace=NAMESPACE),
        SocketEntry(6, HOST, 50_000, SERVER, 443, "ESTABLISHED", 20, namespace=NAMESPACE),
    )
    run = start(local=("192.0.2.1",))
    run.tracker.apply_sockets(SocketTable(rows, {20: INNER}), START + 0.0)
    run.feed(1.0, record(initiator=1))
    assert run.only(1.0).owner is None
    ours = SocketEntry(6, bytes(4), 50_000, b"", 0, "LISTEN", 5)
    run.tracker.apply_sockets(SocketTable((*rows, ours), {20: INNER, 5: here}), START + 2.0)
    assert run.only(3.0).owner.process is here


def test_those_that_pass_are_bounded(start: Callable[..., Any], record: Callable[..., Any]) -> None:
    """A router's conversations are not all waited for."""
    run = start(local=("192.0.2.1",))
    many = range(1, PASSING + 6)
    run.feed(1.0, *(record(flow_id=n, a="198.51.100.2", b="203.0.113.2", port_a=n, port_b=n) for n in many))
    run.snapshot(1.0)
    assert len(run.tracker._table.attribution._passing) == PASSING
    assert len(run.tracker._table.attribution._by_tuple) == 2 * PASSING


def test_an_owner_found_after_the_end_is_told(start: Callable[..., Any], record: Callable[..., Any]) -> None:
    """A connection that was over before the first scan: its last record has the process."""
    ended = TcpBits.SYN_AB | TcpBits.SYNACK_BA | TcpBits.OPENED | TcpBits.RST_AB
    row = SocketEntry(6, INSIDE, 20_000, SERVER, 443, "ESTABLISHED", 20, namespace=NAMESPACE)
    run = start(local=("192.0.2.1",))
    events = run.events(1.0, record(tcp_bits=ended, packets_ba=1))
    assert [event.connection.owner for event in events if event.kind.value == "closed"] == [None]
    run.tracker.apply_sockets(SocketTable((row,), {20: INNER}, (), (masqueraded(),)), START + 2)
    (late,) = run.tracker.finish(START + 3)
    assert late.kind.value == "updated"
    assert late.connection.owner.process is INNER
