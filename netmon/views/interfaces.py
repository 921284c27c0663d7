"""The interfaces with their own counters, which count what was not captured as well (Activity, ``i``).

In: interfaces, a box, which line is marked; out: cells.
"""

from __future__ import annotations

from collections.abc import Sequence

from netmon.model.connection import SystemStatus
from netmon.model.network import Interface
from netmon.units import quantity

from .canvas import Canvas
from .column import Span
from .layout import Box
from .listing import Heading, fit, paint_header, paint_row, paint_selection, visible
from .scrollbar import scroll_bar
from .state import ViewState
from .theme import Role

HEADINGS = (
    Heading("INTERFACE", 14, 1),
    Heading("KIND", 10, 5),
    Heading("LINK", 6, 4),
    Heading("MTU", 6, 8, right=True),
    Heading("RECEIVED", 8, 2, right=True),
    Heading("SENT", 8, 3, right=True),
    Heading("PACKETS IN", 10, 9, right=True),
    Heading("PACKETS OUT", 11, 10, right=True),
    Heading("ERRORS", 6, 6, right=True),
    Heading("DROPS", 6, 7, right=True),
    Heading("DESCRIPTION", 12, 11, grows=30),
)


def paint(canvas: Canvas, box: Box, status: SystemStatus, state: ViewState) -> None:
    """The header and the interfaces; below them, where there is room, how much of what they counted was captured."""
    interfaces = status.interfaces
    slots = fit(HEADINGS, box.width - 2)
    paint_header(canvas, box, HEADINGS, slots)
    if not interfaces:
        canvas.put(box.x + 1, box.y + 2, "the system names no interfaces", Role.DIM, box.width - 1)
    at, top = visible([interface.name for interface in interfaces], state, box.height - 1)
    for line, interface in enumerate(interfaces[top : top + box.height - 1]):
        paint_row(canvas, (box.x, box.y + 1 + line), _interface(interface), HEADINGS, slots)
    paint_selection(canvas, box, at - top, len(interfaces))
    captured, counted = status.coverage
    if counted and len(interfaces) + 3 < box.height:
        share = min(100.0, 100 * captured / counted)
        what = "all" if share >= 99.95 else f"{quantity(captured)} ({share:.1f} %)"
        text = f"coverage: {what} of the {quantity(counted)} bytes that were counted since the start were captured"
        canvas.put(box.x + 1, box.y + len(interfaces) + 2, text, Role.DIM if share >= 99 else Role.WARN, box.width - 2)
    scroll_bar(canvas, Box(box.x, box.y + 1, box.width, box.height - 1), top, len(interfaces))


def _interface(interface: Interface) -> Sequence[Span]:
    counters = interface.counters
    absent: Span = ("·", Role.DIM)

    def number(value: int, bad: bool = False) -> Span:
        return (quantity(value), Role.WARN if bad else Role.TEXT) if value else absent

    return (
        (interface.name, Role.BRIGHT if interface.up else Role.DIM),
        (interface.kind, Role.DIM),
        ("● up", Role.OK) if interface.up else ("○ down", Role.DIM),
        (str(interface.mtu) if interface.mtu else "·", Role.DIM),
        absent if counters is None else number(counters.bytes_received),
        absent if counters is None else number(counters.bytes_sent),
        absent if counters is None else number(counters.packets_received),
        absent if counters is None else number(counters.packets_sent),
        absent if counters is None else number(counters.errors, True),
        absent if counters is None else number(counters.drops, True),
        (interface.description, Role.DIM),
    )
