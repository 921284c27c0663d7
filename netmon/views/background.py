"""Asks the terminal what colour its background is (OSC 11 of xterm), before the screen is opened.

In: the descriptors of a terminal; out: whether the background is light, or ``None`` when it does not say. After the question
comes one that every terminal answers (primary device attributes, ECMA-48 8.3.24): when that answer is there, the first
will not come any more, so a terminal that does not know OSC 11 costs no waiting. What is typed meanwhile is lost.
"""

from __future__ import annotations

import os
import re
import select
import termios

QUESTION = b"\x1b]11;?\x1b\\\x1b[c"
PATIENCE = 0.3
"""Seconds a terminal has for each piece of its answer; it comes in one, as a rule."""
PIECES = 10
_COLOUR = re.compile(rb"\x1b\]11;rgba?:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})")
_ATTRIBUTES = re.compile(rb"\x1b\[\?[0-9;]*c")
_WEIGHTS = (0.2126, 0.7152, 0.0722)


def is_light(answer: bytes) -> bool | None:
    """Whether the colour in an answer is nearer to white than to black (relative luminance without gamma)."""
    found = _COLOUR.search(answer)
    if found is None:
        return None
    parts = [int(part, 16) / int(b"f" * len(part), 16) for part in found.groups()]
    return sum(weight * part for weight, part in zip(_WEIGHTS, parts, strict=True)) > 0.5


def ask(read_from: int, write_to: int, patience: float = PATIENCE) -> bool | None:
    """Ask and wait for the answer."""
    try:
        before = termios.tcgetattr(read_from)
        quiet = termios.tcgetattr(read_from)
        quiet[3] &= ~(termios.ICANON | termios.ECHO)
        termios.tcsetattr(read_from, termios.TCSANOW, quiet)
    except termios.error:
        return None
    answer = b""
    try:
        os.write(write_to, QUESTION)
        for _ in range(PIECES):
            if _ATTRIBUTES.search(answer) or not select.select([read_from], [], [], patience)[0]:
                break
            answer += os.read(read_from, 200)
    except OSError:
        return None
    finally:
        termios.tcsetattr(read_from, termios.TCSANOW, before)
    return is_light(answer)
