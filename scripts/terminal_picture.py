"""Pictures of a terminal: runs a program on a pseudo-terminal, reads its bytes with pyte, draws the cells with Pillow.

Text is set in DejaVu Sans Mono; lines, blocks and braille, which it lacks or leaves gaps in, are drawn here.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import pyte
from PIL import Image, ImageDraw, ImageFont

FONTS = Path("/usr/share/fonts/truetype/dejavu")
DARK = {"default": "#d0d0d0", "back": "#101216"}
LIGHT = {"default": "#303030", "back": "#fbfbf8"}
NAMED = {
    "black": "#2e3436", "red": "#cc4b4b", "green": "#6fa944", "brown": "#c4a000", "blue": "#4a7fc0", "magenta": "#8d68a0",
    "cyan": "#30a0a8", "white": "#d3d7cf", "brightblack": "#7a7c78", "brightred": "#ef5959", "brightgreen": "#8ae234",
    "brightbrown": "#fce94f", "brightyellow": "#fce94f", "brightblue": "#729fcf", "brightmagenta": "#ad7fa8",
    "brightcyan": "#34e2e2", "brightwhite": "#ffffff",
}  # fmt: skip
KEYS = {
    "Enter": b"\r", "Esc": b"\x1b", "Tab": b"\t", "S-Tab": b"\x1b[Z", "Space": b" ", "Up": b"\x1bOA", "Down": b"\x1bOB",
    "Right": b"\x1bOC", "Left": b"\x1bOD", "PgUp": b"\x1b[5~", "PgDn": b"\x1b[6~", "Home": b"\x1bOH", "End": b"\x1bOF",
}  # fmt: skip
PADDING = 10
"""Pixels around the screen."""

Box = tuple[int, int, int, int]
"""Left, top, width, height."""


def braille(draw: ImageDraw.ImageDraw, code: int, box: Box, colour: str) -> None:
    """The dots of one braille cell."""
    x, y, width, height = box
    radius = width * 0.17
    for bit, (column, row) in enumerate(((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))):
        if code & (1 << bit):
            cx, cy = x + width * (1 + 2 * column) / 4, y + height * (1 + 2 * row) / 8
            draw.ellipse((cx - radius, cy - radius, cx + radius, cy + radius), fill=colour)


def glyph(draw: ImageDraw.ImageDraw, text: str, box: Box, colour: str, font: ImageFont.FreeTypeFont) -> None:
    """One cell."""
    x, y, width, height = box
    code = ord(text[0])
    middle = y + height // 2
    if 0x2800 <= code < 0x2900:
        braille(draw, code - 0x2800, box, colour)
    elif 0x2581 <= code <= 0x2588:
        draw.rectangle((x, y + height * (0x2588 - code) / 8, x + width - 1, y + height - 1), fill=colour)
    elif 0x2589 <= code <= 0x258F:
        draw.rectangle((x, y, x + max(1, width * (0x2590 - code) / 8) - 1, y + height - 1), fill=colour)
    elif text[0] in "─━╸╺":
        thick = 1 if text[0] == "─" else 3
        left, right = (x + width // 2 if text[0] == "╺" else x), (x + width // 2 if text[0] == "╸" else x + width) - 1
        draw.rectangle((left, middle - thick // 2, right, middle - thick // 2 + thick - 1), fill=colour)
    elif text[0] in "│┃":
        thick = 1 if text[0] == "│" else 2
        draw.rectangle((x + width // 2, y, x + width // 2 + thick - 1, y + height - 1), fill=colour)
    else:
        draw.text((x, y + 1), text, font=font, fill=colour)


@lru_cache(maxsize=8)
def _font(name: str, points: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / name), points)


def picture(screen: pyte.Screen, light: bool, points: int, palette: dict[str, str] | None = None) -> Image.Image:
    """The whole screen; ``palette`` gives other ``default`` and ``back`` colours."""
    base = palette or (LIGHT if light else DARK)
    regular, bold = _font("DejaVuSansMono.ttf", points), _font("DejaVuSansMono-Bold.ttf", points)
    width, height = round(regular.getlength("M")), points + 4
    size = (screen.columns * width + 2 * PADDING, screen.lines * height + 2 * PADDING)
    image = Image.new("RGB", size, base["back"])
    draw = ImageDraw.Draw(image)

    def colour(name: str, default: str) -> str:
        return default if name == "default" else NAMED.get(name) or f"#{name}"

    for y in range(screen.lines):
        for x in range(screen.columns):
            cell = screen.buffer[y][x]
            front, back = colour(cell.fg, base["default"]), colour(cell.bg, base["back"])
            if cell.reverse:
                front, back = back, front
            box = (PADDING + x * width, PADDING + y * height, width, height)
            if back != base["back"]:
                draw.rectangle((box[0], box[1], box[0] + width - 1, box[1] + height - 1), fill=back)
            if cell.data.strip():
                glyph(draw, cell.data, box, front, bold if cell.bold else regular)
            if cell.underscore:
                draw.line((box[0], box[1] + height - 2, box[0] + width - 1, box[1] + height - 2), fill=front)
    return image


class Program:
    """A program on a pseudo-terminal of its own, driven by keys and read back."""

    def __init__(self, command: Sequence[str], size: tuple[int, int], environment: dict[str, str] | None = None) -> None:
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self._master, slave = pty.openpty()
        self.received = 0
        """Bytes the program has written."""
        self.ended = False
        self._set_size(size)
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            env=os.environ | {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"} | (environment or {}),
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        os.close(slave)

    def _set_size(self, size: tuple[int, int]) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))

    def resize(self, size: tuple[int, int]) -> None:
        """Give the terminal another size; the program is told by its signal."""
        self._set_size(size)
        self.screen.resize(size[1], size[0])
        self.pump(0.8)

    def pump(self, seconds: float) -> None:
        """Take in what is written for so long, and then to the end of the frame."""
        end = time.monotonic() + seconds
        quiet = False
        while (time.monotonic() < end or not quiet) and not self.ended:
            quiet = not self.take(0.05)

    def take(self, patience: float) -> bool:
        """Take in one piece of what is written; whether there was one in so many seconds."""
        if self.ended or not select.select([self._master], [], [], patience)[0]:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:
            data = b""
        self.ended = not data
        self.received += len(data)
        self._stream.feed(data)
        return True

    def type(self, keys: str) -> None:
        """Press keys by name, blanks between them, and wait for nothing."""
        for key in keys.split():
            os.write(self._master, KEYS.get(key, key.encode()))

    def press(self, keys: str, wait: float = 0.4) -> None:
        """Keys by name, blanks between them."""
        for key in keys.split():
            self.type(key)
            self.pump(wait)

    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(self.screen.display)

    def close(self) -> None:
        """End the program."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self._master)
