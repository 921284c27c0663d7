"""Which terminals get ASCII only."""

from __future__ import annotations

import pytest

from netmon.views.glyphs import why_ascii


@pytest.mark.parametrize(
    ("encoding", "environ", "word"),
    [
        ("utf-8", {"TERM": "xterm-256color", "LANG": "de_DE.UTF-8"}, ""),
        ("UTF-8", {"TERM": "tmux-256color"}, ""),
        ("utf-8", {"LC_ALL": "C.UTF-8", "LANG": "C"}, ""),
        ("utf-8", {"LC_CTYPE": "en_GB.UTF-8", "LANG": "C"}, ""),
        ("utf-8", {"LC_CTYPE": "C.UTF-8", "LANG": "C"}, "locale is C"),  # what Python has made of it
        ("utf-8", {"LC_ALL": "POSIX", "LANG": "de_DE.UTF-8"}, "locale is POSIX"),
        ("iso-8859-1", {"LANG": "de_DE"}, "iso-8859-1"),
        ("utf-8", {"TERM": "linux", "LANG": "de_DE.UTF-8"}, "Linux console"),
        ("utf-8", {"TERM": "linux-16color"}, "Linux console"),
    ],
)
def test_why(encoding: str, environ: dict[str, str], word: str) -> None:
    """The encoding, the locale the person has set, and the console's font."""
    why = why_ascii(encoding, environ)
    assert (word in why) if word else not why
