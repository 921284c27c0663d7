"""What goes to the terminal besides frames."""

from __future__ import annotations

import base64
import re

import pytest

from netmon.views.screen import Terminal

TEXT = "two\twörds " * 60


def test_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    """OSC 52 with the text in base64."""
    monkeypatch.setenv("TERM", "xterm-256color")
    coded = base64.b64encode(TEXT.encode()).decode()
    assert Terminal.copy(TEXT).decode() == f"\x1b]52;c;{coded}\x07"


def test_copy_in_gnu_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is sent once more in pieces that screen hands on, which are the same together."""
    monkeypatch.setenv("TERM", "xterm-256color")
    whole = Terminal.copy(TEXT)
    monkeypatch.setenv("TERM", "screen-256color")
    sent = Terminal.copy(TEXT)
    assert sent.startswith(whole)
    pieces = re.findall(rb"\x1bP(.*?)\x1b\\", sent[len(whole) :], re.DOTALL)
    assert len(pieces) > 1
    assert max(map(len, pieces)) <= 240
    assert b"".join(pieces) == whole
