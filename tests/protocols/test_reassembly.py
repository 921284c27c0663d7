"""TCP reassembly: the same stream comes out however it was cut, repeated and shuffled; memory is bounded."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.protocols._reassembly import MAXIMUM_BYTES, MAXIMUM_SEGMENTS, PATIENCE_NS, Piece, Stream


def joined(pieces: list[Piece]) -> bytes:
    """Bytes with ``_`` for each missing one."""
    return b"".join(b"_" * piece if isinstance(piece, int) else piece for piece in pieces)


def test_in_order_is_handed_on_as_it_is() -> None:
    """A segment in order comes out as the same object."""
    stream = Stream()
    data = b"hello"
    pieces = stream.push(0, data, 5, 0)
    assert len(pieces) == 1
    assert pieces[0] is data
    assert stream.push(0, data, 5, 0) == []


def test_first_copy_wins() -> None:
    """Of overlapping copies the first seen is kept, in order and out of order."""
    stream = Stream()
    assert joined(stream.push(0, b"abc", 3, 0)) == b"abc"
    assert joined(stream.push(1, b"XXde", 4, 0)) == b"de"
    assert stream.push(8, b"ij", 2, 0) == []
    assert stream.push(6, b"GHIJKL", 6, 0) == []
    assert joined(stream.push(5, b"f", 1, 0)) == b"fGHijKL"


def test_snap_length_leaves_a_gap() -> None:
    """What the snap length cut off is missing, at once and exactly."""
    stream = Stream()
    assert stream.push(0, b"abc", 10, 0) == [b"abc", 7]
    assert stream.push(10, b"", 5, 0) == [5]
    assert stream.push(15, b"x", 1, 0) == [b"x"]


def test_cut_segment_before_a_held_one() -> None:
    """A segment without captured bytes closes the hole before a held one by saying it is missing."""
    stream = Stream()
    stream.push(4, b"efg", 3, 0)
    assert joined(stream.push(0, b"", 6, 0)) == b"____efg"


def test_negative_offsets() -> None:
    """Bytes before the first ones of a stream joined mid-way are ignored."""
    stream = Stream()
    assert stream.push(-5, b"abcde", 5, 0) == []
    assert stream.push(-2, b"xyZ", 3, 0) == [b"Z"]


def test_holes_are_given_up_by_size_number_and_age() -> None:
    """More than the bounds never wait: the hole is given up and said to be missing."""
    by_size = Stream()
    pieces: list[Piece] = []
    for start in range(10, 10 + 2 * MAXIMUM_BYTES, 1000):
        pieces += by_size.push(start, b"x" * 1000, 1000, 0)
        assert by_size.waiting <= MAXIMUM_BYTES
    assert pieces[0] == 10
    by_number = Stream()
    for start in range(2, 4 * MAXIMUM_SEGMENTS, 2):
        by_number.push(start, b"x", 1, 0)
        assert by_number.waiting <= MAXIMUM_SEGMENTS
    by_age = Stream()
    assert by_age.push(5, b"late", 4, 0) == []
    assert by_age.push(9, b"r", 1, PATIENCE_NS + 1) == [5, b"later"]


def test_flush_gives_everything() -> None:
    """At the end whatever is held comes out, with its holes."""
    stream = Stream()
    stream.push(2, b"c", 1, 0)
    stream.push(5, b"f", 1, 0)
    assert joined(stream.flush()) == b"__c__f"
    assert stream.waiting == 0


STREAM = bytes(index % 251 for index in range(300))


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_any_order_gives_the_same_stream(data: st.DataObject) -> None:
    """Cut anywhere, overlapping, repeated, in any order: exactly the stream, once."""
    cuts = sorted(data.draw(st.sets(st.integers(1, len(STREAM) - 1), max_size=30)))
    bounds = list(zip([0, *cuts], [*cuts, len(STREAM)], strict=True))
    segments = [(start, STREAM[start : min(len(STREAM), stop + data.draw(st.integers(0, 9)))]) for start, stop in bounds]
    repeated = data.draw(st.lists(st.sampled_from(segments), max_size=10))
    stream = Stream()
    pieces: list[Piece] = []
    for start, part in data.draw(st.permutations(segments + repeated)):
        pieces += stream.push(start, part, len(part), 0)
    assert joined(pieces) == STREAM
    assert stream.waiting == 0


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(st.integers(-50, 400), st.binary(max_size=40), st.integers(0, 20), st.integers(0, 10**10))))
def test_hostile_segments(segments: list[tuple[int, bytes, int, int]]) -> None:
    """Nonsense never breaks the account: what came out is exactly as long as the position says."""
    stream = Stream()
    size = 0
    for offset, part, cut, now_ns in segments:
        for piece in stream.push(offset, part, len(part) + cut, now_ns):
            length = piece if isinstance(piece, int) else len(piece)
            assert length > 0
            size += length
        assert size == stream.expected
    for piece in stream.flush():
        size += piece if isinstance(piece, int) else len(piece)
    assert size == stream.expected
    assert stream.waiting == 0


@given(st.binary(min_size=1, max_size=60), st.integers(0, 60), st.randoms(use_true_random=False))
def test_stepping_over(data: bytes, count: int, source: random.Random) -> None:
    """Whatever is held, repeated or late: what is behind the bytes stepped over comes out, in order and once."""
    stream = Stream(5)
    count = min(count, len(data))
    segments = [(at, data[at : at + source.randrange(1, 20)]) for at in range(len(data))]
    source.shuffle(segments)
    pieces: list[Piece] = []
    when = source.randrange(len(segments))
    stepped = -1
    for number, (at, segment) in enumerate(segments):
        if number == when:
            stepped = stream.expected - 5
            pieces += stream.step_over(count)
        pieces += stream.push(5 + at, segment, len(segment), 0)
    wanted = data[:stepped] + data[stepped + count :]
    assert joined(pieces) == wanted
    assert (stream.waiting, stream.expected) == (0, 5 + max(len(data), stepped + count))
