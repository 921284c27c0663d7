"""How far the views without a selection can be scrolled."""

from __future__ import annotations

from netmon.model.snapshot import Snapshot

from . import help
from .keymap import build
from .layout import divide
from .state import ViewState


def lowest(snapshot: Snapshot, state: ViewState) -> int:
    """The largest useful ``scroll``."""
    return help.lowest(divide(state.size, snapshot).body, build(), state) if state.help else 0  # whatever the keys are
