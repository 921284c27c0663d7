"""The terminal itself: a real pseudo-terminal, a real program, the screen read back with pyte. Needs no privileges."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyte
import pytest

PROGRAM = Path(__file__).with_name("terminal_program.py")
ROOT = PROGRAM.parent.parent


class Session:
    """A program on a pseudo-terminal of its own."""

    def __init__(self, size: tuple[int, int], arguments: list[str], shell: str, **environment: str) -> None:
        self.screen = pyte.Screen(*size)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.master, self.slave = pty.openpty()
        self._size(size)
        self.before = termios.tcgetattr(self.slave)
        variables = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLORFGBG")}
        variables |= {"TERM": "xterm-256color", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            [*(("bash", "-mc", shell, "bash") if shell else ()), sys.executable, str(PROGRAM), *arguments],
            stdin=self.slave, stdout=self.slave, stderr=self.slave, env=variables | environment, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )  # fmt: skip

    def _size(self, size: tuple[int, int]) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))

    def resize(self, size: tuple[int, int]) -> None:
        """As when a window is dragged."""
        self._size(size)
        self.screen.resize(size[1], size[0])

    def until(self, condition: Callable[[], bool], seconds: float = 10.0) -> None:
        """Read what the program draws until ``condition`` holds; fails when it never does."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "\n".join(self.screen.display)
            self._read(0.05)

    def _read(self, wait: float) -> None:
        ready, _, _ = select.select([self.master], [], [], wait)
        if ready:
            try:
                data = os.read(self.master, 65536)
            except OSError:
                return
            self.raw += data
            self.stream.feed(data)

    def shows(self, text: str) -> Callable[[], bool]:
        """Whether the screen shows ``text``."""
        return lambda: any(text in line for line in self.screen.display)

    def send(self, data: bytes) -> None:
        """Type."""
        os.write(self.master, data)

    def ended(self) -> bool:
        """Whether the program is over and everything it wrote is read."""
        if self.process.poll() is None:
            return False
        self._read(0.05)
        return True

    def restored(self) -> bool:
        """Whether the terminal is as it was: modes, main screen, cursor, mouse."""
        after = termios.tcgetattr(self.slave)
        tail = self.raw[-400:]
        return after[:4] == self.before[:4] and b"\x1b[?1049l" in tail and b"\x1b[?25h" in tail and b"\x1b[?1000l" in tail

    def close(self) -> None:
        """End the program if it is still there."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def start() -> Iterator[Callable[..., Session]]:
    """Starts sessions and ends them."""
    sessions: list[Session] = []

    def run(*arguments: str, shell: str = "", **environment: str) -> Session:
        sessions.append(Session((100, 30), list(arguments), shell, **environment))
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
