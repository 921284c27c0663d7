"""Kernel events through the tracker: before the packets, after them, without the process, against the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from netmon.model.owner import Match, Process, SocketEntry, SocketEvent, SocketEventKind, SocketTable

START = 1_700_000_000
A, B = bytes([192, 0, 2, 1]), bytes([198, 51, 100, 2])
CLIENT = Process(10, "client", float(START - 5), executable="/bin/client")
WORKER = Process(11, "worker", float(START - 5), executable="/bin/worker")


def event(kind: str, process: Process = CLIENT, at: float = 0.0, *, foreign: bool = False) -> SocketEvent:
    """About 192.0.2.1:50000 to 198.51.100.2:443."""
    return SocketEvent(SocketEventKind[kind], 6, A, 50_000, B, 443, process, START + at, foreign)


def scan(process: Process) -> SocketTable:
    """A table in which the process holds the connection."""
    return SocketTable((SocketEntry(6, A, 50_000, B, 443, "ESTABLISHED", process.pid),), {process.pid: process})


def test_an_event_before_its_packets(start: Callable[..., Any], record: Callable[..., Any]) -> None:
    """The first event of the connection has the owner already, and keeps it when the process is long gone."""
    run = start(local=("192.0.2.1",))
    run.tracker.apply_events([event("OPENED")], START)
    (opened,) = run.events(1.0, record())
    assert opened.connection.owner.process is CLIENT
    assert opened.connection.owner.match is Match.KERNEL
    run.tracker.apply_sockets(SocketTable((), {}), START + 2)
    assert run.only(3.0).owner.process is CLIENT
    assert run.tracker.statistics().unowned == 0


def test_an_event_after_its_packets(start: Callable[..., Any], record: Callable[..., Any]) -> None:
    """A connection that waits gets its owner as soon as the event is read."""
    run = start(local=("192.0.2.1",))
    run.feed(1.0, record())
    assert run.tracker.statistics().unowned == 1
    run.tracker.apply_events([event("OPENED")], START + 1.5)
    assert run.only(2.0).owner.process is CLIENT


def test_the_worker_takes_the_listeners_place(start: Callable[..., Any], record: Callable[..., Any]) -> None:
    """By an event, or by the next scan when no event came."""
    for late in (lambda tracker: tracker.apply_events([event("HANDLED", WORKER)], START + 2),
                 lambda tracker: tracker.apply_sockets(scan(WORKER), START + 2)):  # fmt: skip
        run = start(local=("192.0.2.1",))
        run.tracker.apply_events([event("ACCEPTED")], START)
        run.feed(1.0, record(initiator=1))
        assert run.only(1.0).owner.process is CLIENT
        late(run.tracker)
        assert run.only(2.0).owner.process is WORKER


NEXT = Process(10, "next", float(START - 5), executable="/bin/next")
"""What the client becomes (exec)."""


def test_a_client_that_becomes_another_program(start: Callable[..., Any], record: Callable[..., Any]) -> None:
    """Its connection is called after the program that has it now; one that no scan shows any more keeps its name."""
    run = start(local=("192.0.2.1",))
    run.tracker.apply_events([event("OPENED")], START)
    run.feed(1.0, record())
    run.tracker.apply_sockets(scan(CLIENT), START + 2)
    assert run.only(2.0).owner.process is CLIENT
    run.tracker.apply_sockets(scan(NEXT), START + 3)
    owner = run.only(3.0).owner
    assert (owner.process, owner.match) == (NEXT, Match.KERNEL)
    run.tracker.apply_sockets(SocketTable((), {10: CLIENT}), START + 4)
    assert run.only(4.0).owner.process is NEXT


def test_a_digest_that_becomes_known_later(start: Callable[..., Any], record: Callable[..., Any]) -> None:
    """The scan that knows it completes the process the event named."""
    run = start(local=("192.0.2.1",))
    run.tracker.apply_events([event("OPENED")], START)
    run.feed(1.0, record())
    hashed = replace(CLIENT, sha256="ab" * 32)
    run.tracker.apply_sockets(scan(hashed), START + 2)
    owner = run.only(2.0).owner
    assert (owner.process, owner.match) == (hashed, Match.KERNEL)
    run.tracker.apply_sockets(scan(CLIENT), START + 3)
    assert run.only(3.0).owner.process is hashed


def test_a_program_that_opens_more_as_another(start: Callable[..., Any], record: Callable[..., Any]) -> None:
    """The second connection's event already has the new name, which the first gets only if the new program still has it."""
    for held in (True, False):
        run = start(local=("192.0.2.1",))
        run.tracker.apply_events([event("OPENED")], START)
        run.feed(1.0, record())
        second = SocketEvent(SocketEventKind.OPENED, 6, A, 50_001, B, 443, NEXT, START + 2.0)
        run.tracker.apply_events([second], START + 2)
        run.feed(2.0, record(2, port_a=50_001, first=2.0))
        run.tracker.apply_sockets(scan(NEXT) if held else SocketTable((), {10: NEXT}), START + 3)
        names = {one.source_port: one.owner.process.name for one in run.snapshot(3.0).connections}
        assert names == {50_000: "next" if held else "client", 50_001: "next"}


def test_another_process_of_that_number_renames_nothing(start: Callable[..., Any], record: Callable[..., Any]) -> None:
    """The start time tells it from the one the connection was given to."""
    run = start(local=("192.0.2.1",))
    run.tracker.apply_events([event("OPENED")], START)
    run.feed(1.0, record())
    run.tracker.apply_sockets(scan(Process(10, "later", float(START + 1), executable="/bin/later")), START + 2)
    assert run.only(2.0).owner.process is CLIENT


def test_a_program_in_place_of_the_one_that_listened(start: Callable[..., Any], record: Callable[..., Any]) -> None:
    """What waits for a connection and then becomes its server (exec) is called what it was at last, also when the
    connection is over and no table has it any more."""
    server = Process(10, "server", float(START - 5), executable="/bin/server")
    run = start(local=("192.0.2.1",))
    run.tracker.apply_events([event("ACCEPTED")], START)
    run.feed(1.0, record(initiator=1))
    assert run.only(1.0).owner.process is CLIENT
    run.tracker.apply_sockets(scan(server), START + 2)
    assert run.only(2.0).owner.process is server
    run.tracker.apply_sockets(SocketTable((), {}), START + 3)
    assert run.only(3.0).owner.process is server


def test_the_event_names_even_when_another_holds_the_socket_now(
    start: Callable[..., Any], record: Callable[..., Any]
) -> None:
    """Who opened it stays the owner."""
    run = start(local=("192.0.2.1",))
    run.tracker.apply_events([event("OPENED")], START)
    run.tracker.apply_sockets(scan(WORKER), START + 1)
    run.feed(1.0, record())
    assert run.only(1.0).owner.process is CLIENT


def test_the_table_completes_what_the_event_could_not_read(start: Callable[..., Any], record: Callable[..., Any]) -> None:
    """A process that only the kernel's copy told of is filled in by the scan that meets it alive."""
    run = start(local=("192.0.2.1",))
    run.tracker.apply_events([event("OPENED", Process(10, "client", float(START - 5)))], START)
    run.feed(1.0, record())
    run.tracker.apply_sockets(scan(CLIENT), START + 1)
    owner = run.only(2.0).owner
    assert (owner.process.executable, owner.match) == ("/bin/client", Match.KERNEL)


def test_a_conversation_passing_through_belongs_to_its_container(
    start: Callable[..., Any], record: Callable[..., Any]
) -> None:
    """Neither end is this machine's, but one is a socket in another namespace of it."""
    run = start(local=("203.0.113.9",))
    run.tracker.apply_events([event("OPENED", foreign=True)], START)
    run.feed(1.0, record())
    assert run.only(1.0).owner.process is CLIENT


def test_a_foreign_event_never_names_a_local_conversation(start: Callable[..., Any], record: Callable[..., Any]) -> None:
    """A container may use this machine's addresses for its own."""
    run = start(local=("192.0.2.1",))
    run.tracker.apply_events([event("OPENED", foreign=True)], START)
    run.feed(1.0, record())
    assert run.only(1.0).owner is None


def test_protocols_without_ports(start: Callable[..., Any], record: Callable[..., Any]) -> None:
    """Raw protocols are known by number, echo by its identifier."""
    run = start(local=("192.0.2.1",))
    raw = SocketEvent(SocketEventKind.SENT, 253, A, 0, B, 0, CLIENT, START)
    echo = SocketEvent(SocketEventKind.SENT, 1, A, 77, B, 77, WORKER, START)
    run.tracker.apply_events([raw, echo], START)
    run.feed(1.0, record(protocol=253, port_a=0, port_b=0), record(2, protocol=1, port_a=77, port_b=77, last_type=0x0800))
    assert [one.owner.process.name for one in run.snapshot(1.0).connections] == ["client", "worker"]


def test_quiet_sockets_are_shown_where_asked_for(start: Callable[..., Any], record: Callable[..., Any]) -> None:
    """In the snapshot and once at the end; without the setting they are not."""
    listening = SocketTable((SocketEntry(6, bytes(4), 80, b"", 0, "LISTEN", 10),), {10: CLIENT})
    for wanted in (True, False):
        run = start(local=("192.0.2.1",), all_sockets=wanted)
        run.tracker.apply_sockets(listening, START)
        assert [one.state for one in run.snapshot(1.0).connections] == ["LISTEN"] * wanted
        assert [one.kind.value for one in run.tracker.finish(START + 2)] == ["active"] * wanted


def test_totals_outlive_the_kept_connections(start: Callable[..., Any], record: Callable[..., Any]) -> None:
    """What falls out of the list of closed ones is added to its process's past."""
    run = start(local=("192.0.2.1",), max_closed=1, max_connections=10)
    for number in range(3):
        port = 50_000 + number
        run.tracker.apply_events([SocketEvent(SocketEventKind.OPENED, 6, A, port, B, 443, CLIENT, START + number)], START)
        run.feed(1.0 + number, record(number + 1, port_a=port, first=float(number)))
    run.feed(1000.0)
    run.feed(2000.0)
    snapshot = run.snapshot(3000.0)
    assert len(snapshot.closed) == 1
    (gone,) = snapshot.gone
    assert (gone.process, gone.connections, gone.bytes_up) == (CLIENT, 2, 148)


def test_one_that_ended_between_two_scans(start: Callable[..., Any], record: Callable[..., Any]) -> None:
    """A connection older than the monitor that moves once and closes is in the scan before, though not in the last."""
    run = start(local=("192.0.2.1",))
    run.tracker.apply_sockets(scan(CLIENT), START + 1)
    run.tracker.apply_sockets(SocketTable((), {}), START + 3)
    run.feed(3.5, record(tcp_bits=0, first=2.0, last=2.5))
    assert run.only(3.5).owner.process is CLIENT
    assert run.only(3.5).owner.match is Match.EXACT


def test_the_scan_before_says_nothing_about_what_was_opened_since(
    start: Callable[..., Any], record: Callable[..., Any]
) -> None:
    """A new connection on ports that another process had used is not that process's."""
    run = start(local=("192.0.2.1",))
    run.tracker.apply_sockets(scan(CLIENT), START + 1)
    run.tracker.apply_sockets(SocketTable((), {}), START + 3)
    run.feed(4.5, record(first=3.5, last=4.0))
    assert run.only(4.5).owner is None


def test_who_shares_the_socket_is_told_later_too(start: Callable[..., Any], record: Callable[..., Any]) -> None:
    """The owner is settled; the other process is added to it when it is heard of."""
    run = start(local=("192.0.2.1",))
    run.tracker.apply_events([event("OPENED")], START)
    run.feed(1.0, record())
    assert run.only(1.0).owner.shared == ()
    run.tracker.apply_events([event("SHARED", WORKER, 1.5)], START + 1.5)
    connection = run.only(2.0)
    assert connection.owner.process is CLIENT
    assert [other.name for other in connection.owner.shared] == ["worker"]


def test_who_shares_the_socket_and_never_receives_is_told_by_a_scan(
    start: Callable[..., Any], record: Callable[..., Any]
) -> None:
    """The owner is settled; a process that has inherited the socket and became another program since is one, by its name of
    now; one that is not the owner's tuple is nobody's."""
    run = start(local=("192.0.2.1",))
    run.tracker.apply_events([event("OPENED")], START)
    run.feed(1.0, record())
    for name in ("child", "program"):
        held = SocketEntry(6, A, 50_000, B, 443, "ESTABLISHED", CLIENT.pid, shared=(12,))
        other = SocketEntry(6, A, 50_001, B, 443, "ESTABLISHED", CLIENT.pid, shared=(11,))
        processes = {10: CLIENT, 11: WORKER, 12: Process(12, name, float(START))}
        run.tracker.apply_sockets(SocketTable((held, other), processes), START + 2)
        connection = run.only(2.0)
        assert connection.owner.process is CLIENT
        assert [(one.pid, one.name) for one in connection.owner.shared] == [(12, name)]


def test_a_listener_found_holding_the_connection_gives_way(start: Callable[..., Any], record: Callable[..., Any]) -> None:
    """A scan between accept and fork sees the parent holding it; the child that answers is told right after."""
    run = start(local=("192.0.2.1",))
    run.tracker.apply_events([event("ACCEPTED")], START)
    run.tracker.apply_sockets(scan(CLIENT), START + 0.5)
    run.feed(1.0, record(initiator=1))
    assert run.only(1.0).owner.process is CLIENT
    run.tracker.apply_events([event("HANDLED", WORKER)], START + 1.5)
    assert run.only(2.0).owner.process is WORKER


def test_nobody_asks_for_scans_for_ever(start: Callable[..., Any], record: Callable[..., Any]) -> None:
    """A connection that several scans had no owner for does not keep them going."""
    run = start(local=("192.0.2.1",))
    run.feed(1.0, record())
    wanted = []
    for turn in range(5):
        wanted.append(run.tracker.statistics().unowned)
        run.tracker.apply_sockets(SocketTable((), {}), START + 2 + turn)
    assert wanted == [1, 1, 1, 0, 0]
