"""How far the views without a selection can be scrolled."""

from __future__ import annotations

from netmon.model.connection import Snapshot

from . import activity, help, hosts
from .keymap import build
from .layout import divide
from .state import Tab, ViewState


def lowest(snapshot: Snapshot, state: ViewState) -> int:
    """The largest useful ``scroll``."""
    lines = max(1, divide(state.size, snapshot).body.height - 1)
    if state.help:
        return help.lowest(divide(state.size, snapshot).body, build())  # as many lines whatever the keys are
    if state.tab is Tab.ACTIVITY:
        return max(0, activity.count(snapshot, state) - lines)
    if state.tab is Tab.HOSTS:
        return max(0, hosts.count(state) - lines)
    return 0
