"""Whole screens: golden texts of every view, and that no snapshot, size or key breaks one.

``NETMON_REFRESH_GOLDEN=1`` writes the golden files anew; look at the difference before committing it.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
import sample
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample import Open

from netmon.filters import compile_filter
from netmon.model.connection import Connection, Direction
from netmon.model.finding import Confidence, Field, Finding
from netmon.model.frame import CaptureStatistics
from netmon.model.health import Rtt, TcpHealth
from netmon.model.owner import Match, Owner, Process
from netmon.model.snapshot import Snapshot, SystemStatus
from netmon.model.status import InspectionStatistics, Playback
from netmon.model.track import track_of
from netmon.settings import Settings
from netmon.views.canvas import Canvas, width_of
from netmon.views.events import Button, KeyEvent, MouseEvent
from netmon.views.keymap import BINDINGS
from netmon.views.theme import BOLD, REVERSE, ROLE_MASK, SELECTED, Role
from netmon.views.view import View

GOLDEN = Path(__file__).parent / "golden"
SIZES = ((80, 24), (120, 40), (200, 50))
SCREENS: dict[str, tuple[str, str]] = {
    "overview": ("snapshot", ""),
    "overview-closed": ("snapshot", "t"),
    "overview-addresses": ("snapshot", "d p"),
    "overview-grouped": ("snapshot", "a"),
    "overview-by-domain": ("snapshot", "a a a"),
    "overview-by-country": ("snapshot", "a a a a Left"),
    "overview-sidebar": ("snapshot", "i"),
    "overview-columns": ("snapshot", "C j j Space"),
    "overview-search": ("snapshot", "\\ q u a d Enter n"),
    "overview-quit": ("snapshot", "q"),
    "overview-empty": ("empty", ""),
    "overview-no-match": ("snapshot", "/ z z z z Enter"),
    "overview-by-name": ("snapshot", "S s s"),
    "overview-filter": ("snapshot", "/ t l s"),
    "overview-filter-error": ("snapshot", "/ t l s Space ("),
    "overview-playing": ("playing", ""),
    "overview-failing": ("failing", "Space"),
    "details": ("snapshot", "Enter j"),
    "details-quic": ("snapshot", "j j j Enter"),
    "details-container": ("snapshot", "/ n g i n x Enter Enter"),
    "details-dns": ("snapshot", "/ a p p : d n s Enter Enter"),
    "details-icmp": ("snapshot", "/ q u a d 9 Enter Enter"),
    "details-arp": ("snapshot", "/ a p p : a r p Enter Enter"),
    "activity": ("snapshot", "3"),
    "interfaces": ("snapshot", "3 i"),
    "graph": ("snapshot", "4"),
    "graph-10-min": ("snapshot", "4 Left"),
    "graph-empty": ("empty", "4"),
    "activity-marked": ("snapshot", "3 j j"),
    "hosts-addresses": ("snapshot", "5 d j"),
    "hosts-drilled": ("snapshot", "5 j Enter"),
    "hosts": ("snapshot", "5"),
    "help": ("snapshot", "?"),
}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCREENS)
def test_golden(open_view: Open, name: str, size: tuple[int, int]) -> None:
    """Every view looks as it was last approved."""
    source, keys = SCREENS[name]
    view = open_view(size, getattr(sample, source)())
    for key in keys.split():
        view.event(KeyEvent(key), 0.0)
    canvas = view.frame()
    for folder, lines in (("text", canvas.lines()), ("style", styles(canvas))):
        text = "\n".join(lines) + "\n"
        path = GOLDEN / folder / f"{name}-{size[0]}x{size[1]}.txt"
        if os.environ.get("NETMON_REFRESH_GOLDEN"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")


LETTERS = "tidavuowbr"


def styles(canvas: Canvas) -> list[str]:
    """Each cell's role as a letter (text, i for bright, dim, accent, v for down, up, ok, warn, bad, rule), a capital where
    bold or reversed; the colours of a theme follow from it. Lines with selected cells end with ``|``."""
    rows: list[str] = []
    for texts, row in zip(canvas.texts, canvas.styles, strict=True):
        cells = (
            " " if text == " " and not style & (REVERSE | SELECTED) else _letter(style)
            for text, style in zip(texts, row, strict=True)
        )
        rows.append("".join(cells).rstrip() + (" |" if any(style & SELECTED for style in row) else ""))
    return rows


def _letter(style: int) -> str:
    letter = LETTERS[style & ROLE_MASK]
    return letter.upper() if style & (BOLD | REVERSE) else letter


@pytest.mark.parametrize("name", SCREENS)
def test_the_same_again(open_view: Open, name: str) -> None:
    """A picture depends on nothing but snapshot, state and size."""
    source, keys = SCREENS[name]
    view = open_view((120, 40), getattr(sample, source)())
    for key in keys.split():
        view.event(KeyEvent(key), 0.0)
    first, second = view.frame(), view.frame()
    assert (first.texts, first.styles) == (second.texts, second.styles)


def test_eighty_columns_show_what_matters(open_view: Open) -> None:
    """80x24: process, remote, application, state, both rates and the key bar (screen.md rule 6)."""
    lines = open_view((80, 24)).frame().lines()
    for title in ("PROCESS", "REMOTE", "APPLICATION", "STATE", "DOWN", "UP"):
        assert title in lines[2]
    assert "filter" in lines[-1]
    assert "help" in lines[-1]


def test_capture_problem_is_a_red_line_on_every_view(open_view: Open) -> None:
    """The problem stays on screen whatever is looked at."""
    view = open_view((80, 24), sample.failing())
    for key in "12345?":
        view.event(KeyEvent(key), 0.0)
        canvas = view.frame()
        found = [y for y, line in enumerate(canvas.lines()) if "eth0 has gone down" in line]
        assert len(found) == 1
        assert canvas.styles[found[0]][5] & 0x0F == Role.BAD


def test_drops_and_degradations_are_on_every_view(open_view: Open) -> None:
    """Lost packets and the number of notes are in the title even at 80 columns."""
    view = open_view((80, 24), sample.failing())
    for key in "12345":
        view.event(KeyEvent(key), 0.0)
        title = view.frame().lines()[0]
        assert "dropped 1.21K" in title
        assert "▲" in title


def test_roles_of_a_row(open_view: Open) -> None:
    """Down is blue, up is green, an open dot is green, a closed row is dim, the sorted title has the accent."""
    view = open_view((120, 40))
    view.event(KeyEvent("t"), 0.0)
    canvas = view.frame()
    lines = canvas.lines()
    row = next(y for y, line in enumerate(lines) if "lb-140-" in line and "312K" in line)
    down = lines[row].index("312K")
    assert canvas.styles[row][down] & 0x0F == Role.DOWN
    assert canvas.styles[row][lines[row].index("9.10K")] & 0x0F == Role.UP
    assert canvas.styles[row][lines[row].index("●")] & 0x0F == Role.OK
    gone = next(y for y, line in enumerate(lines) if "answered" in line and "8.8.8.8" in line)
    assert {
        style & 0x0F for style, text in zip(canvas.styles[gone][:60], canvas.texts[gone][:60], strict=True) if text != " "
    } == {Role.DIM}
    assert canvas.styles[2][lines[2].index("DOWN")] & 0x0F == Role.ACCENT


def test_inspection_in_the_sidebar(open_view: Open) -> None:
    """The System panel tells what inspection holds and has given up, and is silent about it while there is nothing."""
    quiet = open_view((200, 80))
    inspection = InspectionStatistics(held=40_000_000, bound=64_000_000, given_up=12, evicted=3, holes=7, failures=1)
    snapshot = sample.snapshot()
    totals = snapshot.status.totals._replace(inspect_spent=5)
    status = replace(snapshot.status, inspection=inspection, totals=totals)
    view = open_view((200, 80), replace(snapshot, status=status))
    for one in (quiet, view):
        if not any("TCP health" in line for line in one.frame().lines()):
            one.event(KeyEvent("i"), 0.0)
    assert not any("Inspection" in line for line in quiet.frame().lines())
    text = "\n".join(view.frame().lines())
    for words in ("Inspection", "held", "40.0M / 64.0M", "unrecognised", "budget spent", "holes", "evicted", "failures"):
        assert words in text, words


def test_secret_fields_are_never_shown(open_view: Open) -> None:
    """A field that inspection marks as secret is on no screen."""
    view = open_view((200, 50))
    for key in ("Enter", "3", "4", "5", "1"):
        view.event(KeyEvent(key), 0.0)
        assert "0123456789abcdef" not in "\n".join(view.frame().lines())


WORDS = st.sampled_from((
    "", "a", "tls", "ESTABLISHED", "日本語のとても長い名前です" * 3, "e" + "\u0301" * 9, "\x1b[2J\x1b]0;x\x07",
    "\u202egpj.exe", "\x00", "x" * 500, "\n\r\t", "\ud800", "👩\u200d👧", "-", "/", "~", "a b  c", "\u0301", "日",
))  # fmt: skip
NUMBERS = st.sampled_from((0, 1, 999, 10**6, 2**63, 2**70))
FLOATS = st.sampled_from((0.0, 5e-324, 0.4, 0.6, 12.0, 999.6, 1e6, 1e15))
PAIRS = st.tuples(FLOATS, FLOATS)


@st.composite
def connections(draw: st.DrawFn) -> Connection:
    """Anything the type allows, names from hell included."""
    process = st.builds(Process, pid=st.integers(0, 2**31), name=WORDS, command_line=WORDS, user=WORDS)
    finding = st.builds(
        Finding,
        label=WORDS,
        confidence=st.sampled_from(Confidence),
        state=WORDS,
        hostname=WORDS,
        summary=WORDS,
        fields=st.lists(st.builds(Field, name=WORDS, title=WORDS, values=st.tuples(WORDS, NUMBERS)), max_size=3).map(tuple),
        risks=st.lists(WORDS, max_size=2).map(tuple),
    )
    history = st.sampled_from(((), (0,) * 60, (1, 0, 10**9), tuple(range(60))))
    return Connection(
        identifier=draw(st.text("abcdef", min_size=1, max_size=8)),
        flow_id=1,
        protocol=draw(st.sampled_from(("tcp", "udp", "arp", "ip-253", "lldp"))),
        source=draw(WORDS),
        source_port=draw(st.none() | st.integers(0, 65535)),
        destination=draw(st.sampled_from(("192.0.2.1", "2001:db8::1", "ff:ff:ff:ff:ff:ff", ""))),
        destination_port=draw(st.none() | st.integers(0, 65535)),
        direction=draw(st.sampled_from(Direction)),
        local_is_source=draw(st.none() | st.booleans()),
        state=draw(WORDS | st.sampled_from(("ESTABLISHED", "WHO_HAS 192.0.2.1"))),
        closed=draw(st.booleans()),
        first_seen=draw(st.floats(-1e18, 1e18)),
        last_seen=draw(st.floats(0, 2e9)),
        packets_out=draw(NUMBERS),
        packets_in=draw(NUMBERS),
        bytes_out=draw(NUMBERS),
        bytes_in=draw(NUMBERS),
        rate_out=draw(FLOATS),
        rate_in=draw(FLOATS),
        track=draw(st.builds(track_of, PAIRS, st.tuples(history, history), st.just(60))),
        tcp=draw(st.none() | st.builds(TcpHealth, reset_by=st.sampled_from((None, "source", "destination")))),
        rtt=draw(st.builds(Rtt, st.none() | FLOATS, st.none() | FLOATS, st.none() | FLOATS, st.none() | FLOATS)),
        finding=draw(st.none() | finding),
        owner=draw(st.none() | st.builds(Owner, process, st.sampled_from(Match))),
        service=draw(WORDS),
    )


SNAPSHOTS = st.builds(
    Snapshot,
    now=st.floats(-1e12, 1e12),
    connections=st.lists(connections(), max_size=6, unique_by=lambda c: c.identifier).map(tuple),
    closed=st.lists(connections(), max_size=2).map(tuple),
    status=st.builds(
        SystemStatus,
        source=WORDS,
        notes=st.lists(WORDS, max_size=3).map(tuple),
        capture=st.builds(CaptureStatistics, problem=WORDS, dropped_kernel=NUMBERS),
        playback=st.none()
        | st.builds(Playback, st.floats(0, 1e10), st.floats(0, 1e10), st.none() | st.floats(0, 1e10), st.floats(0, 100),
                    st.booleans(), st.booleans(), st.floats(0, 1)),
        history_down=st.sampled_from(((), (0,) * 60, (1, 0, 10**12))),
    ),
)  # fmt: skip
BOUND = {key for binding in BINDINGS for key in binding.keys}
KEYS = st.sampled_from([*sorted(BOUND), "x", "é", "日", "Backspace", ":", ">"])
EVENTS = st.lists(
    st.builds(KeyEvent, KEYS) | st.builds(MouseEvent, st.integers(0, 300), st.integers(0, 80), st.sampled_from(Button)),
    max_size=12,
)


@settings(
    deadline=None, max_examples=int(os.environ.get("NETMON_EXAMPLES", "60")), suppress_health_check=[HealthCheck.too_slow]
)
@given(st.lists(SNAPSHOTS, min_size=1, max_size=2), st.integers(1, 300), st.integers(1, 80), EVENTS)
def test_nothing_breaks_a_screen(snapshots: list[Snapshot], width: int, height: int, events: list[KeyEvent]) -> None:
    """Any snapshots, any size, any keys: no exception, every row exactly as wide as the screen, no control character."""
    view = View(Settings(), compile_filter)
    view.resize((width, height))
    for number, snapshot in enumerate(snapshots):
        view.feed(snapshot)
        for event in events[number :: len(snapshots)]:
            view.event(event, float(number))
        canvas = view.frame()
        assert len(canvas.texts) == len(canvas.styles) == height
        for texts, styles in zip(canvas.texts, canvas.styles, strict=True):
            assert len(texts) == len(styles) == width
            line = "".join(texts)
            assert line.isprintable()
            assert width_of(line) == width


def test_keys_without_rows_then_rows_that_go() -> None:
    """Keys on a screen of one cell, whose only row then leaves: found by the test above."""
    view = View(Settings(), compile_filter)
    view.resize((1, 1))
    for connections, keys in ((sample.snapshot().connections[:1], "\\C+"), ((), "++")):
        view.feed(Snapshot(0.0, connections))
        for key in keys:
            view.event(KeyEvent(key), 0.0)
    assert view.state.row is None


def test_a_view_of_ten_thousand_looks_only_at_what_is_shown(open_view: Open) -> None:
    """Cells are made for visible rows only: the same screen whether or not more rows follow below."""
    few = sample.many(200)
    many = replace(
        few,
        connections=(
            *few.connections,
            *(replace(c, identifier=f"z{c.identifier}", rate_out=0.0, rate_in=0.0, track=b"") for c in few.connections),
        ),
    )
    first, second = (open_view((80, 24), shown).frame().lines() for shown in (few, many))
    assert [line.rstrip("┃│ ") for line in first[2:22]] == [line.rstrip("┃│ ") for line in second[2:22]]
