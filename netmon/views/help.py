"""Help, generated from the key map: every key, what it does, by section.

In: key map, state, box; out: cells, scrolled by ``state.scroll``. What does something in the view that is open comes first;
the rest follows dimmed, with where it does.
"""

from __future__ import annotations

from .action import Action
from .canvas import Canvas, cut_end, width_of
from .keymap import FILE, TABLE, Binding, KeyMap
from .layout import Box
from .scrollbar import scroll_bar
from .state import Tab, ViewState
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

LINE_HELP: tuple[tuple[str, str], ...] = (
    ("Tab S-Tab", "complete; again: the next one"),
    ("Up Down PgUp PgDn", "move in the table"),
    ("Ctrl+P Ctrl+N", "filters typed before"),
    ("Left Right Home End", "in the line (Ctrl+A Ctrl+E)"),
    ("Ctrl+W Ctrl+U Ctrl+K", "delete word, before, after"),
    ("Enter", "keep the filter"),
    ("Esc", "clear it"),
)
MOUSE_HELP: tuple[tuple[str, str], ...] = (
    ("click", "select; title: sort; tab: open; value: copy"), ("double click", "details"), ("wheel", "move"),
)  # fmt: skip
Block = tuple[str, list[tuple[str, str]], bool]
"""Title, lines, and whether it counts where the person is."""


def blocks(keymap: KeyMap, state: ViewState) -> list[Block]:
    """The sections, those that count in the open view first."""
    sections: dict[str, list[Binding]] = {}
    for binding in keymap.bindings:
        sections.setdefault(binding.section, []).append(binding)
    overview = state.tab is Tab.OVERVIEW
    elsewhere = {} if overview else {TABLE: "Overview"}
    if not state.file:
        elsewhere[FILE] = "with -r"
    result: list[Block] = []
    for title, bindings in sections.items():
        lines = [("  ".join(binding.keys), binding.help) for binding in bindings if binding.keys]
        words = f"{title} ({elsewhere[title]})" if title in elsewhere else title
        result.append((words, lines, title not in elsewhere))
    key = " ".join(keymap.keys_of(Action.FILTER)[:1])
    result.append((f"Filter ({key})", list(_FILTER_HELP), True))
    result.append((f"Typing a filter ({key})", list(LINE_HELP), True))
    result.append(("Mouse", list(MOUSE_HELP), True))
    return sorted(result, key=lambda block: not block[2])


def paint(canvas: Canvas, box: Box, state: ViewState, keymap: KeyMap) -> None:
    """As many columns of blocks as fit, blocks kept whole."""
    everything = blocks(keymap, state)
    columns, goal, heights = _shape(box, everything)
    width = box.width // columns
    x, y, column = box.x, 0, 0
    last = lowest(box, keymap, state)
    top = min(state.scroll, last)
    scroll_bar(canvas, box, top, last + box.height)
    for block, height in zip(everything, heights, strict=True):
        if y and y + height / 2 > goal and column < columns - 1:
            column += 1
            x, y = box.x + column * width, 0
        _block(canvas, box, (x, box.y + y - top, width), block)
        y += height


def _shape(box: Box, everything: list[Block]) -> tuple[int, int, list[int]]:
    """How many columns, how high they should be, and the height of each block."""
    columns = max(1, min(3, box.width // 58))
    heights = [len(lines) + 2 for _, lines, _ in everything]
    return columns, -(-sum(heights) // columns), heights


def lowest(box: Box, keymap: KeyMap, state: ViewState) -> int:
    """The largest useful scroll: the last line of the highest column stands at the bottom."""
    columns, goal, heights = _shape(box, blocks(keymap, state))
    y = column = tallest = 0
    for height in heights:
        if y and y + height / 2 > goal and column < columns - 1:
            column += 1
            y = 0
        y += height
        tallest = max(tallest, y - 1)
    return max(0, tallest - box.height)


def _block(canvas: Canvas, box: Box, at: tuple[int, int, int], block: Block) -> None:
    x, y, width = at
    title, lines, counts = block
    keys = min(width // 2, max(14, *(width_of(key) + 2 for key, _ in lines)))
    if box.y <= y < box.y + box.height:
        canvas.put(x + 1, y, title, Role.BRIGHT | BOLD if counts else Role.DIM, width - 1)
    for offset, (key, text) in enumerate(lines, 1):
        line = y + offset
        if box.y <= line < box.y + box.height:
            canvas.put(x + 1, line, cut_end(key, keys - 1), Role.ACCENT if counts else Role.DIM)
            canvas.put(x + 1 + keys, line, cut_end(text, width - keys - 3), Role.TEXT if counts else Role.DIM)
