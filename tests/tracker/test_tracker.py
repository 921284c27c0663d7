"""The tracker from the outside: records in, events and snapshots out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from netmon.model.connection import Direction, Name, Staleness
from netmon.model.finding import Confidence, Exchange, Finding, LearnedName, Role, Update
from netmon.model.flow import Family, FlowRecord, TcpBits
from netmon.model.kernel_tcp import KernelTcp
from netmon.model.network import Network
from netmon.model.owner import Match, Process, SocketEntry, SocketTable
from netmon.model.snapshot import SystemStatus
from netmon.model.track import histories, latest, peaks
from netmon.settings import Timeouts

Make = Callable[..., FlowRecord]
Start = Callable[..., Any]
START = 1_700_000_000
OPEN = TcpBits.SYN_AB | TcpBits.SYNACK_BA | TcpBits.OPENED
FINISHED = OPEN | TcpBits.FIN_AB | TcpBits.FIN_AB_ACKED | TcpBits.FIN_BA | TcpBits.FIN_BA_ACKED
HERE = ("192.0.2.1",)


def finding(**values: Any) -> Update:
    """A finding of some protocol."""
    return Update(finding=Finding("X", Confidence.CONTENT, **values))


def test_first_record_opens(start: Start, record: Make) -> None:
    """A flow's first record is a connection from its opener's point of view, and one OPENED event."""
    run = start(local=HERE)
    assert run.feed(0, record(initiator=0, packets_ba=2, bytes_ba=200, packets_ab=3, bytes_ab=300)) == ["opened"]
    connection = run.only(0)
    assert (connection.source, connection.source_port) == ("192.0.2.1", 50_000)
    assert (connection.destination, connection.destination_port) == ("198.51.100.2", 443)
    assert (connection.packets_out, connection.packets_in) == (3, 2)
    assert (connection.bytes_out, connection.bytes_in) == (300, 200)
    assert connection.direction is Direction.OUTGOING
    assert connection.local_is_source is True
    assert connection.service == "tcp-443"
    assert connection.source_scope == "DOCUMENTATION"
    assert connection.first_seen == START


def test_source_is_the_initiator(start: Start, record: Make) -> None:
    """When b opened it, everything is turned round."""
    run = start(local=HERE)
    run.feed(0, record(initiator=1, tcp_bits=TcpBits.SYN_BA, packets_ab=1, packets_ba=5, ttl_ab=64, mss_ba=1400))
    connection = run.only(0)
    assert (connection.source, connection.destination) == ("198.51.100.2", "192.0.2.1")
    assert (connection.packets_out, connection.packets_in) == (5, 1)
    assert (connection.ttl_in, connection.tcp.mss_out, connection.tcp.mss_in) == (64, 1400, None)
    assert connection.direction is Direction.INCOMING
    assert (connection.remote, connection.local_port) == ("198.51.100.2", 50_000)


def test_opener_learned_later_turns_the_connection(start: Start, record: Make) -> None:
    """The SYN-ACK came first, then the SYN: the ends change places with all counters."""
    run = start(local=HERE)
    run.feed(0, record(initiator=1, tcp_bits=0, packets_ab=1, packets_ba=7))
    run.feed(1, record(initiator=0, tcp_bits=OPEN, packets_ab=2, packets_ba=8, last=1))
    connection = run.only(1)
    assert (connection.source, connection.packets_out, connection.packets_in) == ("192.0.2.1", 2, 8)
    assert connection.direction is Direction.OUTGOING


@pytest.mark.parametrize(
    ("bits", "state"),
    [
        (TcpBits.SYN_AB, "SYN_SENT"),
        (TcpBits.SYN_AB | TcpBits.SYNACK_BA, "SYN_RECV"),
        (TcpBits.SYNACK_BA, "SYN_RECV"),
        (OPEN, "ESTABLISHED"),
        (0, "ESTABLISHED"),
        (OPEN | TcpBits.FIN_AB, "FIN_WAIT1"),
        (OPEN | TcpBits.FIN_AB | TcpBits.FIN_AB_ACKED, "FIN_WAIT2"),
        (OPEN | TcpBits.FIN_BA | TcpBits.FIRST_FIN_BA, "CLOSE_WAIT"),
        (FINISHED, "TIME_WAIT"),
        (FINISHED | TcpBits.FIRST_FIN_BA, "CLOSED"),
        (OPEN | TcpBits.RST_BA, "CLOSED"),
    ],
)
def test_tcp_states(start: Start, record: Make, bits: int, state: str) -> None:
    """RFC 9293 states from what was observed, as this machine's end is in them."""
    run = start(local=HERE)
    run.feed(0, record(tcp_bits=bits))
    assert run.only(0).state == state


def test_state_is_seen_from_this_machine(start: Start, record: Make) -> None:
    """The opener closes first: the local responder is in CLOSE_WAIT, not in FIN_WAIT2."""
    run = start(local=("198.51.100.2",))
    run.feed(0, record(tcp_bits=OPEN | TcpBits.FIN_AB | TcpBits.FIN_AB_ACKED))
    assert run.only(0).state == "CLOSE_WAIT"


def test_reset_closes_and_is_remembered(start: Start, record: Make) -> None:
    """RST = CLOSED at once, by whom is told; 15 s later it is among the closed, 30 s later the meter may forget it."""
    run = start(local=HERE)
    assert run.feed(0, record(tcp_bits=OPEN)) == ["opened"]
    assert run.feed(5, record(tcp_bits=OPEN | TcpBits.RST_BA, last=5)) == ["closed"]
    connection = run.only(5)
    assert (connection.state, connection.closed, connection.tcp.reset_by) == ("CLOSED", True, "destination")
    assert run.feed(19) == []
    assert len(run.snapshot(19).connections) == 1
    run.feed(21)
    snapshot = run.snapshot(21)
    assert (snapshot.connections, len(snapshot.closed)) == ((), 1)
    assert run.tracker.take_finished() == []
    run.feed(36)
    assert run.tracker.take_finished() == [1]
    assert len(run.snapshot(36).closed) == 1


def test_closed_counts_from_first_closing_event(start: Start, record: Make) -> None:
    """Late packets do not prolong the 15 s; they count in the same record and are reported once at the end."""
    run = start(local=HERE)
    run.feed(0, record(tcp_bits=OPEN))
    assert run.feed(1, record(tcp_bits=OPEN | TcpBits.RST_BA, last=1, packets_ab=4)) == ["closed"]
    assert run.feed(10, record(tcp_bits=OPEN | TcpBits.RST_BA, last=10, packets_ab=6)) == []
    assert run.only(10).packets_out == 6
    run.feed(17, record(tcp_bits=OPEN | TcpBits.RST_BA, last=17, packets_ab=7))
    assert run.snapshot(17).connections == ()
    assert run.snapshot(17).closed[0].packets_out == 7
    events = run.events(32)
    assert [(event.kind.value, event.connection.packets_out) for event in events] == [("updated", 7)]


def test_time_wait_lasts_thirty_seconds(start: Start, record: Make) -> None:
    """Both directions finished, this machine first: TIME_WAIT for 30 s, then closed and forgotten."""
    run = start(local=HERE)
    run.feed(0, record(tcp_bits=FINISHED))
    assert run.only(29).state == "TIME_WAIT"
    assert run.feed(31) == ["closed"]
    assert run.tracker.take_finished() == [1]
    assert run.snapshot(31).connections == ()


def test_superseded_is_over_at_once(start: Start, record: Make) -> None:
    """A new generation closes the old connection and is one of its own."""
    run = start(local=HERE)
    run.feed(0, record(1, tcp_bits=OPEN))
    words = run.feed(2, record(1, tcp_bits=OPEN | TcpBits.SUPERSEDED), record(2, generation=1, first=2))
    assert words == ["closed", "opened"]
    assert run.tracker.take_finished() == [1]
    assert run.only(2).flow_id == 2


@pytest.mark.parametrize(
    ("values", "timeout"),
    [
        ({"tcp_bits": OPEN}, 300),
        ({"tcp_bits": 0}, 120),
        ({"tcp_bits": TcpBits.SYN_AB}, 60),
        ({"tcp_bits": OPEN | TcpBits.FIN_AB}, 60),
        ({"protocol": 17}, 60),
        ({"protocol": 1, "port_b": 50_000}, 10),
        ({"protocol": 2}, 10),
        ({"protocol": 47}, 60),
        ({"family": Family.ARP, "protocol": 0}, 30),
    ],
)
def test_idle_timeouts(start: Start, record: Make, values: dict[str, Any], timeout: float) -> None:
    """Silence as long as the timeout closes a connection: one CLOSED event; not a second earlier. Its flow is finished then,
    but for TCP that has not ended (``test_turns``)."""
    run = start(local=HERE)
    run.feed(0, record(**values))
    assert run.only(1).idle_timeout == timeout
    assert run.feed(timeout - 1) == []
    assert run.feed(timeout + 1) == ["closed"]
    assert run.tracker.take_finished() == ([] if "tcp_bits" in values else [1])
    assert run.snapshot(timeout + 1).closed[0].closed


def test_traffic_keeps_alive(start: Start, record: Make) -> None:
    """The timeout counts from the last packet, not from the first."""
    run = start(local=HERE)
    run.feed(0, record(protocol=17))
    run.feed(50, record(protocol=17, last=50, packets_ab=2))
    assert run.feed(100) == []
    assert run.feed(111) == ["closed"]


def test_finding_sets_timeout_and_state(start: Start, record: Make) -> None:
    """A protocol that knows better sets the idle timeout and the state word, also when it is found out later."""
    run = start(local=HERE)
    run.feed(0, record(protocol=17))
    run.tracker.apply_update(1, finding(state="QUERY", idle_timeout=30.0))
    assert (run.only(1).state, run.only(1).application) == ("QUERY", "X")
    assert run.feed(31) == ["closed"]


def test_the_users_timeout_comes_before_the_protocols(start: Start, record: Make) -> None:
    """For conversations of that application protocol only, and not for one that its protocol calls closed."""
    run = start(local=HERE, timeouts=Timeouts(applications={"x": 5.0}))
    for flow_id in (1, 2, 3):
        run.feed(0, record(flow_id=flow_id, port_a=flow_id, protocol=17))
    run.tracker.apply_update(1, finding(idle_timeout=30.0))
    run.tracker.apply_update(2, Update(finding=Finding("Y", Confidence.CONTENT, idle_timeout=30.0)))
    run.tracker.apply_update(3, finding(state="CLOSED", idle_timeout=15.0))
    assert run.feed(1) == ["closed"]
    assert [one.idle_timeout for one in run.snapshot(1).connections] == [5.0, 30.0, 15.0]
    assert run.feed(6) == ["closed"]
    assert run.feed(31) == ["closed"]


def test_tcp_shows_its_own_state(start: Start, record: Make) -> None:
    """The state of a TCP connection is TCP's; its protocol's word stays in the finding."""
    run = start(local=HERE)
    run.feed(0, record(tcp_bits=OPEN))
    run.tracker.apply_update(1, finding(state="KEYEXCHANGE"))
    shown = run.only(0)
    assert shown.finding is not None
    assert (shown.state, shown.finding.state) == ("ESTABLISHED", "KEYEXCHANGE")
    run.feed(1, record(tcp_bits=OPEN | TcpBits.FIN_AB, last=1))
    assert run.only(1).state == "FIN_WAIT1"


def test_protocol_says_closed(start: Start, record: Make) -> None:
    """A datagram protocol in state CLOSED closes the connection, which stays for 15 s."""
    run = start(local=HERE)
    run.feed(0, record(protocol=17))
    run.tracker.apply_update(1, finding(state="CLOSED", idle_timeout=15.0))
    assert run.feed(1) == ["closed"]
    assert run.only(14).closed
    run.feed(16)
    assert run.snapshot(16).connections == ()


def test_update_before_first_record(start: Start, record: Make) -> None:
    """Findings usually come before the flow's first record; nothing is lost."""
    run = start(local=HERE)
    run.tracker.apply_update(1, finding())
    run.feed(0, record())
    assert run.only(0).application == "X"
    assert run.tracker.statistics().early_updates == 0


def test_udp_words_and_staleness(start: Start, record: Make) -> None:
    """ACTIVE up to 30 s, IDLE after, STALE after 60 s; fresh, ageing from 75 %, expiring from 90 % of the timeout."""
    run = start(local=HERE)
    run.feed(0, record(protocol=17))
    run.tracker.apply_update(1, finding(idle_timeout=120.0))
    seen = []
    for second in (30, 31, 59, 62, 89, 91, 107, 109):
        run.feed(second)
        seen.append((run.only(second).state, run.only(second).staleness))
    fresh, ageing, expiring = Staleness
    assert seen == [
        ("ACTIVE", fresh), ("IDLE", fresh), ("IDLE", fresh), ("STALE", fresh), ("STALE", fresh), ("STALE", ageing),
        ("STALE", ageing), ("STALE", expiring),
    ]  # fmt: skip


def test_structural_sharing(start: Start, record: Make) -> None:
    """What did not change is the same object in the next snapshot."""
    run = start(local=HERE)
    run.feed(0, record(1), record(2, b="198.51.100.3"))
    run.feed(15)
    one = run.snapshot(20).connections
    run.feed(21, record(2, b="198.51.100.3", last=21, packets_ab=2))
    two = run.snapshot(21).connections
    assert one[0] is two[0]
    assert one[1] is not two[1]
    assert two[1].packets_out == 2


@pytest.mark.parametrize(
    ("local", "direction"),
    [
        (("192.0.2.1",), Direction.OUTGOING),
        (("198.51.100.2",), Direction.INCOMING),
        (("192.0.2.1", "198.51.100.2"), Direction.LOCAL),
        (("203.0.113.1",), Direction.FORWARDED),
        ((), Direction.UNKNOWN),
    ],
)
def test_directions(start: Start, record: Make, local: tuple[str, ...], direction: Direction) -> None:
    """Who opened it, seen from this machine; unknown where nothing is known of it."""
    run = start(local=local)
    run.feed(0, record())
    assert run.only(0).direction is direction


def test_midstream_direction_from_listener(start: Start, record: Make) -> None:
    """A connection joined mid-stream on a port that is listened on was opened by the other end."""
    run = start(local=HERE)
    run.feed(0, record(tcp_bits=0, port_a=22, port_b=40_000))
    assert run.only(0).direction is Direction.UNKNOWN
    process = Process(7, "sshd")
    listener = SocketEntry(6, bytes(4), 22, b"", 0, "LISTEN", 7)
    run.tracker.apply_sockets(SocketTable((listener,), {7: process}), START + 1.0)
    run.feed(2, record(tcp_bits=0, port_a=22, port_b=40_000, last=2, packets_ab=9))
    run.tracker.apply_sockets(SocketTable((listener,), {7: process}), START + 2.0)
    run.feed(3, record(tcp_bits=0, port_a=22, port_b=40_000, last=3, packets_ab=10, packets_ba=4))
    run.tracker.apply_records(
        [record(tcp_bits=0, port_a=22, port_b=40_000, last=4, packets_ab=11, packets_ba=4)], START + 4.0
    )
    run.tracker.apply_sockets(SocketTable((listener,), {7: process}), START + 4.0)
    connection = run.only(4)
    assert connection.direction is Direction.INCOMING
    assert (connection.source_port, connection.packets_in, connection.packets_out) == (40_000, 11, 4)


def test_owner_exact_then_kept(start: Start, record: Make) -> None:
    """The exact tuple names the process, also after the process is gone."""
    run = start(local=HERE)
    run.feed(0, record())
    entry = SocketEntry(6, b"\xc0\x00\x02\x01", 50_000, b"\xc6\x33\x64\x02", 443, "ESTABLISHED", 42)
    run.tracker.apply_sockets(SocketTable((entry,), {42: Process(42, "curl", started=START - 5.0)}), START + 1.0)
    assert (run.only(1).owner.process.name, run.only(1).owner.match) == ("curl", Match.EXACT)
    run.tracker.apply_sockets(SocketTable((), {}), START + 2.0)
    assert run.only(2).owner.process.pid == 42


def test_owner_of_a_connection_between_scans(start: Start, record: Make) -> None:
    """A new connection is looked up in the latest scan; a bound datagram socket names its process as a wildcard."""
    run = start(local=HERE)
    entry = SocketEntry(17, bytes(4), 50_000, b"", 0, "", 9)
    run.tracker.apply_sockets(SocketTable((entry,), {9: Process(9, "dig")}), START + 0.0)
    run.feed(1, record(protocol=17, first=1))
    assert (run.only(1).owner.process.name, run.only(1).owner.match) == ("dig", Match.WILDCARD)


def test_kernel_figures_are_kept_to_the_end(start: Start, record: Make) -> None:
    """They are shown at once, though no packet came, stay when packets come, and are in the CLOSED event."""
    run = start(local=HERE)
    run.feed(0, record(tcp_bits=OPEN))
    figures = KernelTcp(START + 1.0, 1.0, 0.5, None, "cubic", 10, None, 1448, 0, 0, 0, 0, 0)
    before = run.only(0)
    run.tracker.apply_kernel_tcp([(1, figures), (2, figures)])
    assert (before.kernel_tcp, run.only(1).kernel_tcp) == (None, figures)
    run.feed(2, record(tcp_bits=FINISHED, last=2, packets_ab=3))
    assert run.only(2).kernel_tcp == figures
    assert run.tracker.connections()[0].kernel_tcp == figures


def test_names_from_dns_and_resolver(start: Start, record: Make) -> None:
    """What this client was told comes before the reverse name; each address is asked for once."""
    run = start(local=HERE)
    run.tracker.apply_update(5, Update(learned=(LearnedName(b"\xc6\x33\x64\x02", "www.example.org", 60),)))
    run.feed(0, record(5, b="203.0.113.53", protocol=17, port_b=53))
    run.feed(1, record(1, first=1), record(2, b="8.8.8.8", first=1))
    names = {c.flow_id: c.destination_name for c in run.snapshot(1).connections}
    assert (names[1].text, names[1].source, names[1].inferred) == ("www.example.org", "dns", True)
    assert names[2] is None
    assert run.tracker.unresolved(10) == ["8.8.8.8"]
    assert run.tracker.unresolved(10) == []
    run.tracker.apply_names({"8.8.8.8": (Name("dns.google", "ptr"), 300.0), "198.51.100.2": (Name("server", "ptr"), 90.0)})
    names = {c.flow_id: c.destination_name.text for c in run.snapshot(2).connections if c.destination_name}
    assert names == {1: "www.example.org", 2: "dns.google"}


def test_a_connection_has_the_name_its_process_asked_for(start: Start, record: Make) -> None:
    """Two programs look up two names of one address; their owners become known only afterwards."""
    run = start(local=HERE)
    address = b"\xc6\x33\x64\x02"
    for flow_id, name in ((5, "one.example"), (6, "two.example")):
        run.feed(0, record(flow_id, b="203.0.113.53", protocol=17, port_a=flow_id, port_b=53))
        run.tracker.apply_update(flow_id, Update(learned=(LearnedName(address, name, 60),)))
    run.feed(1, record(1, port_a=50_001, first=1), record(2, port_a=50_002, first=1))
    here = b"\xc0\x00\x02\x01"
    asking = [SocketEntry(17, here, port, b"\xcb\x00\x71\x35", 53, "", pid) for port, pid in ((5, 71), (6, 72))]
    talking = [SocketEntry(6, here, port, address, 443, "ESTABLISHED", pid) for port, pid in ((50_001, 71), (50_002, 72))]
    processes = {pid: Process(pid, f"p{pid}", started=START - 5.0) for pid in (71, 72)}
    shown = []
    for second, entries in ((1, talking), (2, talking + asking)):
        run.tracker.apply_sockets(SocketTable(tuple(entries), processes), START + second)
        names = {c.flow_id: c.destination_name for c in run.snapshot(second).connections}
        shown.append([names[flow_id].text for flow_id in (1, 2)])
    assert shown == [["two.example", "two.example"], ["one.example", "two.example"]]


def test_reverse_names_are_renewed_while_shown(start: Start, record: Make) -> None:
    """An answer is asked for again when its lifetime is over, not before; a name that is gone disappears."""
    run = start(local=HERE)
    run.feed(0, record(1, b="8.8.8.8"), record(2, b="9.9.9.9"))
    assert sorted(run.tracker.unresolved(10)) == ["8.8.8.8", "9.9.9.9"]
    run.tracker.apply_names({"8.8.8.8": (Name("dns.google", "ptr"), 120.0), "9.9.9.9": (None, 60.0)})
    run.snapshot(50)
    assert run.tracker.unresolved(10) == []
    run.snapshot(90)
    assert run.tracker.unresolved(10) == ["9.9.9.9"]
    run.tracker.not_asked(["9.9.9.9"])
    run.snapshot(125)
    assert sorted(run.tracker.unresolved(10)) == ["8.8.8.8", "9.9.9.9"]
    run.tracker.apply_names({"8.8.8.8": (None, 60.0), "9.9.9.9": (Name("nine", "ptr"), None)})
    names = {c.destination: c.destination_name and c.destination_name.text for c in run.snapshot(126).connections}
    assert names == {"8.8.8.8": None, "9.9.9.9": "nine"}


def test_response_times(start: Start, record: Make) -> None:
    """Requests and responses of one flow pair by key; what is open at the end is unanswered."""
    run = start(local=HERE)
    run.feed(0, record(protocol=17))
    halves = (
        Exchange(1, Role.REQUEST, 0, "dns"), Exchange(1, Role.RESPONSE, 20_000_000, "dns"),
        Exchange(2, Role.REQUEST, 30_000_000, "dns"), Exchange(2, Role.RESPONSE, 40_000_000, "dns"),
        Exchange(3, Role.REQUEST, 50_000_000, "dns"),
    )  # fmt: skip
    run.tracker.apply_update(1, Update(exchanges=halves))
    (times,) = run.only(1).response_times
    assert (times.what, times.last, times.minimum, times.maximum, times.mean, times.count) == ("dns", 10, 10, 20, 15, 2)
    (event,) = run.events(61)
    assert event.connection.response_times[0].unanswered == 1


def test_rates_window_peak_history_and_decay(start: Start, record: Make) -> None:
    """Ten-second window, peak, history by second; after ten quiet seconds the rate is zero and the peak stays."""
    run = start(local=HERE)
    run.feed(0, record(bytes_ab=1000, tcp_bits=OPEN))
    run.feed(1, record(bytes_ab=3000, bytes_ba=500, last=1, tcp_bits=OPEN))
    connection = run.only(1)
    assert (connection.rate_out, connection.rate_in) == (1500, 250)
    assert (histories(connection.track), latest(connection.track)) == (((1000, 2000), (0, 500)), START + 1)
    assert connection.rate_up == 1500
    for second in range(2, 13):
        run.feed(second)
        connection = run.only(second)
    assert (connection.rate_out, peaks(connection.track)) == (0, (1500, 250))
    assert sum(histories(connection.track)[0]) == 3000
    rates = run.tracker.system_rates(START + 1.0)
    assert (rates.up, rates.history_up[-2:], rates.history_down[-1]) == (3000 / 1.0, (1000, 2000), 500)


def test_eviction_takes_the_oldest_idle(start: Start, record: Make) -> None:
    """Beyond the bound the longest idle goes first, counted, closed properly."""
    run = start(local=HERE, max_connections=3)
    for number in range(3):
        run.feed(number, record(number + 1, port_a=number + 1, first=number))
    assert sorted(run.feed(5, record(9, port_a=9, first=5))) == ["closed", "opened"]
    assert [c.flow_id for c in run.snapshot(5).connections] == [2, 3, 9]
    assert run.tracker.statistics().evicted == 1
    assert run.tracker.take_finished() == [1]


def test_finish(start: Start, record: Make) -> None:
    """The end of a file: open ones are ACTIVE, finished TCP CLOSED, nothing is reported twice."""
    run = start(live=False)
    run.feed(
        0, record(1, tcp_bits=OPEN), record(2, port_a=2, tcp_bits=FINISHED), record(3, port_a=3, tcp_bits=TcpBits.RST_AB)
    )
    events = run.tracker.finish(START + 1.0)
    assert [(e.kind.value, e.connection.flow_id) for e in events] == [("active", 1), ("closed", 2)]
    assert {e.connection.local_is_source for e in events} == {None}
    assert {e.connection.direction for e in events} == {Direction.UNKNOWN}


def test_without_opened_events(start: Start, record: Make) -> None:
    """A run that wants results only still closes everything once and knows the same counters."""
    from netmon.settings import Settings
    from netmon.tracker import Tracker

    tracker = Tracker(Settings(), live=False, opened_events=False, sample_rates=False)
    tracker.apply_records([record(1), record(2, port_a=9, tcp_bits=OPEN | TcpBits.RST_BA, packets_ba=1)], START + 0.0)
    assert [e.kind.value for e in tracker.tick(START + 0.0)] == ["closed"]
    assert [e.connection.identifier for e in tracker.finish(START + 1.0)] == ["1"]
    assert tracker.statistics().opened == 2


def test_several_interfaces_are_one_connection(start: Start, record: Make) -> None:
    """The same packets on a bridge and on its member count once: per direction the larger record."""
    run = start(local=HERE)
    run.tracker.set_interfaces(["br0", "veth0"])
    run.feed(0, record(1, interface=0, packets_ab=5, packets_ba=1, tcp_bits=OPEN))
    assert run.feed(1, record(2, interface=1, packets_ab=4, packets_ba=6, tcp_bits=OPEN, last=1)) == []
    connection = run.only(1)
    assert (connection.packets_out, connection.packets_in, connection.interface) == (5, 6, "br0")
    run.feed(2, record(2, interface=1, packets_ab=9, packets_ba=6, tcp_bits=OPEN | TcpBits.RST_AB, last=2))
    assert run.only(2).packets_out == 9
    run.feed(40)
    assert sorted(run.tracker.take_finished()) == [1, 2]
    assert run.tracker.statistics().live == 0


def test_network_change_redraws(start: Start, record: Make) -> None:
    """An address that turns out to be local gives direction and kinds to connections already there."""
    run = start(live=True)
    run.feed(0, record(tcp_bits=OPEN))
    assert run.only(0).direction is Direction.UNKNOWN
    run.tracker.apply_network(
        Network(local_addresses=frozenset([b"\xc0\x00\x02\x01"]), gateways=frozenset([b"\xc6\x33\x64\x02"]))
    )
    connection = run.only(1)
    assert (connection.direction, connection.destination_kind) == (Direction.OUTGOING, "gateway")


def test_arp_icmp_and_link_words(start: Start, record: Make) -> None:
    """Messages are the state of ICMP and ARP; link rows are named by their type; ports only where there are some."""
    run = start(live=False)
    lldp = record(3, family=Family.LINK, protocol=0, port_a=0x88CC, port_b=0x88CC)
    lldp = lldp._replace(address_a=b"\x02\0\0\0\0\x01".ljust(16, b"\0"), address_b=b"\x01\x80\xc2\0\0\x0e".ljust(16, b"\0"))
    run.feed(
        0,
        record(1, family=Family.ARP, protocol=0, port_a=0, port_b=0, last_type=1, mac_a=b"\x02\0\0\0\0\x01"),
        record(2, protocol=1, port_a=77, port_b=77, last_type=8 << 8),
        lldp,
        record(4, protocol=253, port_a=0, port_b=0),
        record(5, family=Family.ARP, protocol=0, port_a=0, port_b=0, last_type=2, mac_a=b"\x02\0\0\0\0\x01"),
    )
    rows = [(c.protocol, c.state, c.source_port) for c in run.snapshot(0).connections]
    assert rows == [
        ("arp", "WHO_HAS 198.51.100.2", None),
        ("icmp", "ECHO_REQUEST", 77),
        ("lldp", "ACTIVE", None),
        ("ip-253", "ACTIVE", None),
        ("arp", "IS_AT 02:00:00:00:00:01", None),
    ]
    assert run.snapshot(0).connections[2].source == "02:00:00:00:00:01"
    assert run.snapshot(0).connections[2].destination_kind == "multicast"


def test_vlan_and_tunnel(start: Start, record: Make) -> None:
    """VLAN ids outermost first; an inner flow names its tunnel."""
    run = start(live=False)
    run.feed(0, record(vlan=100, vlan_inner=7, tunnel=4 << 24 | 42))
    assert (run.only(0).vlans, run.only(0).tunnel) == ((100, 7), ("vxlan:42",))


def test_reset_starts_counters_anew(start: Start, record: Make) -> None:
    """Key r: the closed list and the counters are empty, what lives goes on."""
    run = start(local=HERE)
    run.feed(0, record(1, protocol=17), record(2, tcp_bits=OPEN))
    run.feed(61)
    assert run.tracker.statistics().closed_kept == 1
    run.tracker.reset()
    snapshot = run.tracker.snapshot(START + 62.0, SystemStatus())
    assert (snapshot.closed, len(snapshot.connections)) == ((), 1)
    assert (snapshot.status.opened, snapshot.status.closed) == (0, 0)


def test_a_new_connection_is_derived_once(start: Start, record: Make) -> None:
    """What the OPENED event has is what the snapshot shows, the first bytes included."""
    run = start(local=HERE)
    (opened,) = run.events(0, record(bytes_ab=1000, tcp_bits=OPEN))
    assert run.only(0) is opened.connection
    assert (opened.connection.rate_out, histories(opened.connection.track)) == (1000, ((1000,), (0,)))
    run.feed(1, record(bytes_ab=1500, last=1, tcp_bits=OPEN))
    assert (run.only(1).bytes_out, opened.connection.rate_out) == (1500, 1000)


def test_inspection_has_the_last_word(start: Start, record: Make) -> None:
    """What inspection says when asked for the last time is in the CLOSED event."""
    run = start(local=HERE)
    asked: list[int] = []

    def last_word(flow_id: int) -> None:
        asked.append(flow_id)
        run.tracker.apply_update(flow_id, finding(state="LATE"))

    run.tracker.set_last_word(last_word)
    run.feed(0, record(tcp_bits=OPEN))
    (closed,) = run.events(1, record(tcp_bits=OPEN | TcpBits.RST_BA, last=1))
    assert asked == [1]
    assert closed.connection.finding is not None and closed.connection.finding.state == "LATE"


def test_inner_conversations_are_not_counted_twice(start: Start, record: Make) -> None:
    """The machine's own rate is that of the outer conversations; the inner one has its own."""
    run = start(local=HERE)
    inner = record(2, bytes_ab=900, tunnel=4 << 24, last=1)
    run.feed(1, record(1, bytes_ab=1000, last=1), inner)
    rates = {connection.flow_id: sum(histories(connection.track)[0]) for connection in run.snapshot(1).connections}
    assert rates == {1: 1000, 2: 900}
    assert run.tracker.system_rates(START + 1.0).history_up[-1] == 1000


def test_a_snapshot_can_be_prepared_in_pieces(start: Start, record: Make) -> None:
    """Piece by piece gives the same snapshot as at once, in the same order; when nothing is left there is no more."""
    whole, pieces = start(local=HERE), start(local=HERE)
    for run in (whole, pieces):
        run.feed(0, *(record(flow_id=number, bytes_ab=number) for number in range(1, 8)))
        run.feed(0, *(record(flow_id=number, bytes_ab=100 * number) for number in range(1, 8)))
    rounds = 0
    while pieces.tracker.prepare(3):
        rounds += 1
    assert rounds == 2
    assert not pieces.tracker.prepare(3)
    assert pieces.snapshot(0).connections == whole.snapshot(0).connections
    assert [connection.bytes_out for connection in whole.snapshot(0).connections] == [100 * number for number in range(1, 8)]
