"""How the screen is divided, as a function of its size and of what has to be shown.

Two lines of title and tabs, the body, and two lines of rule and key bar; a capture problem takes one more line above
the rule. On very low screens the rule and then the underline of the tabs go first.
"""

from __future__ import annotations

from typing import NamedTuple

from netmon.model.snapshot import Snapshot

SIDEBAR_FROM = 110
"""Columns from which the System sidebar is shown without being asked for."""
SIDEBAR = 26
"""Columns of the sidebar with its rule."""
CHOOSER = 32
"""Columns of the column chooser, which stands in its place."""


class Box(NamedTuple):
    """A part of the screen."""

    x: int
    y: int
    width: int
    height: int


class Layout(NamedTuple):
    """Where the parts are; a row of -1 is not shown."""

    title: int
    underline: int
    body: Box
    playback: int
    problem: int
    rule: int
    keys: int


def divide(size: tuple[int, int], snapshot: Snapshot) -> Layout:
    """The parts of a screen of that size."""
    width, height = size
    top = 1
    underline = -1
    if height >= 12:
        underline = top
        top += 1
    bottom = height - 1
    keys = bottom if height >= 3 else -1
    if keys < 0:
        bottom = height
    rule = -1
    if height >= 10:
        bottom -= 1
        rule = bottom
    problem = playback = -1
    if snapshot.status.capture.problem and bottom - top >= 2:
        bottom -= 1
        problem = bottom
    if snapshot.status.playback is not None and bottom - top >= 3:
        bottom -= 1
        playback = bottom
    return Layout(0, underline, Box(0, top, width, max(0, bottom - top)), playback, problem, rule, keys)


def table_width(size: tuple[int, int], sidebar: int) -> int:
    """Columns of the connection table beside a sidebar of so many columns, 0 = none; one more is the scroll bar's."""
    return size[0] - sidebar - 1 if sidebar and size[0] >= sidebar + 20 else max(1, size[0] - 1)


def table_lines(size: tuple[int, int], snapshot: Snapshot) -> int:
    """Rows of the connection table, without its header."""
    return max(1, divide(size, snapshot).body.height - 1)
