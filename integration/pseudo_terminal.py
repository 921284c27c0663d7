"""A program on a pseudo-terminal of its own, and the screen it draws as pyte understands it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import tempfile
import termios
import time
from collections.abc import Callable

import pyte
from lab import ROOT


class Session:
    """One program, from its start to its end."""

    def __init__(self, size: tuple[int, int], command: list[str], controlling: bool = True, **environment: str) -> None:
        """``controlling``: the terminal is the program's own, whose end it is told by a signal."""
        self.screen = pyte.Screen(*size)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.master, self.slave = pty.openpty()
        self._size(size)
        self.before = termios.tcgetattr(self.slave)
        variables = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLORFGBG")}
        variables |= {"TERM": "xterm-256color", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT)}
        self._folder = tempfile.TemporaryDirectory(prefix="netmon-session-")
        self.folder = self._folder.name
        """Its configuration and state."""
        variables |= {"XDG_CONFIG_HOME": self.folder, "XDG_STATE_HOME": self.folder}
        self.process = subprocess.Popen(
            command, stdin=self.slave, stdout=self.slave, stderr=self.slave, env=variables | environment,
            start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0) if controlling else None,
        )  # fmt: skip

    def _size(self, size: tuple[int, int]) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))

    def resize(self, size: tuple[int, int]) -> None:
        """As when a window is dragged."""
        self._size(size)
        self.screen.resize(size[1], size[0])

    def until(self, condition: Callable[[], bool], seconds: float = 20.0) -> None:
        """Read what the program draws until ``condition`` holds; fails with the screen when it never does."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "\n".join(self.screen.display)
            self._read(0.05)

    def pump(self, seconds: float) -> None:
        """Read what the program draws for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._read(0.01)

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
        self.pump(0.1)
        return True

    def modes_restored(self) -> bool:
        """Whether line editing, echo and signals are as they were."""
        return termios.tcgetattr(self.slave)[:4] == self.before[:4]

    def restored(self) -> bool:
        """Whether the terminal is as it was: modes, main screen, cursor, mouse."""
        tail = self.raw[-600:]
        leaving = all(sequence in tail for sequence in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l"))
        return self.modes_restored() and leaving and tail.rfind(b"\x1b[?1049h") < tail.rfind(b"\x1b[?1049l")

    def hang_up(self) -> None:
        """The window is closed, or the line is cut: nobody is at the other end."""
        os.close(self.slave)
        os.close(self.master)
        self.master = self.slave = -1

    def close(self) -> None:
        """End the program if it is still there."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.master >= 0:
            self.hang_up()
        self._folder.cleanup()
