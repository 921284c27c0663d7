"""Hostile text is neutralised."""

from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.exports.text import printable


@given(st.text())
@settings(deadline=None, max_examples=200)
def test_nothing_moves_the_cursor(text: str) -> None:
    """No control, format or surrogate character is left, and nothing else changes."""
    safe = printable(text)
    assert len(safe) == len(text)
    assert not any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for character in safe)
    assert all(new in (old, "\ufffd") for new, old in zip(safe, text, strict=True))


def test_right_to_left_override() -> None:
    """A name cannot read backwards."""
    assert printable("exe\u202egpj.sh") == "exe\ufffdgpj.sh"
