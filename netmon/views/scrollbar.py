"""A scroll bar on the right edge: which part of a list is on screen.

In: the box of the rows, the first one shown, how many there are; out: cells of the box's last column. Nothing is drawn
when everything fits.
"""

from __future__ import annotations

from .canvas import Canvas
from .layout import Box
from .theme import Role


def scroll_bar(canvas: Canvas, box: Box, top: int, count: int) -> None:
    """A quiet track with a thumb as long as the visible part is of the whole."""
    height = box.height
    if count <= height or height < 3 or box.width < 20:
        return
    size = max(1, round(height * height / count))
    start = round((height - size) * top / max(1, count - height))
    x = box.x + box.width - 1
    for line in range(height):
        inside = start <= line < start + size
        canvas.put(x, box.y + line, "┃" if inside else "│", Role.DIM if inside else Role.RULE)
