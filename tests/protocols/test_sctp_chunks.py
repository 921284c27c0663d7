"""User messages of one direction: order, loss, interleaving, bounds."""

from __future__ import annotations

import random
import struct

import pytest

from netmon.protocols._reassembly import PATIENCE_NS
from netmon.protocols._sctp_chunks import (
    DATA,
    I_DATA,
    MAXIMUM_BYTES,
    MAXIMUM_CHUNKS,
    MAXIMUM_MESSAGE,
    MAXIMUM_UNDERWAY,
    Chunk,
    Direction,
    Fragment,
    Message,
    fragment,
)

MIDDLE, END, BEGIN, WHOLE = 0, 1, 2, 3
UNORDERED = 4


def data(tsn: int, flags: int, user: bytes = b"x", stream: int = 0, number: int = 0, cut: int = 0) -> Fragment:
    """Of a DATA chunk that lost its last ``cut`` bytes to the snap length."""
    body = struct.pack("!IHHI", tsn & 0xFFFF_FFFF, stream, number, 46) + user
    made = fragment(Chunk(DATA, flags, body[: len(body) - cut], len(body)))
    assert made is not None
    return made


def idata(tsn: int, flags: int, message: int, last: int, user: bytes = b"x", stream: int = 0) -> Fragment:
    """Of an I-DATA chunk; ``last`` is the payload protocol of the first fragment, else the number of the fragment."""
    body = struct.pack("!IHxxII", tsn, stream, message, last) + user
    made = fragment(Chunk(I_DATA, flags, body, len(body)))
    assert made is not None
    return made


def told(direction: Direction, *parts: Fragment, now: int = 1) -> list[bytes]:
    """What comes of them."""
    return [message.data for part in parts for message in direction.push(part, now)]


PIECES = [data(0xFFFF_FFFE + at, flags, text) for at, (flags, text) in enumerate(
    [(WHOLE, b"one"), (BEGIN, b"t"), (MIDDLE, b"w"), (END, b"o"), (WHOLE, b"three"), (BEGIN, b"fo"), (END, b"ur")]
)]  # fmt: skip
MESSAGES = [b"one", b"two", b"three", b"four"]


def test_in_order() -> None:
    """Each message with its last fragment, also where numbers wrap."""
    direction = Direction()
    assert [len(direction.push(part, 1)) for part in PIECES] == [1, 0, 0, 1, 1, 0, 1]
    assert direction.held == 0 and direction.holes == 0


@pytest.mark.parametrize("seed", range(40))
def test_any_order_and_repetition(seed: int) -> None:
    """With the first number known, nothing else matters."""
    chance, direction = random.Random(seed), Direction()
    direction.begin(PIECES[0].tsn)
    parts = [*PIECES, *chance.sample(PIECES, 4)]
    chance.shuffle(parts)
    assert told(direction, *parts) == MESSAGES
    assert told(direction, *PIECES) == [] and direction.held == 0 and direction.holes == 0


def test_joined_in_the_middle() -> None:
    """What began before is nobody's; it is no hole either."""
    direction = Direction()
    assert told(direction, *PIECES[2:]) == [b"three", b"four"]
    assert direction.holes == 0


def test_a_missing_number_is_waited_for_and_given_up() -> None:
    """Within its time it fills the hole; afterwards its message is lost and the others are told."""
    direction = Direction()
    assert told(direction, *PIECES[:2], *PIECES[3:]) == [b"one"]
    assert told(direction, PIECES[2], now=PATIENCE_NS) == [b"two", b"three", b"four"]
    late = Direction()
    assert told(late, *PIECES[:2], *PIECES[3:6]) == [b"one"]
    assert told(late, PIECES[6], now=PATIENCE_NS + 2) == [b"three", b"four"]
    assert late.holes == 2 and told(late, PIECES[2]) == []


def test_flush_tells_what_is_whole() -> None:
    """At the end nothing is waited for."""
    direction = Direction()
    assert told(direction, PIECES[0], *PIECES[4:6]) == [b"one"]
    assert [message.data for message in direction.flush()] == [b"three"]
    assert direction.holes == 2 and direction.held == 0


def test_fragments_that_do_not_belong_together() -> None:
    """Another stream, another message, or a beginning where an end should be."""
    for second in (data(2, END, stream=1), data(2, END, number=1)):
        direction = Direction()
        assert told(direction, data(1, BEGIN), second) == [] and direction.holes == 1
    direction = Direction()
    assert (
        told(direction, data(1, BEGIN, b"a"), data(2, BEGIN, b"b"), data(3, END, b"c")) == [b"bc"] and direction.holes == 1
    )


def test_interleaved_messages() -> None:
    """RFC 8260: several under way on several streams, ordered and not; each has its own numbers."""
    parts = [
        idata(1, BEGIN, 0, 46, b"a1"), idata(2, BEGIN, 0, 3, b"b1", stream=1), idata(3, MIDDLE, 0, 1, b"a2"),
        idata(4, BEGIN | UNORDERED, 0, 7, b"c1"), idata(5, END, 0, 1, b"b2", stream=1), idata(6, END, 0, 2, b"a3"),
        idata(7, END | UNORDERED, 0, 1, b"c2"), idata(8, WHOLE, 1, 46, b"d"),
    ]  # fmt: skip
    direction = Direction()
    messages = [message for part in parts for message in direction.push(part, 1)]
    assert messages == [Message(3, b"b1b2", 0), Message(46, b"a1a2a3", 0), Message(7, b"c1c2", 0), Message(46, b"d", 0)]
    assert direction.held == 0
    lost = Direction()
    assert told(lost, parts[0], idata(2, END, 0, 2, b"a3")) == [] and lost.holes == 1


def test_what_the_sender_gives_up() -> None:
    """FORWARD-TSN: what is before it never comes; what waits behind it is told at once."""
    direction = Direction()
    assert told(direction, *PIECES[:2], *PIECES[4:6]) == [b"one"]
    assert [message.data for message in direction.skip(PIECES[3].tsn, 1)] == [b"three"]
    assert told(direction, PIECES[6]) == [b"four"]
    assert direction.skip(PIECES[0].tsn, 1) == [] and told(direction, data(PIECES[6].tsn + 1, WHOLE, b"five")) == [b"five"]


def test_numbers_far_away_begin_anew() -> None:
    """Another association between the same ports, or much that was not captured."""
    direction = Direction()
    assert told(direction, data(5, WHOLE, b"a"), data(7, WHOLE, b"b"), data(5_000_000, WHOLE, b"c")) == [b"a", b"b", b"c"]
    direction.begin(77)
    assert told(direction, data(77, WHOLE, b"d"), data(78, BEGIN)) == [b"d"]
    direction.begin(77)  # the INIT was sent again
    assert told(direction, data(79, END, b"y")) == [b"xy"]


def test_what_was_not_captured_is_missing() -> None:
    """The beginning of a message is told; what came behind the cut is not."""
    direction = Direction()
    assert direction.push(data(1, WHOLE, b"whole", cut=2), 1) == [Message(46, b"who", 2)]
    direction.push(data(2, BEGIN, b"begin", cut=1), 1)
    assert direction.push(data(3, END, b"end"), 1) == [Message(46, b"begi", 4)]


def test_large_messages_are_kept_in_part() -> None:
    """Of one of 100 kB the beginning; the rest is counted."""
    direction = Direction()
    direction.push(data(1, BEGIN, bytes(1000)), 1)
    for tsn in range(2, 100):
        assert direction.push(data(tsn, MIDDLE, bytes(1000)), 1) == []
        assert direction.held <= MAXIMUM_MESSAGE + 64
    (message,) = direction.push(data(100, END, bytes(1000)), 1)
    assert (len(message.data), message.missing) == (MAXIMUM_MESSAGE, 100_000 - MAXIMUM_MESSAGE)


def test_bounds() -> None:
    """Chunks that wait, bytes that wait, messages under way."""
    tiny, large, many = Direction(), Direction(), Direction()
    for number in range(3000):
        tiny.push(data(2 * number, MIDDLE), 1)
        large.push(data(2 * number, MIDDLE, bytes(1400)), 1)
        many.push(idata(number, BEGIN, number, 46, bytes(2000)), 1)
        assert tiny.held <= (MAXIMUM_CHUNKS + 1) * 80
        assert large.held <= MAXIMUM_BYTES + (MAXIMUM_CHUNKS + 1) * 80
        assert many.held <= MAXIMUM_BYTES + MAXIMUM_UNDERWAY * 80
    assert min(tiny.holes, large.holes, many.holes) > 1000


@pytest.mark.parametrize("kind", [DATA, I_DATA])
def test_short_chunks_are_nothing(kind: int) -> None:
    """Less than the header, or no user data behind it."""
    header = 12 if kind == DATA else 16
    for length in range(header + 1):
        assert fragment(Chunk(kind, WHOLE, bytes(length), length)) is None
    assert fragment(Chunk(kind, WHOLE, bytes(header), header + 5)) is not None  # all of it cut
