"""The terminal itself: a real pseudo-terminal, a real program, the screen read back with pyte. Needs no privileges."""

from __future__ import annotations

import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pseudo_terminal import Session

PROGRAM = Path(__file__).with_name("terminal_program.py")


@pytest.fixture
def start() -> Iterator[Callable[..., Session]]:
    """Starts sessions and ends them."""
    sessions: list[Session] = []

    def run(*arguments: str, shell: str = "", **environment: str) -> Session:
        words = [*(("bash", "-mc", shell, "bash") if shell else ()), sys.executable, str(PROGRAM), *arguments]
        sessions.append(Session((100, 30), words, **environment))
        return sessions[-1]

    yield run
    for session in sessions:
        session.close()


def test_shows_the_table_and_quits(start: Callable[..., Session]) -> None:
    """The Overview comes up; q twice ends the program and gives the terminal back."""
    session = start()
    session.until(session.shows("lobste.rs"))
    session.send(b"q")
    session.until(session.shows("press again to quit"))
    session.send(b"q")
    session.until(session.ended)
    assert session.process.returncode == 0
    assert session.restored()


def test_keys_and_tabs(start: Callable[..., Session]) -> None:
    """Arrows, Enter, Esc, Tab, UTF-8 and the filter line do what they say."""
    session = start()
    session.until(session.shows("lobste.rs"))
    session.send(b"\x1bOB\r")
    session.until(session.shows("Connection"))
    session.send(b"\x1b")
    session.until(session.shows("PROCESS"))
    session.send(b"/na\xc3\xafve")
    session.until(session.shows("1 of 34"))
    session.send(b"\x1b")
    session.until(session.shows("filter   Enter"))
    session.send(b"\t\t")
    session.until(session.shows("SHARE"))


def test_mouse(start: Callable[..., Session]) -> None:
    """A click selects, a double click opens Details, the wheel knows its direction."""
    session = start()
    session.until(session.shows("curl"))
    row = next(y for y, line in enumerate(session.screen.display) if line[1:5] == "curl")
    press = f"\x1b[<0;10;{row + 1}M\x1b[<0;10;{row + 1}m".encode()
    session.send(press)
    session.until(lambda: session.screen.display[row].startswith("▌curl"))
    session.send(b"\x1b[<65;12;6M")
    session.until(lambda: session.screen.display[row + 3].startswith("▌"))
    session.send(b"\x1b[<64;12;6M")
    session.until(lambda: session.screen.display[row].startswith("▌"))
    session.send(press + press)
    session.until(session.shows("curl (106312, alice)"))


def test_resize(start: Callable[..., Session]) -> None:
    """The screen follows the window, larger and smaller."""
    session = start()
    session.until(session.shows("lobste.rs"))
    session.resize((140, 40))
    session.until(lambda: session.shows("System")() and session.shows("? help")())
    session.resize((60, 15))
    session.until(lambda: "netmon" in session.screen.display[0] and "help" in session.screen.display[14])


def test_crash_restores_the_terminal(start: Callable[..., Session]) -> None:
    """An exception leaves the terminal as it was, with the traceback below."""
    session = start("--crash")
    session.until(session.shows("lobste.rs"))
    session.send(b"!")
    session.until(session.ended)
    assert session.process.returncode == 1
    assert b"asked to crash" in session.raw
    after = termios.tcgetattr(session.slave)
    assert after[:4] == session.before[:4]


def test_suspend_and_continue(start: Callable[..., Session]) -> None:
    """Ctrl+Z gives the terminal back to the shell; fg paints the screen again."""
    session = start(shell='"$@"; echo BACK-IN-THE-SHELL; fg >/dev/null')
    session.until(session.shows("lobste.rs"))
    session.send(b"\x1a")
    session.until(lambda: b"BACK-IN-THE-SHELL" in session.raw)
    stopped = session.raw.rindex(b"BACK-IN-THE-SHELL")
    assert b"\x1b[?1049l" in session.raw[stopped - 400 : stopped]
    session.until(lambda: b"lobste.rs" in session.raw[stopped:])
    session.send(b"qq")
    session.until(session.ended)
    assert session.process.returncode == 0


def test_colours(start: Callable[..., Session]) -> None:
    """256 colours by default, none with NO_COLOR or --no-color."""
    coloured = start()
    coloured.until(coloured.shows("lobste.rs"))
    assert b"38;5;75" in coloured.raw
    for session in (start("--no-color"), start(NO_COLOR="1")):
        session.until(session.shows("lobste.rs"))
        assert b"38;5" not in session.raw


def test_ascii(start: Callable[..., Session]) -> None:
    """With --ascii nothing but ASCII is sent."""
    session = start("--ascii")
    session.until(session.shows("lobste.rs"))
    assert session.raw.isascii()


def test_unknown_terminal_type(start: Callable[..., Session]) -> None:
    """A terminal type without terminfo is shown as xterm-256color."""
    session = start(TERM="xterm-of-the-future")
    session.until(session.shows("lobste.rs"))


def test_unfit_terminal_type(start: Callable[..., Session]) -> None:
    """A terminal that cannot show the screen is refused in one clear line."""
    session = start(TERM="dumb")
    session.until(session.ended)
    assert b"TERM=dumb cannot show the screen" in session.raw


def test_copy(start: Callable[..., Session]) -> None:
    """c sends the remote end by OSC 52."""
    session = start()
    session.until(session.shows("lobste.rs"))
    session.send(b"c")
    session.until(session.shows("copied 77.72.0.44:443"))
    assert b"\x1b]52;c;NzcuNzIuMC40NDo0NDM=\x07" in session.raw
