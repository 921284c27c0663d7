"""The column chooser: a panel beside the table, which shows every choice at once.

     Columns
     ✓ process                  12
    ▌✓ remote
       user

On a narrow screen it lies below the table, in several columns, so that the table keeps the width it is chosen for.

In: a state whose ``chooser`` is open, and actions; out: the next state, with ``columns`` as chosen so far, and cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from .action import Action
from .canvas import Canvas, cut_end
from .columns import BY_KEY, CATALOGUE
from .layout import CHOOSER, SIDEBAR_FROM, Box
from .placing import Chosen, Placed, default_columns
from .scrollbar import scroll_bar
from .theme import BOLD, SELECTED, Role

WIDEST = 120
CELL = 26
"""Columns a choice takes at least where they stand in several columns."""
ROWS_LEFT = 5
"""Lines the table keeps above the panel, its header among them."""
HELP: tuple[tuple[tuple[Action, ...], str], ...] = (
    ((Action.PAUSE,), "show"), ((Action.SEEK_BACK, Action.SEEK_FORWARD), "place"), ((Action.SLOWER, Action.FASTER), "width"),
    ((Action.RESET,), "usual ones"), ((Action.CLOSE,), "done"),
)  # fmt: skip
"""What keys do while columns are chosen, for the key bar."""
_STEPS = {
    Action.UP: -1, Action.DOWN: 1, Action.PAGE_UP: -10, Action.PAGE_DOWN: 10, Action.HALF_UP: -5, Action.HALF_DOWN: 5,
    Action.FIRST: -1000, Action.LAST: 1000,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chooser:
    """All columns in the order of the panel, which are shown, and what is under the cursor."""

    order: tuple[str, ...]
    shown: frozenset[str]
    widths: tuple[tuple[str, int], ...] = ()
    """Those that were given one."""
    cursor: int = 0

    @property
    def chosen(self) -> Chosen:
        """The columns shown, in order."""
        widths = dict(self.widths)
        return tuple((key, widths.get(key, 0)) for key in self.order if key in self.shown)


def opened(columns: Chosen, file: bool) -> Chooser:
    """The chooser for what is shown now."""
    columns = columns or default_columns(file)
    first = [key for key, _ in columns if key in BY_KEY]
    rest = [column.key for column in CATALOGUE if column.key not in first]
    widths = tuple((key, width) for key, width in columns if width)
    return Chooser((*first, *rest), frozenset(first), widths)


def act(chooser: Chooser, action: Action, placed: tuple[Placed, ...], file: bool, across: int = 0) -> Chooser | None:
    """The chooser after an action; ``None`` when it is one of others. ``across`` is how far it is to the choice on the
    right, 0 = they stand in one column, and left and right move what is chosen."""
    if across and action in (Action.FOLD, Action.UNFOLD):
        goal = chooser.cursor + (across if action is Action.UNFOLD else -across)
        return replace(chooser, cursor=goal) if 0 <= goal < len(chooser.order) else chooser
    if action in _STEPS:
        return replace(chooser, cursor=max(0, min(len(chooser.order) - 1, chooser.cursor + _STEPS[action])))
    key = chooser.order[chooser.cursor]
    if action is Action.PAUSE:
        shown = chooser.shown ^ {key}
        return replace(chooser, shown=shown) if shown else chooser
    if action in (Action.SEEK_BACK, Action.FOLD, Action.SEEK_FORWARD, Action.UNFOLD):
        return _moved(chooser, -1 if action in (Action.SEEK_BACK, Action.FOLD) else 1)
    if action in (Action.FASTER, Action.SLOWER):
        now = next((one.width for one in placed if one.column.key == key), BY_KEY[key].width)
        width = max(3, min(WIDEST, now + (1 if action is Action.FASTER else -1)))
        return replace(chooser, widths=(*((k, w) for k, w in chooser.widths if k != key), (key, width)))
    if action is Action.RESET:
        return opened((), file)
    return None


def _moved(chooser: Chooser, by: int) -> Chooser:
    order = list(chooser.order)
    goal = chooser.cursor + by
    if not 0 <= goal < len(order):
        return chooser
    order[chooser.cursor], order[goal] = order[goal], order[chooser.cursor]
    return replace(chooser, order=tuple(order), cursor=goal)


class Panel(NamedTuple):
    """Where the chooser is, and in how many columns the choices stand."""

    box: Box
    across: int
    lines: int

    @property
    def below(self) -> bool:
        """Below the table, not beside it."""
        return self.box.width > CHOOSER


def panel(body: Box) -> Panel:
    """Beside the table, or below it."""
    if body.width >= SIDEBAR_FROM or body.width <= CHOOSER:
        width = min(body.width, CHOOSER)
        return Panel(Box(body.x + body.width - width, body.y, width, body.height), 1, max(1, body.height - 1))
    across = max(1, body.width // CELL)
    lines = max(1, min(-(-len(CATALOGUE) // across), body.height - ROWS_LEFT - 1))
    height = min(body.height, lines + 1)
    return Panel(Box(body.x, body.y + body.height - height, body.width, height), across, lines)


def step_across(body: Box) -> int:
    """From a choice to the one on its right; 0 where there is one column."""
    found = panel(body)
    return found.lines if found.across > 1 else 0


def _cells(chooser: Chooser, where: Panel) -> Iterator[tuple[int, Box]]:
    """The choices on screen, each with its place."""
    box, across, lines = where
    width = box.width // across
    if across == 1:
        first = max(0, min(chooser.cursor - lines // 2, len(chooser.order) - lines))
    else:
        first = max(0, chooser.cursor // lines - across + 1) * lines
    for index in range(first, min(len(chooser.order), first + across * lines)):
        column, line = divmod(index - first, lines)
        yield index, Box(box.x + column * width, box.y + 1 + line, width, 1)


def at_cell(chooser: Chooser, body: Box, x: int, y: int) -> int:
    """Which column is offered at a spot; -1 for none."""
    for index, cell in _cells(chooser, panel(body)):
        if cell.y == y and cell.x <= x < cell.x + cell.width:
            return index
    return -1


def paint(canvas: Canvas, body: Box, chooser: Chooser, placed: tuple[Placed, ...]) -> None:
    """The panel: shown ones with their width, dim where there is no room for them now."""
    where = panel(body)
    box = where.box
    for y in range(box.y, box.y + box.height):
        canvas.fill(box.x, y, box.width)
        if not where.below:
            canvas.put(box.x, y, "│", Role.RULE)
    if where.below:
        canvas.put(box.x, box.y, "─" * box.width, Role.RULE)
    canvas.put(box.x + 1 + (not where.below), box.y, " Columns "[not where.below :], Role.BRIGHT | BOLD, box.width - 2)
    there = {one.column.key for one in placed}
    first = 0
    for number, (index, cell) in enumerate(_cells(chooser, where)):
        first = first if number else index
        _paint_choice(canvas, cell, chooser, index, there)
    if where.across == 1:
        scroll_bar(canvas, Box(box.x, box.y + 1, box.width, box.height - 1), first, len(chooser.order))


def _paint_choice(canvas: Canvas, cell: Box, chooser: Chooser, index: int, there: set[str]) -> None:
    key = chooser.order[index]
    x, y, width = cell.x + 2, cell.y, cell.width - 4
    shown = key in chooser.shown
    given = dict(chooser.widths)
    canvas.put(x, y, "✓" if shown else " ", Role.OK if key in there else Role.DIM)
    words = "no room" if shown and key not in there else str(given[key]) if key in given and shown else ""
    title = cut_end(BY_KEY[key].title.lower(), width - 3 - len(words))
    canvas.put(x + 2, y, title, Role.TEXT if key in there else Role.DIM)
    canvas.right(x + width, y, words, Role.DIM)
    if index == chooser.cursor:
        canvas.put(cell.x + 1, y, "▌", Role.ACCENT)
        canvas.add(cell.x + 1, y, cell.width - 2, SELECTED)
