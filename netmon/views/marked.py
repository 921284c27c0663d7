"""The marked line of Activity and Hosts: moving it, and what it stands for in the Overview.

In: a state whose open view is one of them, a snapshot; out: the next state, or a filter.
"""

from __future__ import annotations

from dataclasses import replace

from netmon.model.snapshot import Snapshot

from . import activity, hosts, interfaces
from .layout import divide
from .listing import visible
from .state import Tab, ViewState

VIEWS = frozenset({Tab.ACTIVITY, Tab.HOSTS})


def _marks(state: ViewState, snapshot: Snapshot) -> list[str]:
    if state.tab is Tab.HOSTS:
        return hosts.marks(hosts.lines_of(state))
    if state.interfaces:
        return [interfaces.mark_of(item) for item in interfaces.items(snapshot, state)]
    return activity.marks(activity.tallies(state, snapshot))


def _height(state: ViewState, snapshot: Snapshot) -> int:
    return divide(state.size, snapshot).body.height - 1


def moved(state: ViewState, snapshot: Snapshot, by: int) -> ViewState:
    """The mark some lines further, and as much of the list around it as is needed to see it."""
    marks = _marks(state, snapshot)
    if not marks:
        return state
    height = _height(state, snapshot)
    at, top = visible(marks, state, height)
    at = max(0, min(len(marks) - 1, at + by))
    state = replace(state, mark=marks[at], spot=at, scroll=top)
    return replace(state, scroll=visible(marks, state, height)[1])


def clicked(state: ViewState, snapshot: Snapshot, y: int) -> ViewState | None:
    """The mark on the line at a row of the screen; ``None`` where there is none."""
    body = divide(state.size, snapshot).body
    marks = _marks(state, snapshot)
    at, top = visible(marks, state, body.height - 1)
    index = top + y - body.y - 1
    if state.tab is Tab.ACTIVITY and state.interfaces:
        at, indexes, _ = interfaces.lines(interfaces.items(snapshot, state), state, body.height - 1)
        line = y - body.y - 1
        if not 0 <= line < len(indexes) or indexes[line] < 0:
            return None
        index = indexes[line]
    if not body.y < y < body.y + body.height or index >= len(marks):
        return None
    return moved(state, snapshot, index - at)


def filter_at(state: ViewState, snapshot: Snapshot) -> str:
    """The filter that shows the connections of the marked line; empty when there is no line."""
    return _line_at(state, snapshot)[1]


def text_at(state: ViewState, snapshot: Snapshot) -> str:
    """What the marked line is about, to be copied: a host or domain, an interface, a process with its number."""
    return _line_at(state, snapshot)[0]


def _line_at(state: ViewState, snapshot: Snapshot) -> tuple[str, str]:
    """Name and filter of the marked line, both empty when there is none."""
    at, _ = visible(_marks(state, snapshot), state, _height(state, snapshot))
    if state.tab is Tab.HOSTS:
        lines = hosts.lines_of(state)
        return (lines[at][0].name, hosts.filter_of(*lines[at], state.hosts_by)) if lines else ("", "")
    if state.interfaces:
        items = interfaces.items(snapshot, state)
        return (interfaces.text_of(items[at]), interfaces.filter_of(items[at])) if items else ("", "")
    found = activity.tallies(state, snapshot)
    if not found:
        return "", ""
    number = f" {found[at].pid}" if found[at].pid is not None else ""
    return found[at].name + number, activity.filter_of(found[at])
