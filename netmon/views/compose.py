"""The whole screen: title, one view, bottom lines.

``render`` is a pure function of snapshot, state, size and key map; the same arguments give the same cells.
"""

from __future__ import annotations

from netmon.model.snapshot import Snapshot

from . import activity, chooser, chrome, details, graph, help, hosts, overview, sidebar
from .canvas import Canvas
from .keymap import KeyMap
from .layout import SIDEBAR, Box, divide
from .scrollbar import scroll_bar
from .state import Tab, ViewState


def render(snapshot: Snapshot, state: ViewState, size: tuple[int, int], keymap: KeyMap) -> Canvas:
    """Paint everything; ``state`` has observed ``snapshot`` and knows ``size``."""
    canvas = Canvas(*size)
    layout = divide(size, snapshot)
    chrome.paint_title(canvas, layout, snapshot, state)
    body = layout.body
    if body.height > 0:
        if state.help:
            help.paint(canvas, body, state, keymap)
        elif state.tab is Tab.OVERVIEW:
            _overview(canvas, body, snapshot, state)
        elif state.tab is Tab.DETAILS:
            details.paint(canvas, body, snapshot, state)
        elif state.tab is Tab.ACTIVITY:
            activity.paint(canvas, body, snapshot, state)
        elif state.tab is Tab.GRAPH:
            graph.paint(canvas, body, snapshot, state)
        else:
            hosts.paint(canvas, body, state)
    chrome.paint_bottom(canvas, layout, snapshot, state, keymap)
    return canvas


def _overview(canvas: Canvas, body: Box, snapshot: Snapshot, state: ViewState) -> None:
    width = state.table_width
    height = body.height
    edge = body.width
    if state.chooser is not None:
        panel = chooser.panel(body)
        if panel.below:
            height -= panel.box.height
        else:
            edge = panel.box.x + 1
    elif width + 1 < body.width:
        edge = body.width - SIDEBAR + 1
    overview.paint(canvas, Box(body.x, body.y, width, height), snapshot, state)
    if state.chooser is not None:
        chooser.paint(canvas, body, state.chooser, state.placed)
    elif width + 1 < body.width:
        sidebar.paint(canvas, Box(body.x + edge - 1, body.y, SIDEBAR, height), snapshot, state.summary)
    scroll_bar(canvas, Box(body.x, body.y + 1, edge, height - 1), state.top, len(state.table.rows))  # on the rule
