"""The whole screen: title, one view, bottom lines.

``render`` is a pure function of snapshot, state, size and key map; the same arguments give the same cells.
"""

from __future__ import annotations

from netmon.model.connection import Snapshot

from . import activity, chooser, chrome, details, graph, help, hosts, overview, sidebar
from .canvas import Canvas
from .keymap import KeyMap
from .layout import CHOOSER, SIDEBAR, Box, divide
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
    overview.paint(canvas, Box(body.x, body.y, width, body.height), snapshot, state)
    edge = body.width
    if state.chooser is not None:
        at = width + 1 if width + 1 < body.width else max(0, body.width - CHOOSER)
        edge = at + 1
        for y in range(body.y, body.y + body.height):
            canvas.fill(at, y, body.width - at)
        panel = Box(at, body.y, body.width - at, body.height)
        chooser.paint(canvas, panel, state.chooser, state.placed)
    elif width + 1 < body.width:
        edge = body.width - SIDEBAR + 1
        side = Box(body.x + edge - 1, body.y, SIDEBAR, body.height)
        sidebar.paint(canvas, side, snapshot, state.summary)
    scroll_bar(canvas, Box(body.x, body.y + 1, edge, body.height - 1), state.top, len(state.table.rows))  # on the rule
