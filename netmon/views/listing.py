"""A plain table for views other than the Overview: columns with fixed widths, rows of styled cells, scrolled.

In: columns, rows, a box and the first row wanted; out: cells. Columns that do not fit are dropped by priority.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .canvas import Canvas, cut_end, cut_middle
from .column import Span
from .layout import Box
from .state import ViewState
from .theme import SELECTED, Role


class Heading(NamedTuple):
    """A column of a listing; the one with ``grows`` takes the spare room, up to ``most``."""

    title: str
    width: int
    priority: int
    right: bool = False
    grows: int = 0
    middle: bool = False


class Slot(NamedTuple):
    """A column that fits: which, where, how wide."""

    column: int
    x: int
    width: int


def fit(headings: Sequence[Heading], width: int) -> list[Slot]:
    """The columns that fit, left to right, after one column of margin and with two between them."""
    order = sorted(range(len(headings)), key=lambda index: headings[index].priority)
    room = width - 1
    chosen: list[int] = []
    for index in order:
        need = headings[index].width + (2 if chosen else 0)
        if need > room:
            break
        chosen.append(index)
        room -= need
    if not chosen:
        return [Slot(order[0], min(1, width - 1), max(1, width - 1))]
    widths = {index: headings[index].width for index in chosen}
    for index in chosen:
        more = min(room, headings[index].grows)
        widths[index] += more
        room -= more
    slots: list[Slot] = []
    x = 1
    for index in sorted(chosen):
        slots.append(Slot(index, x, widths[index]))
        x += widths[index] + 2
    return slots


def paint_header(canvas: Canvas, box: Box, headings: Sequence[Heading], slots: Sequence[Slot]) -> None:
    """The titles, in the box's first line."""
    for column, x, width in slots:
        heading = headings[column]
        if heading.right:
            canvas.right(box.x + x + width, box.y, cut_end(heading.title, width), Role.DIM)
        else:
            canvas.put(box.x + x, box.y, cut_end(heading.title, width), Role.DIM)


def paint_row(
    canvas: Canvas, place: tuple[int, int], row: Sequence[Span], headings: Sequence[Heading], slots: Sequence[Slot]
) -> None:
    """One row at ``place`` (column of the box, line)."""
    left, y = place
    for column, x, width in slots:
        text, style = row[column]
        if headings[column].right:
            canvas.right(left + x + width, y, cut_end(text, width), style)
        else:
            cut = cut_middle if headings[column].middle else cut_end
            canvas.put(left + x, y, cut(text, width), style)


def visible(marks: Sequence[str], state: ViewState, height: int) -> tuple[int, int]:
    """The marked line and the first one shown: the one marked last, where it has moved to; when it is gone, the one in its
    place; the first when none was marked."""
    at = 0
    if state.mark:
        at = marks.index(state.mark) if state.mark in marks else min(state.spot, len(marks) - 1)
    height = max(1, height)
    top = min(max(state.scroll, at - height + 1, 0), max(0, at))
    return at, max(0, min(top, len(marks) - height))


def paint_selection(canvas: Canvas, box: Box, line: int, count: int) -> None:
    """The bar on a line of a listing in that box."""
    if count and 0 <= line < box.height - 1:
        canvas.put(box.x, box.y + 1 + line, "▌", Role.ACCENT)
        canvas.add(box.x, box.y + 1 + line, box.width - 1, SELECTED)


def quoted(text: str) -> str:
    """A text as a filter takes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
