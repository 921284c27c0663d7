"""Standard input when it brings a capture and the screen wants it for keys: ``ssh host tcpdump -U -w - | netmon -r -``.

In: the process's descriptors. Out: the descriptor that the capture is read from. Rule: the terminal takes the place of
standard input only when the capture has begun, so that whoever sends it can still ask for a password there.
"""

from __future__ import annotations

import os
import select

TERMINAL = "/dev/tty"
_capture = 0


def descriptor() -> int:
    """What a capture on standard input is read from."""
    return _capture


def give_to_keys() -> bool:
    """Wait for the capture's first bytes, then make the terminal standard input; ``False`` where there is none."""
    global _capture
    try:
        terminal = os.open(TERMINAL, os.O_RDWR | getattr(os, "O_CLOEXEC", 0))
    except OSError:
        return False
    try:
        select.select([0], [], [])
        _capture = os.dup(0)
        os.dup2(terminal, 0)
    finally:
        os.close(terminal)
    return True
