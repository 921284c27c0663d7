"""A program for ``test_terminal``: the sample snapshot on a real terminal, driven by keys, without trio.

Arguments: ``--no-color``, ``--ascii``, ``--crash`` (raise on the key ``!``).
"""

from __future__ import annotations

import select
import sys
import time
from datetime import UTC
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "views"))

import sample

from netmon.filters import compile_filter
from netmon.settings import Settings
from netmon.views.effects import CopyText, Quit, Redraw, Suspend
from netmon.views.events import KeyEvent
from netmon.views.screen import Terminal
from netmon.views.view import View


def main() -> None:
    """Show, wait for keys, draw again."""
    terminal = Terminal(color=False if "--no-color" in sys.argv else None, ascii="--ascii" in sys.argv)
    view = View(Settings(), compile_filter, zone=UTC)
    terminal.open()
    try:
        view.resize(terminal.size)
        view.feed(sample.snapshot())
        while True:
            if terminal.size != view.state.size:
                view.resize(terminal.size)
            terminal.draw(view.frame())
            select.select([terminal.fileno()], [], [], 0.05)
            now = time.monotonic()
            for event in terminal.read_keys(now):
                if "--crash" in sys.argv and event == KeyEvent("!"):
                    raise RuntimeError("asked to crash")
                for effect in view.event(event, now):
                    if isinstance(effect, Quit):
                        return
                    if isinstance(effect, Suspend):
                        terminal.suspend()
                    if isinstance(effect, Redraw):
                        terminal.redraw()
                    if isinstance(effect, CopyText):
                        terminal.write(terminal.copy(effect.text))
    finally:
        terminal.close()


main()
