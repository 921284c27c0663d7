"""HPACK: the examples of RFC 7541 appendix C, bounds and damage."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.errors import ParseError
from netmon.protocols._hpack import STATIC, Decoder, huffman

ALL = frozenset(name for name, _ in STATIC) | {b"custom-key"}
REQUESTS = (
    "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
    "8286 84be 5808 6e6f 2d63 6163 6865",
    "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
)
"""Appendix C.3."""
HUFFMAN_REQUESTS = (
    "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
    "8286 84be 5886 a8eb 1064 9cbf",
    "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
)
"""Appendix C.4: the same, Huffman coded."""
FIRST = [(b":method", b"GET"), (b":scheme", b"http"), (b":path", b"/"), (b":authority", b"www.example.com")]
EXPECTED = [
    FIRST,
    [*FIRST, (b"cache-control", b"no-cache")],
    [
        (b":method", b"GET"),
        (b":scheme", b"https"),
        (b":path", b"/index.html"),
        (b":authority", b"www.example.com"),
        (b"custom-key", b"custom-value"),
    ],
]


@pytest.mark.parametrize("blocks", [REQUESTS, HUFFMAN_REQUESTS])
def test_requests_of_the_rfc(blocks: tuple[str, ...]) -> None:
    """Three requests on one connection, with and without Huffman coding."""
    decoder = Decoder(ALL)
    assert [decoder.decode(bytes.fromhex(block)) for block in blocks] == EXPECTED


def test_every_symbol_is_in_the_code() -> None:
    """A response of appendix C.6 with symbols of several lengths."""
    assert huffman(bytes.fromhex("d07abe941054d444a8200595040b8166e082a62d1bff")) == b"Mon, 21 Oct 2013 20:13:21 GMT"
    assert huffman(bytes.fromhex("9d29ad171863c78f0b97c8e9ae82ae43d3")) == b"https://www.example.com"


@pytest.mark.parametrize("data", ["ff", "00", "ffffffff", "00ffff"])
def test_wrong_huffman(data: str) -> None:
    """Padding of eight bits or more, padding that is not ones, and EOS are errors."""
    with pytest.raises(ParseError):
        huffman(bytes.fromhex(data))


def test_unwanted_values_are_not_kept() -> None:
    """A cookie neither comes out nor stays in the table; its room is counted all the same."""
    decoder = Decoder(frozenset((b":path",)))
    assert decoder.decode(b"\x60\x06secret") == [(b"cookie", b"")]
    assert decoder.decode(b"\xbe") == [(b"cookie", b"")]
    assert b"secret" not in repr(decoder._table).encode()
    assert decoder._size == len(b"cookiesecret") + 32


def test_eviction_and_resize() -> None:
    """Entries leave when the table is made smaller; what is not there any more cannot be named."""
    decoder = Decoder(ALL)
    decoder.decode(bytes.fromhex(REQUESTS[0]))
    decoder.decode(b"\x20")
    with pytest.raises(ParseError):
        decoder.decode(b"\xbe")
    with pytest.raises(ParseError):
        decoder.decode(b"\x3f\xff\xff\xff\x7f")


def test_after_a_loss() -> None:
    """Static and literal fields go on; what refers to the lost table is empty."""
    decoder = Decoder(ALL)
    decoder.lose()
    assert decoder.decode(bytes.fromhex(REQUESTS[1])) == [*FIRST[:3], (b"", b""), (b"cache-control", b"no-cache")]


@settings(deadline=None, max_examples=150)
@given(st.lists(st.binary(max_size=80), max_size=6))
def test_hostile_blocks(blocks: list[bytes]) -> None:
    """Any octets raise nothing but ParseError, and the table stays bounded."""
    decoder = Decoder(ALL)
    for block in blocks:
        try:
            decoder.decode(block)
        except ParseError:
            continue
        assert decoder._size <= decoder._limit
