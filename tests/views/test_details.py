"""Details: what the values under the cursor are."""

from __future__ import annotations

from dataclasses import replace

import sample
from sample import Open

from netmon.model.health import ResponseTime, TcpHealth
from netmon.model.kernel_tcp import KernelTcp
from netmon.model.owner import Container, Match, Owner, ParentProcess, Process
from netmon.model.snapshot import Snapshot
from netmon.views import choices
from netmon.views import state as st
from netmon.views.canvas import Canvas
from netmon.views.cards import _connection, _process
from netmon.views.columns import rtt_of
from netmon.views.details import Line, _folded, _line, _wrapped, paint, value_at, value_count, value_on
from netmon.views.entry import Entry, both
from netmon.views.events import KeyEvent
from netmon.views.kernel_card import kernel
from netmon.views.layout import Box
from netmon.views.state import Tab, ViewState
from netmon.views.theme import Role


def opened(snapshot: Snapshot, size: tuple[int, int]) -> ViewState:
    return choices.open_tab(st.observe(ViewState(size=size), snapshot), Tab.DETAILS)


def test_every_value_can_be_reached_at_every_size(snapshot: Snapshot) -> None:
    """The cursor passes over the same values whatever the size, long ones whole."""
    values = []
    for size in ((80, 24), (120, 40), (30, 8)):
        state = opened(snapshot, size)
        count = value_count(snapshot, state)
        found = [value_at(snapshot, replace(state, detail=index)) for index in range(count)]
        values.append(sorted(value for value in found if "▓" not in value and "▒" not in value))
        assert "/usr/lib/firefox/firefox -contentproc -childID 3 -isForBrowser -prefsLen 32017" in values[-1]
    assert values[0] == values[1] == values[2]


def test_a_question_without_answer_has_no_time() -> None:
    """A response time of nothing answered is not shown as zero milliseconds."""
    asked, refused = ResponseTime("dns", 0.0, 0.0, 0.0, 0.0, 0, 2), ResponseTime("llmnr", 4.0, 4.0, 4.0, 4.0, 1, 0, 1)
    connection = sample.Maker()("udp", "192.0.2.53", 53, "QUERY", response_times=(asked, refused))
    assert rtt_of(connection) is None
    snapshot = Snapshot(sample.NOW, (connection,))
    state = opened(snapshot, (80, 24))
    values = [value_at(snapshot, replace(state, detail=index)) for index in range(value_count(snapshot, state))]
    assert "2 unanswered" in values
    assert "4.0ms, 1 failed" in values


def test_what_the_kernel_knows() -> None:
    """Why a connection is as fast as it is, worded; what is not told is not there, what is bad is a warning."""
    figures = KernelTcp(
        sample.NOW - 3, 12.5, 2.5, 11.0, "cubic", 20, 14, 1448, 3, 1, 7, 4096, 512, 1_000_000, 900_000, True, 55, 1500.0,
        300.0, 4.0, 80_000, 4344,
    )  # fmt: skip
    shown = {entry.label: entry for entry in kernel(figures, sample.NOW)}
    assert {label: entry.value for label, entry in shown.items()} == {
        "RTT": "12ms ± 2.5ms, least 11ms",
        "control": "cubic, congestion avoidance",
        "window": "20 × 1448 = 29.0K",
        "in flight": "3 segments, 1 lost",
        "pacing": "1.00M/s",
        "delivered": "900K/s, all that the process offered",
        "resent": "7 segments, 4.34K of 80.0K (5.4%)",
        "held up": "20% of 1.50s by the receiver's window",
        "queued": "4.10K to send, 512 not read yet",
        "asked": "3s ago",
    }
    assert {label for label, entry in shown.items() if entry.style == Role.WARN} == {"in flight", "resent", "held up"}
    plain = KernelTcp(sample.NOW, 1.0, 0.5, None, "", 10, None, 1448, 0, 0, 0, 0, 0)
    assert [entry.label for entry in kernel(plain, sample.NOW)] == ["RTT", "control", "window", "asked"]
    assert kernel(None, sample.NOW) == []


def test_neighbours_are_a_key_away(open_view: Open) -> None:
    """Right and Left go through the table in its order without leaving Details; at the ends they stay."""
    view = open_view((120, 40))
    for key in ("Enter", "Right"):
        view.event(KeyEvent(key), 0.0)
    lines = view.frame().lines()
    assert "2 of 34" in lines[-3]
    assert lines[-3].split("2 of")[0].strip() == "◂ firefox lobste.rs :443"
    assert "2001:db8:85a3" in lines[2]
    for key in ("Left", "Left", "Left"):
        view.event(KeyEvent(key), 0.0)
    lines = view.frame().lines()
    assert "lobste.rs" in lines[2]
    assert "◂" not in lines[-3]


def test_directions_are_seen_from_here(snapshot: Snapshot) -> None:
    """What the other end had to send again is ↓ whoever opened the conversation."""
    health = TcpHealth(retransmissions_out=7)
    out = sample.Maker()("tcp", "192.0.2.1", 443, "ESTABLISHED", tcp=health)
    assert both(out, 7, 0) == "↓ ·  ↑ 7"
    assert both(sample.incoming(out), 7, 0) == "↓ 7  ↑ ·"
    assert both(out, 0, None) == ""


def test_a_click_finds_the_value_it_hits(snapshot: Snapshot) -> None:
    """Each value is found at the cell it is drawn at, none on the strip of neighbours."""
    state = opened(snapshot, (120, 40))
    found = {value_on(snapshot, state, x, y) for x in (20, 70) for y in range(40)}
    assert found >= set(range(10))
    assert value_on(snapshot, state, 60, 37) == -1


def test_what_the_process_card_tells() -> None:
    """What an interpreter runs, who shares the socket, rights, label and digest."""
    connection = next(one for one in sample.snapshot().connections if one.owner is not None)
    assert connection.owner is not None
    process = replace(
        connection.owner.process,
        name="python3",
        script="app.py",
        uid=33,
        capabilities=("net_raw",),
        label="web_t",
        sha256="ab12",
    )
    boxed = Process(9, "postgres", user="999", container=Container("docker", "0123456789abcdef", "db"))
    owner = Owner(process, Match.KERNEL, (ParentProcess(7, "worker"),), boxed)
    entries = {entry.label: entry.value for entry in _process(replace(connection, owner=owner), str)}
    assert entries["shared by"] == "worker 7"
    assert entries["other end"] == "postgres 9 (db, docker)"
    assert (entries["rights"], entries["label"], entries["SHA-256"]) == ("net_raw", "web_t", "ab12")
    assert process.title == "python3 app.py"
    usual = replace(process, uid=0, capabilities=("all",))
    entries = {entry.label: entry.value for entry in _process(replace(connection, owner=Owner(usual, Match.KERNEL)), str)}
    assert not {"rights", "shared by"} & entries.keys()
    most = replace(process, capabilities=("chown", "kill"), lacking=("sys_module", "sys_time"))
    entries = {entry.label: entry.value for entry in _process(replace(connection, owner=Owner(most, Match.KERNEL)), str)}
    assert entries["rights"] == "all but sys_module, sys_time"
    rootless = replace(usual, own_user_namespace=True)
    entries = {entry.label: entry.value for entry in _process(replace(connection, owner=Owner(rootless, Match.KERNEL)), str)}
    assert entries["rights"] == "all (in its own user namespace)"


def test_when_a_closed_connection_began_and_ended() -> None:
    """Both are told from now on; a short one in milliseconds."""
    one = sample.Maker()("tcp", "192.0.2.80", 80, "CLOSED", closed=True)
    one = replace(one, first_seen=sample.NOW - 60.25, last_seen=sample.NOW - 60)
    entries = {entry.label: entry.value for entry in _connection(one, sample.NOW, lambda when: "then", 80)}
    assert entries["opened"] == "then, 1m00s ago"
    assert entries["closed"] == "then, 1m00s ago, after 250ms"
    snapshot = Snapshot(sample.NOW, (), (one,))
    canvas = Canvas(120, 40)
    state = choices.open_tab(st.observe(ViewState(size=(120, 40), closed=True), snapshot), Tab.DETAILS)
    paint(canvas, Box(0, 2, 120, 36), snapshot, state)
    assert "closed after 250ms" in canvas.lines()[2]


def test_what_stands_beside_a_value_is_never_cut() -> None:
    """It goes below where it does not fit; what is part of the value itself stays where it is."""
    parts = (("[2001:db8::1]:443", 0), ("  unique-local", 2))
    assert _folded(parts, 40) == [parts]
    assert _folded(parts, 20) == [parts[:1], (("unique-local", 2),)]
    assert _folded((("a", 0), (" ESTABLISHED", 2)), 5) == [(("a", 0), (" ESTABLISHED", 2))]


def test_a_long_address_is_not_broken() -> None:
    """Its port stands below it with what kind of address it is; what is copied is one text. The sentence cuts its middle."""
    address = "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff"
    one = sample.Maker()("tcp", address, 50443, "ESTABLISHED")
    snapshot = Snapshot(sample.NOW, (one,))
    state = opened(snapshot, (120, 40))
    canvas = Canvas(120, 40)
    paint(canvas, Box(0, 2, 120, 36), snapshot, state)
    lines = canvas.lines()
    at = next(number for number, line in enumerate(lines) if line.startswith(" remote"))
    assert lines[at].split()[1] == address
    assert lines[at + 1].split()[0] == ":50443"
    values = [value_at(snapshot, replace(state, detail=index)) for index in range(value_count(snapshot, state))]
    assert f"[{address}]:50443" in values
    narrow = Canvas(60, 20)
    paint(narrow, Box(0, 2, 60, 16), snapshot, opened(snapshot, (60, 20)))
    assert "…" in narrow.lines()[2]
    assert narrow.lines()[2].rstrip().endswith(":50443")


def test_a_long_label_is_not_cut_where_there_is_room() -> None:
    """Its value makes room for it, unless it is long itself."""
    short = Entry("versions the server speaks", "7")
    canvas = Canvas(80, 2)
    for y, entry in enumerate((short, replace(short, value="7" * 30))):
        _line(canvas, Line(1, y, 50, entry.label, ((entry.value, Role.TEXT),), 0, entry), 1, y, False)
    assert canvas.lines()[0].rstrip() == " versions the server speaks 7"
    assert canvas.lines()[1].rstrip() == " versions the se… " + "7" * 30


def test_pairs_stay_together() -> None:
    """``handshake 32ms`` goes to the next line whole."""
    assert _wrapped("now 32ms  least 31ms  handshake 32ms", 32) == ["now 32ms  least 31ms", "handshake 32ms"]
    assert _wrapped("one two three", 8) == ["one two", "three"]
    assert _wrapped("abcdefghij", 4) == ["abcd", "efgh", "ij"]
