"""Help, generated from the key map: every key, what it does, by section.

In: key map, state, box; out: cells, scrolled by ``state.scroll``.
"""

from __future__ import annotations

from .canvas import Canvas, cut_end, width_of
from .keymap import Binding, KeyMap
from .layout import Box
from .state import ViewState
from .theme import BOLD, Role

_FILTER_HELP: tuple[tuple[str, str], ...] = (
    ("text text", "both, anywhere in the row"),
    ("port:443 dport:8000-9000", "ports"),
    ("src:10.0.0.0/8 host:example", "addresses and names"),
    ("process:curl user:alice pid:1", "who owns it"),
    ("app:tls state:established", "what it is"),
    ("rate>10k bytes>1M rtt>100ms", "measures with units"),
    ("a OR b   NOT a   (a b)", "combined"),
    ("/regex/", "regular expression"),
)

Block = tuple[str, list[tuple[str, str]]]


def blocks(keymap: KeyMap) -> list[Block]:
    """Title and lines of each section."""
    sections: dict[str, list[Binding]] = {}
    for binding in keymap.bindings:
        sections.setdefault(binding.section, []).append(binding)
    result: list[Block] = [
        (title, [("  ".join(binding.keys), binding.help) for binding in bindings]) for title, bindings in sections.items()
    ]
    result.append(("Filter (/)", list(_FILTER_HELP)))
    result.append(
        ("Mouse", [("click", "select; title: sort; tab: open; value: copy"), ("double click", "details"), ("wheel", "move")])
    )
    return result


def paint(canvas: Canvas, box: Box, state: ViewState, keymap: KeyMap) -> None:
    """As many columns of blocks as fit, blocks kept whole."""
    columns, goal, heights = _shape(box, keymap)
    width = box.width // columns
    everything = blocks(keymap)
    x, y, column = box.x, 0, 0
    top = min(state.scroll, lowest(box, keymap))
    for (title, lines), height in zip(everything, heights, strict=True):
        if y and y + height / 2 > goal and column < columns - 1:
            column += 1
            x, y = box.x + column * width, 0
        _block(canvas, box, (x, box.y + y - top, width), title, lines)
        y += height


def _shape(box: Box, keymap: KeyMap) -> tuple[int, int, list[int]]:
    """How many columns, how high they should be, and the height of each block."""
    columns = max(1, min(3, box.width // 58))
    heights = [len(lines) + 2 for _, lines in blocks(keymap)]
    return columns, -(-sum(heights) // columns), heights


def lowest(box: Box, keymap: KeyMap) -> int:
    """The largest useful scroll: the last line of the highest column stands at the bottom."""
    columns, goal, heights = _shape(box, keymap)
    y = column = tallest = 0
    for height in heights:
        if y and y + height / 2 > goal and column < columns - 1:
            column += 1
            y = 0
        y += height
        tallest = max(tallest, y - 1)
    return max(0, tallest - box.height)


def _block(canvas: Canvas, box: Box, at: tuple[int, int, int], title: str, lines: list[tuple[str, str]]) -> None:
    x, y, width = at
    keys = min(width // 2, max(14, *(width_of(key) + 2 for key, _ in lines)))
    if box.y <= y < box.y + box.height:
        canvas.put(x + 1, y, title, Role.BRIGHT | BOLD, width - 1)
    for offset, (key, text) in enumerate(lines, 1):
        line = y + offset
        if box.y <= line < box.y + box.height:
            canvas.put(x + 1, line, cut_end(key, keys - 1), Role.ACCENT)
            canvas.put(x + 1 + keys, line, cut_end(text, width - keys - 3), Role.TEXT)
