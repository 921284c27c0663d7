"""What a terminal of 16, of 8 and of no colours shows: the writer's bytes read back, against golden files.

``NETMON_REFRESH_GOLDEN=1`` writes them anew; look at the difference before committing it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pyte
import pytest
import sample
from sample import Open

from netmon.views.events import KeyEvent
from netmon.views.theme import THEMES
from netmon.views.writer import FrameWriter

GOLDEN = Path(__file__).parent / "golden" / "depth"
SIZE = (80, 24)
VIEWS = {"overview": "j", "details": "Enter", "activity": "3", "graph": "4", "hosts": "5", "help": "?"}
DEPTHS = {"16": ("muted", 16), "16-light": ("muted-light", 16), "8": ("muted", 8), "none": ("muted", 0)}
LETTERS = {
    "default": ".", "black": "k", "red": "r", "green": "g", "brown": "y", "blue": "b", "magenta": "m", "cyan": "c",
    "white": "w", "brightblack": "D", "brightred": "R", "brightgreen": "G", "brightbrown": "Y", "brightyellow": "Y",
    "brightblue": "B", "brightmagenta": "M", "brightcyan": "C", "brightwhite": "W",
}  # fmt: skip


def seen(screen: pyte.Screen) -> str:
    """Each line, then its colours as letters where anything is (capitals are the bright ones), then bold (*), underlined
    (_) and reversed (#) cells."""
    lines: list[str] = []
    for y, text in enumerate(screen.display):
        cells = [screen.buffer[y][x] for x in range(screen.columns)]
        marks = "".join("#" if one.reverse else "*" if one.bold else "_" if one.underscore else " " for one in cells)
        colours = "".join(LETTERS[one.fg] if one.data.strip() else " " for one in cells)
        lines += [line.rstrip() for line in (text, colours, marks)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("name", VIEWS)
def test_golden(open_view: Open, name: str, depth: str) -> None:
    """Every view looks as it was last approved; no colour is beyond what the terminal has."""
    theme, colours = DEPTHS[depth]
    view = open_view(SIZE, sample.snapshot())
    for key in VIEWS[name].split():
        view.event(KeyEvent(key), 0.0)
    screen = pyte.Screen(*SIZE)
    pyte.ByteStream(screen).feed(FrameWriter(THEMES[theme], colours).encode(view.frame()))
    text = seen(screen)
    path = GOLDEN / f"{name}-{depth}.txt"
    if os.environ.get("NETMON_REFRESH_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
    used = {screen.buffer[y][x].fg for y in range(SIZE[1]) for x in range(SIZE[0])}
    assert len(used) <= max(1, colours)
