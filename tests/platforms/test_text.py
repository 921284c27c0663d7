"""Texts from the operating system are made fit to be shown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.platforms.text import clean


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"nginx", "nginx"),
        (b"a\nb", "a\\nb"),
        (b"\x1b[31mred", "\\x1b[31mred"),
        (b"\xff\xfe", "\\xff\\xfe"),
        ("m\u00fcller".encode(), "m\u00fcller"),
        ("a\u202eb".encode(), "a\\u202eb"),
        ("a\u0085b".encode(), "a\\x85b"),
        ("\ud800", "\\ud800"),
        (b"", ""),
    ],
)
def test_what_cannot_be_printed_is_escaped(raw: bytes | str, text: str) -> None:
    """Control characters, direction overrides, lone surrogates and undecodable bytes become escapes."""
    assert clean(raw) == text


@settings(deadline=None, max_examples=100)
@given(st.one_of(st.binary(max_size=100), st.text(st.characters(), max_size=100)), st.integers(1, 50))
def test_every_input_ends_up_printable_and_bounded(raw: bytes | str, limit: int) -> None:
    """No input gets a control character out."""
    text = clean(raw, limit)
    assert text.isprintable()
    assert len(text) <= limit
