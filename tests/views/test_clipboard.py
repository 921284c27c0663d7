"""What is copied, as the terminal is told."""

from __future__ import annotations

import base64
import re

from netmon.views.clipboard import copying

TEXT = "two\twörds " * 60


def test_copy() -> None:
    """OSC 52 with the text in base64."""
    coded = base64.b64encode(TEXT.encode()).decode()
    assert copying(TEXT, "xterm-256color").decode() == f"\x1b]52;c;{coded}\x07"


def test_copy_in_gnu_screen() -> None:
    """It is sent once more in pieces that screen hands on, which are the same together."""
    whole = copying(TEXT, "xterm-256color")
    sent = copying(TEXT, "screen-256color")
    assert sent.startswith(whole)
    pieces = re.findall(rb"\x1bP(.*?)\x1b\\", sent[len(whole) :], re.DOTALL)
    assert len(pieces) > 1
    assert max(map(len, pieces)) <= 240
    assert b"".join(pieces) == whole
