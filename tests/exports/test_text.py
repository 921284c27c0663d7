"""Text from strangers, made safe for terminals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.exports.text import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("example.org", "example.org"),
        ("naïve 東京", "naïve 東京"),
        ("a\x1b[2Jb", "a�[2Jb"),
        ("\u202eevil", "�evil"),
        ("\ud800", "�"),
        ("one\ntwo\ttabs", "one�two�tabs"),
        ("\x9b2J", "�2J"),
    ],
)
def test_replaces_what_moves_a_cursor(text: str, shown: str) -> None:
    """Controls, bidirectional overrides and surrogates become the replacement character; letters stay."""
    assert printable(text) == shown


@given(st.text(max_size=60))
def test_always_printable_and_as_long(text: str) -> None:
    """Whatever comes in, what goes out can be encoded, is printable, and has as many characters."""
    shown = printable(text)
    shown.encode()
    assert len(shown) == len(text)
    assert all(character.isprintable() or character.isspace() for character in shown)
