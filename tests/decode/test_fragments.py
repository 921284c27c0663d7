"""Fragments become datagrams, whatever their order; attacks on reassembly stay without effect."""

from __future__ import annotations

import random
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.decode.fragments import PIECE_COST, Reassembler
from netmon.errors import DecodeError

SECOND = 1_000_000_000
A4, B4 = bytes([192, 0, 2, 1]), bytes([198, 51, 100, 2])
A6, B6 = bytes.fromhex("20010db8" + "00" * 11 + "01"), bytes.fromhex("20010db8" + "00" * 11 + "02")
PAYLOAD = bytes(range(256)) * 4


def v4(start: int, data: bytes, more: bool, *, identifier: int = 7, source: bytes = A4, options: bytes = b"") -> bytes:
    """An IPv4 fragment (RFC 791 section 3.1)."""
    offset = start // 8 | (0x2000 if more else 0)
    first = 0x45 + len(options) // 4
    total = 20 + len(options) + len(data)
    return struct.pack("!BBHHHBBH", first, 0, total, identifier, offset, 64, 17, 0) + source + B4 + options + data


def v6(start: int, data: bytes, more: bool, *, identifier: int = 7, before: bytes = b"", following: int = 17) -> bytes:
    """An IPv6 fragment (RFC 8200 section 4.5); ``before`` are extension headers ahead of the fragment header."""
    head = 0 if before else 44
    body = before + struct.pack("!BBHI", following, 0, start | more, identifier) + data
    return struct.pack("!IHBB", 6 << 28, len(body), head, 64) + A6 + B6 + body


def pieces(make: object, size: int, payload: bytes = PAYLOAD) -> list[bytes]:
    return [
        make(at, payload[at : at + size], at + size < len(payload))  # type: ignore[operator]
        for at in range(0, len(payload), size)
    ]


@pytest.mark.parametrize("make", [v4, v6])
@pytest.mark.parametrize("size", [8, 64, 512, 1016])
def test_any_order_gives_the_datagram(make: object, size: int) -> None:
    """In order, reversed and shuffled, in tiny and large pieces."""
    parts = pieces(make, size)
    shuffled = parts[:]
    random.Random(1).shuffle(shuffled)
    for order in (parts, parts[::-1], shuffled):
        reassembler = Reassembler()
        results = [reassembler.add(part, 0) for part in order]
        assert results[:-1] == [None] * (len(order) - 1)
        datagram = results[-1]
        assert datagram is not None
        assert (datagram.payload, datagram.protocol, datagram.length) == (PAYLOAD, 17, len(PAYLOAD))
        assert reassembler.statistics()[:3] == (0, 0, 1)


def test_ipv4_options_are_not_payload() -> None:
    """The payload begins after the options."""
    reassembler = Reassembler()
    reassembler.add(v4(0, PAYLOAD[:8], True, options=b"\x01\x01\x01\x00"), 0)
    datagram = reassembler.add(v4(8, b"end", False), 0)
    assert datagram is not None and datagram.payload == PAYLOAD[:8] + b"end"


def test_ipv6_extension_headers_on_both_sides_are_skipped() -> None:
    """Hop-by-hop ahead of the fragment header, destination options inside the fragmentable part."""
    hop = bytes([44, 0, 1, 4, 0, 0, 0, 0])
    inside = bytes([17, 0, 1, 4, 0, 0, 0, 0]) + PAYLOAD
    reassembler = Reassembler()
    assert reassembler.add(v6(0, inside[:16], True, before=hop, following=60), 0) is None
    datagram = reassembler.add(v6(16, inside[16:], False, before=hop, following=60), 0)
    assert datagram is not None
    assert (datagram.protocol, datagram.payload) == (17, PAYLOAD)


def test_an_atomic_fragment_stands_alone() -> None:
    """RFC 6946: it is whole by itself, even while another of the same identification is pending."""
    reassembler = Reassembler()
    reassembler.add(v6(0, PAYLOAD[:8], True), 0)
    datagram = reassembler.add(v6(0, b"whole", False), 0)
    assert datagram is not None and datagram.payload == b"whole"
    assert reassembler.statistics().pending == 1


def test_a_repeated_fragment_is_harmless() -> None:
    """The same bytes twice (loopback, retransmission) change nothing."""
    reassembler = Reassembler()
    first, second = pieces(v4, 512)
    assert reassembler.add(first, 0) is None
    assert reassembler.add(first, 0) is None
    datagram = reassembler.add(second, 0)
    assert datagram is not None and datagram.payload == PAYLOAD


@pytest.mark.parametrize("make", [v4, v6])
@pytest.mark.parametrize(("start", "size"), [(8, 16), (0, 24), (0, 8), (16, 16)])
def test_overlaps_drop_the_datagram_for_good(make: object, start: int, size: int) -> None:
    """RFC 5722: nothing of it is delivered, nor anything that still comes."""
    reassembler = Reassembler()
    reassembler.add(make(8, bytes(16), True), 0)  # type: ignore[operator]
    if (start, size) == (0, 8):
        reassembler.add(make(0, b"A" * 8, True), 0)  # type: ignore[operator]
    reassembler.add(make(start, b"X" * size, True), 0)  # type: ignore[operator]
    for part in pieces(make, 8, bytes(40)):
        assert reassembler.add(part, 0) is None
    assert reassembler.statistics().overlapping == 1


def test_two_ends_that_disagree_drop_the_datagram() -> None:
    """A fragment beyond the last one, or a last one before what is there already."""
    for order in ((0, 1), (1, 0)):
        reassembler = Reassembler()
        parts = [v4(16, b"end", False), v4(32, bytes(8), True)]
        for index in order:
            assert reassembler.add(parts[index], 0) is None
        assert reassembler.statistics().overlapping == 1


def test_the_tag_is_that_of_the_first_piece() -> None:
    """Whichever comes last; an atomic fragment has its own."""
    first, second = pieces(v4, 512)
    for order in (((first, 7), (second, 8)), ((second, 8), (first, 7))):
        reassembler = Reassembler()
        results = [reassembler.add(part, 0, tag) for part, tag in order]
        assert results[1] is not None and results[1].tag == 7
    atomic = Reassembler().add(v6(0, b"whole", False), 0, 9)
    assert atomic is not None and atomic.tag == 9


def test_datagrams_are_told_apart() -> None:
    """Another source or identification is another datagram."""
    reassembler = Reassembler()
    for other in (v4(0, b"1" * 8, True), v4(0, b"2" * 8, True, identifier=8), v4(0, b"3" * 8, True, source=B4)):
        assert reassembler.add(other, 0) is None
    datagram = reassembler.add(v4(8, b"!", False, identifier=8), 0)
    assert datagram is not None and datagram.payload == b"2" * 8 + b"!"


def test_an_unfinished_datagram_is_forgotten_after_the_timeout() -> None:
    """By packet time: 30 s later its rest begins a new one."""
    reassembler = Reassembler(timeout=30)
    first, second = pieces(v4, 512)
    reassembler.add(first, 0)
    assert reassembler.add(second, 31 * SECOND) is None
    assert reassembler.statistics().timed_out == 1
    assert reassembler.add(first, 32 * SECOND) is not None


def test_memory_is_bounded() -> None:
    """A flood of first fragments evicts the oldest, never grows beyond the limits."""
    reassembler = Reassembler(max_datagrams=10, max_bytes=4096)
    for identifier in range(1000):
        reassembler.add(v4(0, bytes(512), True, identifier=identifier), 0)
        statistics = reassembler.statistics()
        assert statistics.pending <= 10 and statistics.pending_bytes <= 4096
    assert reassembler.statistics().evicted >= 990


def test_one_datagram_of_tiny_fragments_is_bounded_too() -> None:
    """Bookkeeping is charged, so 8-byte fragments cannot take more than the limit."""
    reassembler = Reassembler(max_bytes=100 * (PIECE_COST + 8))
    for at in range(8, 8 * 2000, 8):
        reassembler.add(v4(at, bytes(8), True), 0)
    assert reassembler.statistics().pending_bytes <= 100 * (PIECE_COST + 8)


def test_a_cut_fragment_ends_the_payload_but_not_the_length() -> None:
    """With a snap length the beginning is still there to be inspected."""
    reassembler = Reassembler()
    first, second = pieces(v4, 512)
    assert reassembler.add(first[:100], 0) is None
    datagram = reassembler.add(second, 0)
    assert datagram is not None
    assert (datagram.payload, datagram.length) == (PAYLOAD[:80], len(PAYLOAD))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x45",
        b"\x60" + bytes(30),
        v4(65528, bytes(8), True),
        v4(0, b"", True),
        v4(0, b"1234567", True),
        b"\x44" + v4(0, bytes(8), True)[1:],
        v6(0, bytes(8), True)[:44],
        struct.pack("!IHBB", 6 << 28, 8, 17, 64) + A6 + B6 + bytes(8),
        b"\x75" + bytes(40),
    ],
)
def test_headers_that_lie_are_refused(data: bytes) -> None:
    """Short, too long a datagram, no multiple of 8, no fragment header, no IP."""
    with pytest.raises(DecodeError):
        Reassembler().add(data, 0)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 40), st.booleans(), st.integers(0, 60)), max_size=30))
def test_whatever_comes_the_books_balance(fragments: list[tuple[int, int, bool, int]]) -> None:
    """Random fragments: only DecodeError, and no bytes remain when everything has timed out."""
    reassembler = Reassembler(max_datagrams=4, max_bytes=1024)
    for at, size, more, cut in fragments:
        for data in (v4(at * 8, bytes(size), more), v6(at * 8, bytes(size), more)):
            try:
                reassembler.add(data[: len(data) - cut], 0)
            except DecodeError:
                continue
    reassembler.expire(100 * SECOND)
    assert reassembler.statistics()[:2] == (0, 0)
