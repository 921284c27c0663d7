"""The column chooser: a panel beside the table, which shows every choice at once.

     COLUMNS
     ✓ process                  12
    ▌✓ remote                  auto
       user

In: a state whose ``chooser`` is open, and actions; out: the next state, with ``columns`` as chosen so far, and cells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from .action import Action
from .canvas import Canvas, cut_end
from .columns import BY_KEY, CATALOGUE
from .layout import Box
from .placing import Chosen, Placed, default_columns
from .scrollbar import scroll_bar
from .theme import BOLD, SELECTED, Role

WIDEST = 120
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


def act(chooser: Chooser, action: Action, placed: tuple[Placed, ...], file: bool) -> Chooser | None:
    """The chooser after an action; ``None`` when it is one of others."""
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


def at_line(chooser: Chooser, box: Box, y: int) -> int:
    """Which column stands on a line of the panel; -1 for none."""
    index = _top(chooser, box) + y - box.y - 1
    return index if box.y < y < box.y + box.height and index < len(chooser.order) else -1


def _top(chooser: Chooser, box: Box) -> int:
    lines = max(1, box.height - 1)
    return max(0, min(chooser.cursor - lines // 2, len(chooser.order) - lines))


def paint(canvas: Canvas, box: Box, chooser: Chooser, placed: tuple[Placed, ...]) -> None:
    """The panel: shown ones with their width, dim where there is no room for them now."""
    for y in range(box.y, box.y + box.height):
        canvas.put(box.x, y, "│", Role.RULE)
    x, width = box.x + 2, box.width - 4
    canvas.put(x, box.y, "Columns", Role.BRIGHT | BOLD, width)
    there = {one.column.key: one.width for one in placed}
    given = dict(chooser.widths)
    top = _top(chooser, box)
    for line, key in enumerate(chooser.order[top : top + box.height - 1]):
        y = box.y + 1 + line
        shown = key in chooser.shown
        canvas.put(x, y, "✓" if shown else " ", Role.OK if key in there else Role.DIM)
        title = BY_KEY[key].title.lower()
        canvas.put(x + 2, y, cut_end(title, width - 10), Role.TEXT if key in there else Role.DIM)
        words = "no room" if shown and key not in there else str(given[key]) if key in given and shown else ""
        canvas.right(x + width, y, words, Role.DIM)
        if top + line == chooser.cursor:
            canvas.put(box.x + 1, y, "▌", Role.ACCENT)
            canvas.add(box.x + 1, y, box.width - 2, SELECTED)
    scroll_bar(canvas, Box(box.x, box.y + 1, box.width, box.height - 1), top, len(chooser.order))
