"""The terminal: the only file that knows asciimatics and curses.

In: canvases; out: bytes on the terminal, keys and mouse presses by name. asciimatics opens and restores the terminal and
notices new sizes; frames are written by ``writer`` (asciimatics' own refresh costs ten times as much), keys are read from
its curses window directly, because its events lose the direction of the wheel.

Rules: whatever happens, ``close`` gives the terminal back as it was; nothing here waits. A frame is bytes (``encode``),
so that a task can write them without being stopped by a terminal that is not reading.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Mapping

from netmon.errors import NetmonError

try:
    import curses
    import termios
except ImportError as error:
    raise NetmonError(f"no screen: Python has no {error.name} on this system; use --text, --json or --csv") from error

from asciimatics.screen import Screen

from .background import PATIENCE, ask
from .canvas import Canvas
from .clipboard import copying
from .events import Button, Event, KeyEvent, MouseEvent
from .glyphs import why_ascii
from .sequences import OFF, ON, SequenceReader
from .theme import Theme, choose_theme, light_background, recoloured
from .writer import FrameWriter

DOUBLE_CLICK = 0.4
"""Seconds between two presses on the same cell that make a double click."""
FALLBACK_TERM = "xterm-256color"
UNFIT = ("dumb", "vt100", "vt102", "vt220", "ansi", "unknown", "")
"""Terminals that cannot show the screen: no colours and no way to hide the cursor."""

_MOVES = ("Up", "Down", "Left", "Right", "Home", "End", "PgUp", "PgDn")
_NAMES: dict[int, str] = {
    9: "Tab", 10: "Enter", 13: "Enter", 27: "Esc", 32: "Space", 127: "Backspace", 8: "Backspace",
    curses.KEY_BTAB: "S-Tab", curses.KEY_ENTER: "Enter", curses.KEY_BACKSPACE: "Backspace", curses.KEY_DC: "Delete",
    curses.KEY_IC: "Insert", curses.KEY_UP: "Up", curses.KEY_DOWN: "Down", curses.KEY_LEFT: "Left",
    curses.KEY_RIGHT: "Right", curses.KEY_HOME: "Home", curses.KEY_END: "End", curses.KEY_PPAGE: "PgUp",
    curses.KEY_NPAGE: "PgDn", **{curses.KEY_F0 + n: f"F{n}" for n in range(1, 13)},
}  # fmt: skip
_EXTENDED = dict(zip(["kUP", "kDN", "kLFT", "kRIT", "kHOM", "kEND", "kPRV", "kNXT"], _MOVES, strict=True))
_WHEEL_DOWN = getattr(curses, "BUTTON5_PRESSED", 0x200000)
_PRESSED = curses.BUTTON1_PRESSED | curses.BUTTON1_CLICKED | curses.BUTTON1_DOUBLE_CLICKED


class ScreenError(NetmonError):
    """The terminal cannot show the screen."""


def key_name(code: int) -> str:
    """The name of a curses key code below 256 or of a function key; empty for one without a name."""
    if code in _NAMES:
        return _NAMES[code]
    if code > curses.KEY_MAX:  # terminfo's extended names: kUP5 is Ctrl and the arrow
        return _EXTENDED.get(curses.keyname(code).decode("latin-1").rstrip("0123456789"), "")
    if 1 <= code <= 26:
        return f"Ctrl+{chr(64 + code)}"
    return chr(code) if 32 < code < 127 else ""


def colour_depth(color: bool | None, colours: int, environment: Mapping[str, str]) -> int:
    """How many colours to use; ``None`` = what the environment says (https://no-color.org), 0 = none."""
    if color is False or (color is None and environment.get("NO_COLOR")):
        return 0
    return 256 if colours >= 256 else 16 if colours >= 16 else 8 if colours >= 8 else 0


def colours_of(term: str, descriptor: int) -> int | None:
    """How many colours a terminal type has (terminfo); ``None`` for a type that is not known here."""
    try:
        curses.setupterm(term, descriptor)
    except curses.error:
        return None
    return max(0, curses.tigetnum("colors"))


class Terminal:
    """The screen of one terminal: ``open``, then any number of ``read_keys`` and ``draw``, then ``close``."""

    def __init__(
        self, color: bool | None = None, ascii: bool = False, theme: str = "muted", colors: Mapping[str, int] | None = None
    ) -> None:
        self._color = color
        self._ascii = ascii
        self._colors = colors or {}
        self._light = light_background(os.environ.get("COLORFGBG", ""))
        self._theme = self._chosen(theme)
        self._screen: Screen | None = None
        self._depth = 0
        self._writer = FrameWriter(self._theme, 0, ascii)
        self._partial = b""
        self._sequences = SequenceReader()
        self._last_press = (-1.0, -1, -1)
        self.note = ""
        """A degradation to show: which terminal type stood in for the real one; empty when none had to."""

    def _chosen(self, theme: str) -> Theme:
        return recoloured(choose_theme(theme, self._light), self._colors)

    def show_theme(self, name: str) -> None:
        """Draw in another theme from the next frame on."""
        self._theme = self._chosen(name)
        self._writer = FrameWriter(self._theme, self._depth, self._ascii)

    def open(self) -> None:
        """Take the terminal over."""
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise ScreenError("standard input and output must be a terminal for the screen; use --text, --json or --csv")
        os.environ.setdefault("ESCDELAY", "25")
        term = os.environ.get("TERM", "")
        if term in UNFIT:
            raise ScreenError(
                f"TERM={term or '(unset)'} cannot show the screen; set TERM to your terminal's type, or use --text"
            )
        if colours_of(term, sys.stdout.fileno()) is None:
            self.note = f"terminal type {term} is unknown here; {FALLBACK_TERM} stands in"
            os.environ["TERM"] = FALLBACK_TERM
        if "COLORFGBG" not in os.environ and self._color is not False:
            patience = PATIENCE * (3 if "SSH_CONNECTION" in os.environ else 1)
            self._light = bool(ask(sys.stdin.fileno(), sys.stdout.fileno(), patience))
            self._theme = self._chosen(self._theme.name)
        self._start()

    def _start(self) -> None:
        try:
            screen = Screen.open(unicode_aware=True, catch_interrupt=False)
        except curses.error as error:
            self._end_curses()
            raise ScreenError(f"TERM={os.environ.get('TERM')}: {error}; set another TERM, or use --text") from error
        self._screen = screen
        curses.mouseinterval(0)
        if os.environ.get("STY") and not os.environ.get("TMUX"):
            curses.mousemask(0)
            self.note = self.note or "no mouse in GNU screen, which would keep Esc back until the next key"
        self._keep_suspend_key()
        signal.signal(signal.SIGCONT, self._continued)  # asciimatics puts the old handler back when it closes
        if not self._ascii and (why := why_ascii(sys.stdout.encoding or "", os.environ)):
            self._ascii = True
            self.note = self.note or why
        self._depth = colour_depth(self._color, screen.colours, os.environ)
        self._writer = FrameWriter(self._theme, self._depth, self._ascii)
        self._partial = b""
        self.write(ON)

    @staticmethod
    def _keep_suspend_key() -> None:
        """Make Ctrl+Z a key: the handler curses has for its signal would bring back a blank screen."""
        descriptor = sys.stdin.fileno()
        modes = termios.tcgetattr(descriptor)
        modes[6][termios.VSUSP] = b"\0"
        termios.tcsetattr(descriptor, termios.TCSANOW, modes)

    def _continued(self, *_: object) -> None:
        """Stopped by a signal from elsewhere and continued: whatever the shell drew has to be painted over."""
        self._writer.forget()

    @staticmethod
    def _end_curses() -> None:
        try:
            curses.endwin()
        except curses.error:
            return

    def close(self) -> None:
        """Give the terminal back; harmless when it is not open."""
        screen, self._screen = self._screen, None
        if screen is None:
            return
        try:
            curses.mousemask(0)
            screen.close(restore=True)
        finally:
            self.write(OFF + b"\x1b[0m\x1b[?1006l\x1b[?1000l\x1b[?25h")

    def fileno(self) -> int:
        """The descriptor that becomes readable when a key is pressed."""
        return sys.stdin.fileno()

    @property
    def gone(self) -> bool:
        """Whether nobody is at the other end any more: a signal tells that only of a controlling terminal."""
        poll = select.poll()
        poll.register(self.fileno(), select.POLLIN)
        return any(state & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, state in poll.poll(0))

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows; reopens the screen when they have changed, so ask before every frame."""
        screen = self._opened()
        if screen.has_resized():
            screen.close(restore=False)
            self._start()
            screen = self._opened()
        height, width = screen.dimensions
        return width, height

    def _opened(self) -> Screen:
        if self._screen is None:
            raise ScreenError("the terminal is not open")
        return self._screen

    def read_keys(self, now: float) -> list[Event]:
        """Everything pressed since the last call; ``now`` (any steady clock) tells double clicks from two clicks."""
        window = self._opened()._screen
        events: list[Event] = []
        code = 0
        while code != -1 and len(events) < 1000:
            code = window.getch()
            for item in self._sequences.take(code):
                event = self._event(item, now) if isinstance(item, int) else item
                if event is not None:
                    events.append(event)
        return events

    def _event(self, code: int, now: float) -> Event | None:
        if code == -1:
            return None
        if code == curses.KEY_MOUSE:
            return self._mouse(now)
        if code == curses.KEY_RESIZE:
            self._opened()._re_sized = True
            return None
        name = self._key(code)
        return KeyEvent(name) if name else None

    def _key(self, code: int) -> str:
        """The key's name; bytes of UTF-8 are collected until they make a character."""
        if code > 255 or (code < 128 and not self._partial):
            return key_name(code)
        if code < 128 or (code & 0xC0) == 0xC0:
            self._partial = b""
        if code < 128:
            return key_name(code)
        self._partial += bytes((code,))
        try:
            text = self._partial.decode()
        except UnicodeDecodeError:
            if len(self._partial) >= 4:
                self._partial = b""
            return ""
        self._partial = b""
        return text if text.isprintable() else ""

    def _mouse(self, now: float) -> MouseEvent | None:
        try:
            _, x, y, _, state = curses.getmouse()
        except curses.error:  # the queue was emptied meanwhile
            return None
        if state & curses.BUTTON4_PRESSED:
            return MouseEvent(x, y, Button.WHEEL_UP)
        if state & _WHEEL_DOWN:
            return MouseEvent(x, y, Button.WHEEL_DOWN)
        if state & curses.BUTTON3_PRESSED:
            return MouseEvent(x, y, Button.RIGHT)
        if not state & _PRESSED:
            return None
        when, last_x, last_y = self._last_press
        if (last_x, last_y) == (x, y) and 0 <= now - when <= DOUBLE_CLICK:
            self._last_press = (-1.0, -1, -1)
            return MouseEvent(x, y, Button.DOUBLE)
        self._last_press = (now, x, y)
        return MouseEvent(x, y, Button.LEFT)

    def encode(self, canvas: Canvas) -> bytes:
        """The bytes that bring the terminal to this picture; they must then all be written, in order."""
        return self._writer.encode(canvas)

    def redraw(self) -> None:
        """Send the next frame whole."""
        self._writer.forget()

    @staticmethod
    def write(data: bytes) -> None:
        """Write all of ``data``; waits for the terminal, so call it where waiting does no harm."""
        view = memoryview(data)
        descriptor = sys.stdout.fileno()
        while view:
            try:
                view = view[os.write(descriptor, view) :]
            except BlockingIOError:
                continue
            except OSError:  # the terminal is gone
                return

    def draw(self, canvas: Canvas) -> None:
        """Encode and write."""
        data = self.encode(canvas)
        if data:
            self.write(data)

    @staticmethod
    def copy(text: str) -> bytes:
        """The bytes that put ``text`` on the clipboard of whoever looks at the terminal."""
        return copying(text, os.environ.get("TERM", ""))

    def suspend(self) -> None:
        """Give the terminal back and stop this process group; returns when it is continued, with the screen open."""
        self.close()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)  # not the handler curses leaves behind
        os.kill(0, signal.SIGTSTP)
        self._start()
