"""Basic encoding rules: lengths, bounds, damage."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.errors import NeedMore, ParseError
from netmon.protocols import _ber
from netmon.protocols._cursor import Cursor

from ._asn1 import element, number


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 70_000])
def test_lengths(size: int) -> None:
    """Short and long forms; the whole length is known from the first bytes."""
    encoded = element(0x04, bytes(size))
    tag, contents = _ber.element(Cursor(encoded))
    assert (tag, contents.left) == (0x04, size)
    assert _ber.message_length(encoded[:6]) == len(encoded)


def test_members_and_integers() -> None:
    """The first of each tag; signed integers."""
    found = _ber.members(Cursor(element(0xA0, number(1)) + element(0xA1, number(255)) + element(0xA0, number(2))))
    assert _ber.integer(_ber.expect(found[0xA0], _ber.INTEGER)) == 1
    assert _ber.integer(_ber.expect(found[0xA1], _ber.INTEGER)) == -1


def test_refused() -> None:
    """Indefinite lengths, tags of several bytes, another tag; an incomplete header asks for more."""
    for data in (b"\x30\x80", b"\x1f\x81", b"\x30\x85\x01\x01\x01\x01\x01"):
        with pytest.raises(ParseError):
            _ber.read_header(Cursor(data))
    with pytest.raises(NeedMore):
        _ber.read_header(Cursor(b"\x30\x82\x01"))
    with pytest.raises(ParseError):
        _ber.expect(Cursor(number(1)), _ber.SEQUENCE)
    assert _ber.message_length(b"\x30\x82\x01") == 0


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=60))
def test_random_bytes(data: bytes) -> None:
    """Nothing but ``ParseError``."""
    try:
        for value in _ber.members(Cursor(data)).values():
            _ber.integer(value)
    except ParseError:
        return
