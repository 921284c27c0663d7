"""Every key of the key map, pressed on a pseudo-terminal, and what the screen shows for it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from crowd import NAME, ROWS, crowd
from pseudo_terminal import Session

from netmon.views.action import Action
from netmon.views.keymap import BINDINGS

NETMON = (sys.executable, "-P", "-m", "netmon")
BYTES = {
    "Up": b"\x1bOA", "Down": b"\x1bOB", "Right": b"\x1bOC", "Left": b"\x1bOD", "Home": b"\x1bOH", "End": b"\x1bOF",
    "PgUp": b"\x1b[5~", "PgDn": b"\x1b[6~", "Enter": b"\r", "Esc": b"\x1b", "Tab": b"\t", "S-Tab": b"\x1b[Z",
    "F1": b"\x1bOP", "Space": b" ",
}  # fmt: skip
"""What an xterm sends in keypad mode."""
SIZE = (150, 34)
LAST, OLDEST = 40_000 + ROWS, 40_001
"""Local ports of the first row and the last."""


def pressed(key: str) -> bytes:
    """The bytes of a key by its name."""
    return BYTES.get(key) or (bytes([ord(key[5:]) - 64]) if key.startswith("Ctrl+") else key.encode())


class Table:
    """The program with the crowd on its screen."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def lines(self) -> list[str]:
        return self.session.screen.display

    def bottom(self) -> str:
        """The key bar or filter line."""
        return self.lines()[-1]

    def body(self) -> str:
        return "\n".join(self.lines())

    def port(self) -> int:
        """Local port of the selected row; 0 when it shows none."""
        for line in self.lines():
            if line.startswith("▌"):
                found = re.search(r":(4\d{4})\b", line)
                return int(found[1]) if found else 0
        return 0

    def tab(self) -> str:
        """The title above the underline."""
        rule = self.lines()[1]
        return self.lines()[0][rule.index("━") : rule.rindex("━") + 1].split()[-1] if "━" in rule else ""

    def sorted_by(self) -> str:
        found = re.search(r"(\w+) ?([▾▴])", self.lines()[2])
        return found[1] + found[2] if found else ""

    def type(self, text: str, until: Callable[[], bool]) -> None:
        self.session.send(text.encode())
        self.session.until(until)

    def press(self, key: str, until: Callable[[], bool]) -> None:
        """The condition does not hold before the key is pressed, and does afterwards."""
        assert not until(), f"held before {key}\n{self.body()}"
        self.session.send(pressed(key))
        self.session.until(until)

    def home(self) -> None:
        """As it is after the start, with the first row selected."""
        self.session.send(b"\x1b")
        self.session.pump(0.05)  # an escape on its own, not the beginning of a key
        self.session.send(b"1rg")
        self.session.until(lambda: self.tab() == "Overview" and self.port() == LAST and "view reset" not in self.body())


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return crowd(tmp_path_factory.mktemp("crowd") / "crowd.pcap")


def _begun(capture: Path, *options: str, until: str) -> Session:
    session = Session(SIZE, [*NETMON, "-r", str(capture), *options])
    session.until(session.shows(until))
    return session


@pytest.fixture(scope="module")
def shared(capture: Path) -> Iterator[Session]:
    """One program for all keys that it survives."""
    session = _begun(capture, until="end of the file")
    yield session
    session.close()


@pytest.fixture(scope="module")
def slow(capture: Path) -> Iterator[Session]:
    """The file being played in real time: one row every ten seconds."""
    session = _begun(capture, "--speed", "1", until=":40001")
    yield session
    session.close()


@pytest.fixture
def table(shared: Session) -> Table:
    it = Table(shared)
    it.home()
    return it


Case = Callable[[Table, str], None]


def moves(before: str, goal: Callable[[int], bool]) -> Case:
    """A key that moves the selection."""

    def case(table: Table, key: str) -> None:
        if before:
            table.type(before, lambda: table.port() == OLDEST)  # not half drawn: another row may carry the mark for a moment
        table.press(key, lambda: bool(table.port()) and goal(table.port()))

    return case


def opens(tab: str, mark: str, before: str = "") -> Case:
    """A key that opens a view."""

    def case(table: Table, key: str) -> None:
        if before:
            table.type(before, lambda: table.tab() != tab)
        table.press(key, lambda: table.tab() == tab and mark in table.body())

    return case


def shows(mark: str, before: str = "", prepared: str = "") -> Case:
    """A key after which ``mark`` is on the screen."""

    def case(table: Table, key: str) -> None:
        if before:
            table.type(before, lambda: prepared in table.body())
        table.press(key, lambda: mark in table.body())

    return case


def close(table: Table, key: str) -> None:
    table.type("\r", lambda: table.tab() == "Details")
    table.press(key, lambda: table.tab() == "Overview")
    table.type("/dport:53\r", lambda: "1 of 61" in table.bottom())
    table.press(key, lambda: table.port() == LAST and "1 of 61" not in table.bottom())


def search(table: Table, key: str) -> None:
    table.press(key, lambda: table.bottom().startswith(" \\"))
    table.type("40031", lambda: table.port() == 40_031)


def search_next(table: Table, key: str) -> None:
    table.type("\\4002\r", lambda: table.port() == 40_029)
    table.press(key, lambda: table.port() == 40_028)


def search_previous(table: Table, key: str) -> None:
    table.type("\\4002\r", lambda: table.port() == 40_029)
    table.type("n", lambda: table.port() == 40_028)
    table.press(key, lambda: table.port() == 40_029)


def sort_next(table: Table, key: str) -> None:
    before = table.sorted_by()
    table.press(key, lambda: table.sorted_by() not in ("", before))


def sort_flip(table: Table, key: str) -> None:
    assert table.sorted_by() == "TOTAL▾"
    table.press(key, lambda: table.sorted_by() == "TOTAL▴")


def grouped(table: Table) -> None:
    """By host, with the group line selected."""
    table.type("aa", lambda: "group: host" in table.bottom())
    table.type("g", lambda: table.body().count("198.51.100.6") == 11)


def fold(table: Table, key: str) -> None:
    grouped(table)
    table.press(key, lambda: table.body().count("198.51.100.6") == 1)


def unfold(table: Table, key: str) -> None:
    grouped(table)
    table.type("\x1bOD", lambda: table.body().count("198.51.100.6") == 1)
    table.press(key, lambda: table.body().count("198.51.100.6") == 11)


def closed(table: Table, key: str) -> None:
    table.press(key, lambda: ":40054" not in table.body() and ":40055" in table.body())
    table.press(key, lambda: ":40054" in table.body())


def reset(table: Table, key: str) -> None:
    table.type("aS", lambda: "group: process" in table.bottom() and table.sorted_by() == "TOTAL▴")
    table.press(key, lambda: "group: process" not in table.bottom() and table.sorted_by() == "TOTAL▾")


def localhost(table: Table, key: str) -> None:
    table.type("/port:41001\r", lambda: "0 of 61" in table.bottom())
    table.press(key, lambda: "127.0.0.1" in table.body())
    table.press(key, lambda: "127.0.0.1" not in table.body())


def columns(table: Table, key: str) -> None:
    """The chooser, and that what is chosen there is shown at once."""
    table.press(key, lambda: "Columns" in table.body())
    table.type(" ", lambda: "CLIENT" not in table.lines()[2])
    table.type(" ", lambda: "CLIENT" in table.lines()[2])
    table.press("Esc", lambda: "Columns" not in table.body())


def names(table: Table, key: str) -> None:
    assert f"~{NAME}" in table.body()
    table.press(key, lambda: NAME not in table.body().replace(f"A {NAME}", ""))
    table.press(key, lambda: f"~{NAME}" in table.body())


def services(table: Table, key: str) -> None:
    table.press(key, lambda: ":https" in table.body() and ":443" not in table.body())
    table.press(key, lambda: ":443" in table.body())


def info(table: Table, key: str) -> None:
    assert "System" in table.lines()[2]
    table.press(key, lambda: "System" not in table.lines()[2] and "AGE" in table.lines()[2])
    table.press(key, lambda: "System" in table.lines()[2])
    table.type("3", lambda: table.tab() == "Activity")
    table.press(key, lambda: "INTERFACE" in table.lines()[2])
    table.press(key, lambda: "INTERFACE" not in table.lines()[2])


def theme(table: Table, key: str) -> None:
    seen = table.session.screen.buffer[0][9].fg
    table.press(key, lambda: "theme " in table.bottom())
    table.session.until(lambda: table.session.screen.buffer[0][9].fg != seen)


def pause(table: Table, key: str) -> None:
    """There is nothing to hold at the end of a file."""
    table.press(key, lambda: "the file is at its end" in table.bottom())


def copy(table: Table, key: str) -> None:
    table.press(key, lambda: "copied 198.51.100.6:443" in table.bottom())
    table.session.until(lambda: b"\x1b]52;c;MTk4LjUxLjEwMC42OjQ0Mw==\x07" in table.session.raw)


def redraw(table: Table, key: str) -> None:
    table.session.screen.erase_in_display(2)  # as when another program wrote over it
    table.press(key, lambda: table.port() == LAST and "help" in table.bottom())


def help_(table: Table, key: str) -> None:
    table.press(key, lambda: "Program" in table.body() and "Ctrl+L" in table.body())
    table.press(key, lambda: "Ctrl+L" not in table.body())


CASES: dict[Action, Case] = {
    Action.UP: moves("G", lambda port: port == 40_002),
    Action.DOWN: moves("", lambda port: port == LAST - 1),
    Action.FIRST: moves("G", lambda port: port == LAST),
    Action.LAST: moves("", lambda port: port == OLDEST),
    Action.PAGE_UP: moves("G", lambda port: 40_020 < port < 40_040),
    Action.PAGE_DOWN: moves("", lambda port: 40_020 < port < 40_040),
    Action.HALF_UP: moves("G", lambda port: 40_009 < port < 40_020),
    Action.HALF_DOWN: moves("", lambda port: 40_040 < port < 40_051),
    Action.OPEN: opens("Details", "192.0.2.1:40060 →"),
    Action.CLOSE: close,
    Action.TAB_NEXT: opens("Details", "192.0.2.1:40060 →"),
    Action.TAB_PREVIOUS: opens("Hosts", "198.51.100.2"),
    Action.TAB_1: opens("Overview", ":40060", before="3"),
    Action.TAB_2: opens("Details", "192.0.2.1:40060 →"),
    Action.TAB_3: opens("Activity", "LAST 60 S"),
    Action.TAB_4: opens("Graph", "60 s"),
    Action.TAB_5: opens("Hosts", "198.51.100.2"),
    Action.FILTER: shows("61 of 61"),
    Action.SEARCH: search,
    Action.SEARCH_NEXT: search_next,
    Action.SEARCH_PREVIOUS: search_previous,
    Action.SORT_NEXT: sort_next,
    Action.SORT_FLIP: sort_flip,
    Action.GROUP: shows("group: process"),
    Action.GROUP_PREVIOUS: shows("group: interface"),
    Action.FOLD: fold,
    Action.UNFOLD: unfold,
    Action.CLOSED: closed,
    Action.LOCALHOST: localhost,
    Action.COLUMNS: columns,
    Action.RESET: reset,
    Action.NAMES: names,
    Action.SERVICES: services,
    Action.INFO: info,
    Action.THEME: theme,
    Action.PAUSE: pause,
    Action.COPY: copy,
    Action.REDRAW: redraw,
    Action.HELP: help_,
}
PLAYER = {Action.PAUSE, Action.STEP, Action.FASTER, Action.SLOWER, Action.SEEK_BACK, Action.SEEK_FORWARD}
ELSEWHERE = {Action.QUIT, Action.QUIT_NOW, Action.CLEAR, Action.SUSPEND}
KEYS = [(binding.action, key) for binding in BINDINGS for key in binding.keys]


def keys_of(actions: set[Action]) -> list[object]:
    """Every key of these, as parameters."""
    return [pytest.param(action, key, id=f"{action.value}-{key}") for action, key in KEYS if action in actions]


def test_every_action_is_pressed() -> None:
    """No action of the key map is left out below; those that end or suspend are pressed in ``test_screen``."""
    assert CASES.keys() | PLAYER | ELSEWHERE == set(Action)


@pytest.mark.parametrize(("action", "key"), keys_of(set(CASES)))
def test_key(table: Table, action: Action, key: str) -> None:
    """The key does what its action says, on the screen."""
    CASES[action](table, key)
    assert table.session.process.poll() is None


@pytest.mark.parametrize(("action", "key"), keys_of(PLAYER))
def test_player_key(slow: Session, action: Action, key: str) -> None:
    """The keys of a file being played."""
    table = Table(slow)
    if not slow.shows("paused")():
        slow.send(b" ")
        slow.until(slow.shows("paused"))

    def position() -> int:
        """Seconds since the beginning, as shown."""
        found = re.search(r"\d\d:\d\d:\d\d  (?:(\d+)m)?(\d+)s", table.body())
        return int(found[1] or 0) * 60 + int(found[2]) if found else -1

    before = position()
    if action is Action.STEP:
        table.press(key, lambda: position() == before + 10)
    elif action is Action.SEEK_FORWARD:
        table.press(key, lambda: position() > before)
    elif action is Action.SEEK_BACK:
        for _ in range(2):
            here = position()
            table.press(".", lambda here=here: position() > here)  # type: ignore[misc]
        after = position()
        table.press(key, lambda: position() < after)
    elif action is Action.PAUSE:
        assert "Space go on" in table.body()
        table.press(key, lambda: "► ×" in table.body())
        table.press(key, lambda: "‖ paused" in table.body())
    else:
        speed = re.search(r"×([\d.]+)", table.body())
        assert speed is not None
        grows = action is Action.FASTER

        def now() -> float:
            found = re.search(r"×([\d.]+)", table.body())
            return float(found[1]) if found else float(speed[1])

        table.press(key, lambda: now() > float(speed[1]) if grows else now() < float(speed[1]))


def test_back_from_the_end(capture: Path) -> None:
    """A file read as fast as possible stands still where it is sought, with what there was, and can be stepped on."""
    session = _begun(capture, until="end of the file")
    table = Table(session)
    assert ":40055" in table.body()
    table.press("<", lambda: "‖ paused" in table.body() and "9m20s of 9m50s" in table.body())
    assert re.search(r"opened +59 ", table.body())
    table.press(".", lambda: "9m30s of 9m50s" in table.body())
    table.press(" ", lambda: "end of the file" in table.body() and ":40055" in table.body())
    session.close()


def test_clear(capture: Path) -> None:
    """``x`` asks, ``x`` again forgets what is over."""
    session = _begun(capture, until="end of the file")
    table = Table(session)
    session.until(lambda: table.port() == LAST)
    table.press("x", lambda: "press again to forget" in table.bottom())
    assert ":40054" in table.body()
    table.press("x", lambda: ":40054" not in table.body() and ":40055" in table.body())
    session.close()
