"""CRYPTO frames in order: any order, overlap, bounds."""

from __future__ import annotations

import random

from netmon.protocols._quic_stream import CryptoStream


def test_crypto_stream_is_bounded_and_exact() -> None:
    """Every byte once, whatever the order and overlap; far ahead is dropped."""
    data = bytes(range(256)) * 8
    for seed in range(20):
        source = random.Random(seed)
        pieces = [(at, data[at : at + source.randint(1, 300)]) for at in range(0, len(data), 100)]
        pieces += [(at, data[at : at + 100]) for at in range(0, len(data), 100)]
        source.shuffle(pieces)
        stream = CryptoStream()
        assert b"".join(stream.feed(at, piece) for at, piece in pieces) == data
    stream = CryptoStream()
    assert stream.feed(1 << 40, b"x") == b""
    assert stream.feed(0, b"abc") == b"abc"
