"""A grid of cells that views paint on; knows nothing of terminals.

In: text of any origin, printed at a column and row; out: two grids, one of cell texts and one of styles (``theme``).
Rules that must never be broken: nothing is written outside the grid; a cell is one column wide, or two with an empty
cell after it; no cell ever holds a character that moves the cursor, changes direction or is not printable, because
names come from the wire and from other users' processes.
"""

from __future__ import annotations

from functools import lru_cache

from wcwidth import wcwidth

REPLACEMENT = "�"
ELLIPSIS = "…"
MAX_TEXT = 2048
"""Longer text is cut before it is looked at, so that no name costs more than this."""
MAX_MARKS = 3
"""Combining marks kept per cell."""


@lru_cache(maxsize=16384)
def cells(text: str) -> tuple[str, ...]:
    """The cells ``text`` occupies: one column each, ``""`` after a double-width one.

    Control characters, direction overrides, zero-width joiners, surrogates and unassigned code points become U+FFFD;
    variation selectors vanish, because terminals disagree about the width they leave.
    """
    result: list[str] = []
    marks = 0
    for character in text[:MAX_TEXT]:
        if not character.isprintable():
            result.append(REPLACEMENT)
            marks = 0
            continue
        width = wcwidth(character)
        if width == 1:
            result.append(character)
            marks = 0
        elif width == 2:
            result += (character, "")
            marks = 0
        elif result and marks < MAX_MARKS and not "\ufe00" <= character <= "\ufe0f":
            result[-1 if result[-1] else -2] += character
            marks += 1
    return tuple(result)


def plain(text: str) -> bool:
    """Whether every character of ``text`` is one cell of ASCII."""
    return text.isascii() and text.isprintable()


def width_of(text: str) -> int:
    """Columns ``text`` takes."""
    return len(text) if text.isascii() and text.isprintable() else len(cells(text))


@lru_cache(maxsize=16384)
def cut_end(text: str, width: int) -> str:
    """``text`` in at most ``width`` columns, the end replaced by ``…``."""
    if width <= 0:
        return ""
    if len(text) <= width and plain(text):
        return text
    parts = cells(text)
    if len(parts) <= width:
        return "".join(parts)
    return _head(parts, width - 1) + ELLIPSIS


@lru_cache(maxsize=16384)
def cut_middle(text: str, width: int) -> str:
    """``text`` in at most ``width`` columns, the middle replaced by ``…``; the end keeps the larger half."""
    if width <= 0:
        return ""
    if len(text) <= width and plain(text):
        return text
    parts = cells(text)
    if len(parts) <= width:
        return "".join(parts)
    if width < 5:
        return _head(parts, width - 1) + ELLIPSIS
    tail = width // 2
    end = parts[-tail:]
    if end[0] == "":
        end = end[1:]
    return _head(parts, width - 1 - tail) + ELLIPSIS + "".join(end)


def _head(parts: tuple[str, ...], width: int) -> str:
    if 0 < width < len(parts) and parts[width] == "":
        width -= 1
    return "".join(parts[:width])


class Canvas:
    """``texts[y][x]`` and ``styles[y][x]`` of a grid; a style is a ``Role`` plus attribute bits."""

    __slots__ = ("height", "styles", "texts", "width")

    def __init__(self, width: int, height: int) -> None:
        self.width = max(1, width)
        self.height = max(1, height)
        self.texts: list[list[str]] = [[" "] * self.width for _ in range(self.height)]
        self.styles: list[list[int]] = [[0] * self.width for _ in range(self.height)]

    def put(self, x: int, y: int, text: str, style: int = 0, limit: int = MAX_TEXT) -> int:
        """Print ``text`` at column ``x`` of row ``y``, at most ``limit`` columns of it and nothing outside the grid.

        Returns the column after what was printed.
        """
        if x < 0 or x >= self.width or y < 0 or y >= self.height or not text:
            return x
        room = min(limit, self.width - x)
        if room <= 0:
            return x
        row = self.texts[y]
        if row[x] == "":  # the second half of a wide character: it goes as a whole
            row[x - 1] = " "
            row[x] = " "
        if text.isascii() and text.isprintable():
            count = len(text)
            if count > room:
                text = text[:room]
                count = room
            end = x + count
            row[x:end] = text
        else:
            parts = cells(text)
            count = len(parts)
            if count > room:
                parts = parts[:room] if parts[room] != "" else (*parts[: room - 1], " ")
                count = room
            end = x + count
            row[x:end] = parts
        if end < self.width and row[end] == "":
            row[end] = " "
        self.styles[y][x:end] = [style] * count
        return end

    def right(self, x: int, y: int, text: str, style: int = 0) -> int:
        """Print ``text`` so that it ends before column ``x``; returns the column it begins at."""
        start = max(0, x - width_of(text))
        self.put(start, y, text, style, x - start)
        return start

    def fill(self, x: int, y: int, width: int, text: str = " ", style: int = 0) -> None:
        """Repeat the one-column ``text`` ``width`` times."""
        self.put(x, y, text * max(0, width), style)

    def add(self, x: int, y: int, width: int, bits: int) -> None:
        """Add attribute bits to ``width`` cells that are already painted."""
        if 0 <= y < self.height:
            start = max(0, x)
            end = min(self.width, x + width)
            row = self.styles[y]
            row[start:end] = [style | bits for style in row[start:end]]

    def lines(self) -> list[str]:
        """The text of every row without trailing space, for tests and plain output."""
        return ["".join(row).rstrip() for row in self.texts]
