"""The clipboard of whoever looks at the terminal, over SSH too (OSC 52).

In: a text and the terminal's type; out: bytes for the terminal. GNU screen keeps the sequence for itself, but hands on what
is in a device control string (DCS), which tmux, whose type may be called the same, leaves out.
"""

from __future__ import annotations

import base64

MAX_COPY = 100_000
"""Bytes of text."""
MAX_STRING = 240
"""Bytes GNU screen takes in one control string."""


def copying(text: str, term: str) -> bytes:
    """What puts ``text`` on the clipboard."""
    coded = base64.b64encode(text.encode("utf-8", "replace")[:MAX_COPY])
    whole = b"\x1b]52;c;" + coded + b"\x07"
    if not term.startswith("screen"):
        return whole
    parts = (whole[start : start + MAX_STRING] for start in range(0, len(whole), MAX_STRING))
    return whole + b"".join(b"\x1bP" + part + b"\x1b\\" for part in parts)
