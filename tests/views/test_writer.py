"""Frames: what is sent makes a terminal show the canvas, and no more is sent than changed."""

from __future__ import annotations

import pyte
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.views.canvas import Canvas
from netmon.views.theme import BOLD, SELECTED, Role, choose_theme
from netmon.views.writer import FrameWriter, to_ascii

MUTED = choose_theme("muted")
PRINTED = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 5), st.text(st.sampled_from("ab ●日…⣿é"), max_size=12), st.integers(0, 9)),
    max_size=8,
)


def painted(calls: list[tuple[int, int, str, int]]) -> Canvas:
    canvas = Canvas(30, 6)
    for x, y, text, style in calls:
        canvas.put(x, y, text, style)
    return canvas


@settings(deadline=None, max_examples=200)
@given(st.lists(PRINTED, min_size=1, max_size=4))
def test_a_terminal_shows_every_frame(frames: list[list[tuple[int, int, str, int]]]) -> None:
    """After each frame's bytes the terminal shows that frame, whatever was there before."""
    screen = pyte.Screen(30, 6)
    stream = pyte.ByteStream(screen)
    writer = FrameWriter(MUTED, 256)
    for calls in frames:
        canvas = painted(calls)
        stream.feed(writer.encode(canvas))
        shown = [[screen.buffer[y][x].data for x in range(30)] for y in range(6)]
        assert shown == canvas.texts


def test_nothing_changed_nothing_sent() -> None:
    """The same picture again costs no bytes."""
    writer = FrameWriter(MUTED, 256)
    writer.encode(painted([(1, 1, "netmon", 3)]))
    assert writer.encode(painted([(1, 1, "netmon", 3)])) == b""


def test_only_changed_cells_are_sent() -> None:
    """One digit costs one move, one colour, one character, between the marks of a synchronized frame."""
    writer = FrameWriter(MUTED, 256)
    writer.encode(painted([(1, 1, "speed 12K", 0)]))
    sent = writer.encode(painted([(1, 1, "speed 13K", 0)]))
    assert sent == b"\x1b[?2026h\x1b[2;9H\x1b[0;38;5;252m3\x1b[0m\x1b[?2026l"


def test_forget_sends_everything_again() -> None:
    """After the terminal was used by others the frame is whole."""
    writer = FrameWriter(MUTED, 256)
    first = writer.encode(painted([(1, 1, "netmon", 3)]))
    writer.forget()
    assert writer.encode(painted([(1, 1, "netmon", 3)])) == first


def test_without_colour_no_colour_codes() -> None:
    """Depth 0 sends bold, underline and reverse only."""
    canvas = Canvas(20, 1)
    for role in Role:
        canvas.put(role, 0, "x", role | BOLD | SELECTED)
    data = FrameWriter(MUTED, 0).encode(canvas)
    assert b"38" not in data
    assert b"\x1b[3" not in data
    assert b"\x1b[9" not in data
    assert b";7" in data


def test_ascii_stand_ins_keep_the_width() -> None:
    """Every glyph becomes one ASCII character per column."""
    canvas = Canvas(20, 1)
    canvas.put(0, 0, "●…⣿日é━")
    data = FrameWriter(MUTED, 256, ascii_only=True).encode(canvas)
    assert data.isascii()
    assert b"*~#???=" in data


def test_every_glyph_of_the_views_has_a_stand_in() -> None:
    """No glyph the views draw themselves ends as a question mark."""
    for glyph in "…·•●○◌◐▌│─━╸└▾▸←→↑↓✓▲┼┤×█▓▒░‖►⣀⣿":
        assert to_ascii(glyph) != "?"
        assert to_ascii(glyph).isascii()
