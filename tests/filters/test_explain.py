"""The caret."""

from __future__ import annotations

from netmon.errors import FilterError
from netmon.filters.explain import explain


def test_caret_stays_under_the_text() -> None:
    """The caret is under the character, at the latest right after the text; line breaks do not tear it apart."""
    assert explain("tcp\nx", FilterError("wrong", 4)) == ("tcp x", "    ^ wrong")
    assert explain("ab", FilterError("wrong", 99)) == ("ab", "  ^ wrong")
