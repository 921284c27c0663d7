"""Text from strangers, made safe for terminals."""

from __future__ import annotations

import unicodedata

_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def printable(text: str) -> str:
    """The text with control, format (bidirectional overrides among them), surrogate and unassigned characters replaced
    by U+FFFD, so that nothing in it can move a cursor or reorder a line."""
    if text.isascii() and text.isprintable():
        return text
    return "".join("�" if unicodedata.category(character) in _UNSAFE else character for character in text)
