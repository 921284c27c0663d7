"""Turns a canvas into the bytes that bring the terminal from the last frame to this one.

In: canvases; out: one string of bytes per frame, holding cursor moves, SGR sequences and the changed cells only. The
caller writes the bytes, all of them and in order; it never writes anything else in between without ``forget``.
Cost matters (design.md): rows are compared as whole lists first, and SGR strings are looked up by style number.
"""

from __future__ import annotations

from .canvas import Canvas
from .theme import Theme

NEAR = 6
"""Unchanged cells between two changes that are cheaper to repeat than a cursor move."""

_BEGIN, _END = b"\x1b[?2026h", b"\x1b[?2026l"
"""Synchronized output: a terminal that knows it shows the frame at once, others ignore it."""

_STAND_INS = {
    "…": "~", "·": ".", "•": "*", "●": "*", "○": "o", "◌": ".", "◐": "+", "▌": ">", "▐": "<", "┃": "#", "│": "|",
    "─": "-", "━": "=", "╸": "-", "└": "`", "├": "|", "▾": "v", "▴": "^", "▸": ">", "←": "<", "→": ">", "↑": "^", "↓": "v",
    "⇅": "=", "✓": "+", "✗": "x", "▲": "!", "┼": "+", "┤": "+", "┬": "+", "┴": "+", "×": "x", "–": "-", "—": "-",
    "█": "#", "▓": "%", "▒": "=", "░": ".", "▉": "#", "▊": "#", "▋": "#", "▍": "=", "▎": "-", "▏": ".",
    "�": "?", "‖": "#", "◂": "<", "►": ">",
    "▁": "_", "▂": "_", "▃": "-", "▄": "-", "▅": "=", "▆": "=", "▇": "#", "°": "o", "²": "2", "½": "h",
}  # fmt: skip
_BRAILLE_RAMP = " ..::-=+#"


def _ascii_table() -> dict[int, str]:
    table = {ord(glyph): stand_in for glyph, stand_in in _STAND_INS.items()}
    table |= {0x2800 + dots: _BRAILLE_RAMP[dots.bit_count()] for dots in range(256)}
    return table


ASCII_TABLE = _ascii_table()


def to_ascii(cell: str, wide: bool = False) -> str:
    """The ASCII stand-in of one cell; ``?`` where there is none, twice for a double-width one."""
    if cell.isascii():
        return cell
    stand_in = cell[0].translate(ASCII_TABLE)
    return stand_in if stand_in.isascii() and not wide else "??" if wide else "?"


class FrameWriter:
    """Remembers the last frame and says what to send for the next."""

    __slots__ = ("_ascii", "_cache", "_depth", "_height", "_styles", "_texts", "_theme", "_width")

    def __init__(self, theme: Theme, depth: int, ascii_only: bool = False) -> None:
        self._theme = theme
        self._depth = depth
        self._ascii = ascii_only
        self._cache: dict[int, str] = {}
        self._width = self._height = 0
        self._texts: list[list[str]] = []
        self._styles: list[list[int]] = []

    def forget(self) -> None:
        """The terminal may show anything now: the next frame is sent whole."""
        self._width = self._height = 0

    def encode(self, canvas: Canvas) -> bytes:
        """The bytes for this frame; empty when nothing changed. The canvas must not be painted on afterwards."""
        out: list[str] = []
        whole = (canvas.width, canvas.height) != (self._width, self._height)
        if whole:
            out.append("\x1b[0m\x1b[2J")
            self._texts = [[" "] * canvas.width for _ in range(canvas.height)]
            self._styles = [[0] * canvas.width for _ in range(canvas.height)]
        last = -1
        for y, texts in enumerate(canvas.texts):
            styles = canvas.styles[y]
            old_texts = self._texts[y]
            old_styles = self._styles[y]
            if texts == old_texts and styles == old_styles:
                continue
            for start, end in _changes(texts, styles, old_texts, old_styles):
                out.append(f"\x1b[{y + 1};{start + 1}H")
                last = self._run(out, texts[start:end], styles[start:end], last)
        self._texts, self._styles = canvas.texts, canvas.styles
        self._width, self._height = canvas.width, canvas.height
        if not out:
            return b""
        out.append("\x1b[0m")
        return _BEGIN + "".join(out).encode("utf-8", "replace") + _END

    def _run(self, out: list[str], texts: list[str], styles: list[int], last: int) -> int:
        """Append one stretch of cells; returns the style in force afterwards."""
        start = 0
        count = len(texts)
        while start < count:
            style = styles[start]
            end = start + 1
            while end < count and styles[end] == style:
                end += 1
            if style != last:
                sgr = self._cache.get(style)
                if sgr is None:
                    sgr = self._cache[style] = self._theme.sgr(style, self._depth)
                out.append(sgr)
                last = style
            text = "".join(texts[start:end])
            if self._ascii and not text.isascii():
                text = self._stand_ins(texts[start:end])
            out.append(text)
            start = end
        return last

    @staticmethod
    def _stand_ins(texts: list[str]) -> str:
        following = [*texts[1:], " "]
        return "".join(to_ascii(cell, after == "") for cell, after in zip(texts, following, strict=True))


def _changes(texts: list[str], styles: list[int], old_texts: list[str], old_styles: list[int]) -> list[tuple[int, int]]:
    """The stretches of a row that differ, those close together joined; never starts inside a double-width cell."""
    changed = [
        x
        for x, (text, style, old_text, old_style) in enumerate(zip(texts, styles, old_texts, old_styles, strict=True))
        if text != old_text or style != old_style
    ]
    result: list[tuple[int, int]] = []
    if not changed:
        return result
    start = changed[0]
    end = start + 1
    for x in changed:
        if x > end + NEAR:
            result.append((start, end))
            start = x
        end = x + 1
    result.append((start, end))
    width = len(texts)
    whole: list[tuple[int, int]] = []
    for start, end in result:
        first = start - 1 if start and (texts[start] == "" or old_texts[start] == "") else start
        last = end + 1 if end < width and (texts[end] == "" or old_texts[end] == "") else end
        whole.append((first, last))
    return whole
