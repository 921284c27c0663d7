"""The interfaces with their own counters, which count what was not captured as well, and who is on their links: address,
hardware address, who made the card, state and when it was last there (Activity, ``i``).

In: a snapshot, a state (who is heard, which line is marked), a box; out: cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from netmon.model.network import Interface
from netmon.model.snapshot import Snapshot, SystemStatus
from netmon.units import duration, quantity

from .canvas import Canvas
from .column import Span
from .layout import Box
from .listing import Heading, fit, paint_header, paint_row, paint_selection, quoted, visible
from .neighbourhood import MOST, Host, Neighbourhood
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


GAP = 3
"""Lines between the two lists: how much was captured, a blank one, the header."""
NEIGHBOURS = (
    Heading("NEIGHBOUR", 16, 1, grows=12, middle=True),
    Heading("", 7, 7),
    Heading("HARDWARE", 17, 2),
    Heading("CARD BY", 14, 4, grows=10),
    Heading("INTERFACE", 9, 5),
    Heading("STATE", 12, 3),
    Heading("SEEN", 6, 6, right=True),
    Heading("NAME", 8, 8, grows=34, middle=True),
)
_STATES = {"reachable": Role.OK, "failed": Role.BAD, "incomplete": Role.WARN}
NOW = 1.0
"""Seconds that are not worth a number."""
Item = Interface | Host


def items(snapshot: Snapshot, state: ViewState) -> list[Item]:
    """The interfaces, then who is on their links."""
    books = state.books.account if state.books is not None else None
    around = books if isinstance(books, Neighbourhood) else Neighbourhood()
    return [*snapshot.status.interfaces, *around.hosts(snapshot)]


def mark_of(item: Item) -> str:
    """What tells a line from the others."""
    return item.name if isinstance(item, Interface) else f"{item.interface} {item.address}"


def text_of(item: Item) -> str:
    """What is copied of a line."""
    return item.name if isinstance(item, Interface) else f"{item.address} {item.mac}".rstrip()


def filter_of(item: Item) -> str:
    """The filter that shows the connections of a line."""
    return f"iface:={quoted(item.name)}" if isinstance(item, Interface) else f"ip:={quoted(item.address)}"


class _Lines(NamedTuple):
    """What the lines of the body show."""

    at: int
    """The marked item."""
    indexes: list[int]
    """For each line below the header an item, -1 = the space between the lists."""
    split: int
    """Line of the second header, counted from the first; -1 = it is not there, 0 = the lists have but one."""


def lines(found: Sequence[Item], state: ViewState, height: int) -> _Lines:
    """Which items stand on the ``height`` lines below the header."""
    first = sum(isinstance(item, Interface) for item in found)
    marks = [mark_of(item) for item in found]
    both = 0 < first < len(found)
    at, top = visible(marks, state, max(1, height - GAP) if both else height)
    if first <= top:
        return _Lines(at, list(range(top, min(len(found), top + height))), 0 if found else -1)
    indexes = list(range(top, min(first, top + height)))
    split = -1
    if both and len(indexes) + GAP < height:
        split = len(indexes) + GAP
        indexes += [-1] * GAP
        indexes += range(first, min(len(found), first + height - len(indexes)))
    return _Lines(at, indexes, split)


def paint(canvas: Canvas, box: Box, snapshot: Snapshot, state: ViewState) -> None:
    """The interfaces with, where there is room, how much of what they counted was captured; then the neighbours."""
    found = items(snapshot, state)
    at, indexes, split = lines(found, state, box.height - 1)
    slots, beside = fit(HEADINGS, box.width - 2), fit(NEIGHBOURS, box.width - 2)
    many = sum(isinstance(item, Host) for item in found) >= MOST
    titles = (NEIGHBOURS[0]._replace(title=f"{MOST} NEIGHBOURS" if many else "NEIGHBOUR"), *NEIGHBOURS[1:])
    if split and (found or snapshot.status.playback is None):
        paint_header(canvas, box, HEADINGS, slots)
    else:
        paint_header(canvas, box, titles, beside)
    if split > 0:
        paint_header(canvas, Box(box.x, box.y + split, box.width, 1), titles, beside)
    if not found:
        canvas.put(box.x + 1, box.y + 2, _nothing(snapshot), Role.DIM, box.width - 1)
    for line, index in enumerate(indexes, 1):
        place = (box.x, box.y + line)
        item = found[index] if index >= 0 else None
        if isinstance(item, Interface):
            paint_row(canvas, place, _interface(item), HEADINGS, slots)
        elif item is not None:
            paint_row(canvas, place, _neighbour(item, snapshot.now), NEIGHBOURS, beside)
    if at in indexes:
        paint_selection(canvas, box, indexes.index(at), len(found))
    below = sum(isinstance(item, Interface) for item in found) + 1
    if below < box.height and (split == below + GAP - 1 or split < 0):
        _coverage(canvas, Box(box.x, box.y + below + (split < 0), box.width, 1), snapshot.status)
    shown = [index for index in indexes if index >= 0]
    if len(shown) < len(found):
        scroll_bar(canvas, Box(box.x, box.y + 1, box.width, box.height - 1), shown[0] if shown else 0, len(found))


def _nothing(snapshot: Snapshot) -> str:
    if snapshot.status.playback is not None:
        return "nobody in this file has asked for, or told, a hardware address (ARP, NDP) so far"
    return "the system names no interfaces"


def _coverage(canvas: Canvas, box: Box, status: SystemStatus) -> None:
    captured, counted = status.coverage
    if counted:
        share = min(100.0, 100 * captured / counted)
        what = "all" if share >= 99.95 else f"{quantity(captured)} ({share:.1f} %)"
        text = f"coverage: {what} of the {quantity(counted)} bytes counted since the start were captured"
        canvas.put(box.x + 1, box.y, text, Role.DIM if share >= 99 else Role.WARN, box.width - 2)


def _neighbour(host: Host, now: float) -> Sequence[Span]:
    seen = ("·", Role.DIM) if host.seen is None else (_ago(now - host.seen), Role.DIM)
    sign = "●" if host.state == "reachable" else "○"
    return (
        (host.address, Role.BRIGHT if host.mac else Role.DIM),
        ("gateway" if host.router else "", Role.DIM),
        (host.mac or "·", Role.TEXT if host.mac else Role.DIM),
        (host.vendor or "·", Role.TEXT if host.vendor else Role.DIM),
        (host.interface, Role.DIM),
        (f"{sign} {host.state}", _STATES.get(host.state, Role.DIM)),
        seen,
        (host.name, Role.TEXT),
    )


def _ago(seconds: float) -> str:
    return "now" if seconds < NOW else duration(seconds)


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
