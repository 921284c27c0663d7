"""The column chooser: where it stands, what keys and clicks do there."""

from __future__ import annotations

import pytest
import sample
from sample import Open

from netmon.views import chooser
from netmon.views.columns import CATALOGUE
from netmon.views.events import Button, KeyEvent, MouseEvent
from netmon.views.layout import divide
from netmon.views.view import View

SNAPSHOT = sample.snapshot()


def press(view: View, keys: str) -> None:
    for key in keys.split():
        view.event(KeyEvent(key), 0.0)


def _body(view: View) -> chooser.Box:
    return divide(view.state.size, SNAPSHOT).body


def test_narrow_screens_keep_the_whole_table(open_view: Open) -> None:
    """At 80x24 the columns of the table are those without the chooser, and every choice is on screen."""
    view = open_view((80, 24))
    before = [one.column.key for one in view.state.placed]
    press(view, "C")
    assert [one.column.key for one in view.state.placed] == before
    where = chooser.panel(_body(view))
    assert where.below and where.across * where.lines >= len(CATALOGUE)
    assert where.box.y - _body(view).y >= chooser.ROWS_LEFT


def test_arrows_go_across_where_choices_stand_side_by_side(open_view: Open) -> None:
    """Right is the choice on the right; in the one column of a wide screen it moves what is chosen."""
    view = open_view((80, 24))
    press(view, "C Right")
    opened = view.state.chooser
    assert opened is not None
    assert opened.cursor == chooser.step_across(_body(view)) > 1
    press(view, "Left Left")
    assert view.state.chooser is not None and view.state.chooser.cursor == 0
    wide = open_view((120, 40))
    press(wide, "C")
    first = wide.state.chooser
    press(wide, "Right")
    after = wide.state.chooser
    assert first is not None and after is not None
    assert (after.cursor, after.order[1]) == (1, first.order[0])


@pytest.mark.parametrize("size", [(40, 10), (60, 15), (80, 24), (120, 40), (30, 8), (20, 5)])
def test_the_cursor_is_always_on_screen(open_view: Open, size: tuple[int, int]) -> None:
    """Whatever is marked can be found by its place, and a click there marks the same."""
    view = open_view(size)
    press(view, "C")
    for _ in CATALOGUE:
        opened = view.state.chooser
        assert opened is not None
        spots = [
            (x, y) for y in range(size[1]) for x in range(size[0])
            if chooser.at_cell(opened, _body(view), x, y) == opened.cursor
        ]  # fmt: skip
        assert spots
        press(view, "Down")


def test_a_click_below_the_table_shows_a_column(open_view: Open) -> None:
    """The same as Space on it."""
    view = open_view((80, 24))
    press(view, "C")
    opened = view.state.chooser
    assert opened is not None
    wanted = opened.order.index("local")
    x, y = next(
        (x, y) for y in range(24) for x in range(80) if chooser.at_cell(opened, _body(view), x, y) == wanted
    )  # fmt: skip
    view.event(MouseEvent(x + 2, y, Button.LEFT), 0.0)
    after = view.state.chooser
    assert after is not None
    assert after.cursor == wanted
    assert after.shown == opened.shown ^ {"local"}
    assert ("local" in dict(view.state.columns)) is ("local" in after.shown)
