"""The shells of stream inspectors: cutting, bounds, gaps."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.errors import ParseError
from netmon.protocols._contract import Context, Status
from netmon.protocols._cursor import Cursor
from netmon.protocols._frames import FrameShell
from netmon.protocols._lines import LineShell

CONTEXT = Context("tcp", 1, 2)


class Lines(LineShell):
    """Remembers; a line ``{n}`` announces n raw bytes."""

    label, limit = "Lines", 16

    def __init__(self) -> None:
        super().__init__(CONTEXT)
        self.seen: list[bytes] = []
        self.raw_left = 0

    def raw(self, side: int) -> int:
        return self.raw_left

    def passed(self, side: int, count: int, data: bytes = b"") -> None:
        self.raw_left -= count

    def line(self, side: int, text: bytes) -> Status:
        self.seen.append(text)
        if text.startswith(b"{"):
            self.raw_left = int(text[1:-1])
        return Status.SWITCH if text == b"switch" else Status.MORE


class Frames(FrameShell):
    """One length byte that counts itself; 0x80 asks for a second one; zero is an error."""

    label, header, limit = "Frames", 1, 8

    def __init__(self) -> None:
        super().__init__(CONTEXT)
        self.seen: list[bytes] = []

    def length(self, side: int, head: bytes) -> int:
        if not head[0]:
            raise ParseError("zero")
        if head[0] == 0x80:
            return head[1] if len(head) > 1 else 0
        return head[0]

    def frame(self, side: int, message: Cursor) -> Status:
        self.seen.append(message.rest())
        return Status.MORE


def cut(data: bytes, sizes: list[int]) -> list[bytes]:
    """Pieces of these sizes, then the rest."""
    pieces = []
    for size in sizes:
        pieces.append(data[:size])
        data = data[size:]
    return [piece for piece in (*pieces, data) if piece]


@settings(deadline=None, max_examples=100)
@given(st.lists(st.integers(1, 9), max_size=30))
def test_every_cutting_gives_the_same_lines(sizes: list[int]) -> None:
    """Long lines are cut at the limit, raw bytes are no lines."""
    lines = Lines()
    for piece in cut(b"one\r\ntwo\n" + b"x" * 40 + b"\r\n{8}\r\na\nb\nc\nd\nlast\n", sizes):
        lines.feed(0, piece, 0)
    assert lines.seen == [b"one", b"two", b"x" * 16, b"{8}", b"last"]


@settings(deadline=None, max_examples=100)
@given(st.lists(st.integers(1, 9), max_size=30))
def test_every_cutting_gives_the_same_frames(sizes: list[int]) -> None:
    """Headers of variable size, a frame that is all header, one that is cut at the limit."""
    frames = Frames()
    for piece in cut(b"\x03ab\x01\x80\x04cd\x14" + b"x" * 19 + b"\x02z", sizes):
        frames.feed(0, piece, 0)
    assert frames.seen == [b"\x03ab", b"\x01", b"\x80\x04cd", b"\x14" + b"x" * 7, b"\x02z"]


def test_lines_after_a_gap() -> None:
    """The fragment behind the gap is dropped; a gap inside raw bytes costs nothing."""
    lines = Lines()
    lines.feed(0, b"one\ntw", 0)
    lines.gap(0, 3)
    lines.feed(0, b"agment\nthree\n{6}\nab", 0)
    lines.gap(0, 4)
    lines.feed(0, b"four\n", 0)
    assert lines.seen == [b"one", b"three", b"{6}", b"four"]


def test_frames_after_a_gap() -> None:
    """Inside a frame it costs that frame, beyond it the direction, both directions the rest."""
    frames = Frames()
    frames.feed(0, b"\x05ab", 0)
    assert frames.gap(0, 2) is Status.MORE
    frames.feed(0, b"\x02c", 0)
    assert frames.seen == [b"\x02c"]
    assert frames.gap(0, 1) is Status.MORE
    frames.feed(0, b"\x02d", 0)
    assert frames.seen == [b"\x02c"]
    assert frames.gap(1, 1) is Status.DONE


def test_errors() -> None:
    """In the first frame it is another protocol, later that direction is deaf."""
    frames = Frames()
    frames.feed(0, b"\x02a\x00\x02b", 0)
    assert frames.seen == [b"\x02a"]
    try:
        Frames().feed(0, b"\x00", 0)
    except ParseError:
        return
    raise AssertionError("an error in the first frame must come out")


def test_rest_after_a_switch() -> None:
    """Bytes behind the line that switched belong to what follows."""
    lines = Lines()
    assert lines.feed(1, b"switch\nTLS", 0) is Status.SWITCH
    assert lines.switch().server_rest == b"TLS"


def test_one_byte_segments_cost_linear_time() -> None:
    """Half a million one-byte pieces of one endless line keep nothing but the limit."""
    lines = Lines()
    for _ in range(20_000):
        lines.feed(0, b"x", 0)
    assert len(lines._lines[0]) == 16
