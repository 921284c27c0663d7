"""Hosts: the other ends, folded by registrable domain, country or network, by what was exchanged with them.

     DOMAIN                     CONN   DOWN     UP   TOTAL   APPLICATIONS     WHO TALKS TO IT
     freebsd.org                   3   1.2M    14K    41M    TLS QUIC         firefox, curl
       www.freebsd.org             2   1.2M    12K    40M    TLS QUIC         firefox

In: state (sums by host, scroll), a box; out: cells. Closed conversations count in totals. Ordered by total bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from netmon.units import quantity

from . import charts
from .canvas import Canvas
from .column import Span, quantity_or_absent
from .layout import Box
from .listing import Heading, fit, paint_header, paint_row, paint_selection, quoted, visible
from .scrollbar import scroll_bar
from .state import ViewState
from .tallies import Hosts, HostTally
from .theme import Role

HEADINGS = (
    Heading("DOMAIN OR ADDRESS", 24, 1, grows=14, middle=True),
    Heading("IN", 2, 8),
    Heading("NETWORK", 13, 9, grows=12),
    Heading("HOSTS", 5, 10, right=True),
    Heading("SHARE", 10, 11),
    Heading("CONN", 4, 5, right=True),
    Heading("DOWN", 5, 2, right=True),
    Heading("UP", 5, 3, right=True),
    Heading("TOTAL", 5, 4, right=True),
    Heading("APPLICATIONS", 14, 7, grows=14),
    Heading("WHO TALKS TO IT", 16, 6, grows=40),
)
_FIELDS = {"country": "country", "network": "asn"}
NOWHERE = tuple(heading._replace(priority=99, width=10_000) if heading.title == "IN" else heading for heading in HEADINGS)
"""The same without countries, when none is known: a width that never fits."""


def lines_of(state: ViewState) -> list[tuple[HostTally, bool]]:
    """The tallies as lines; several hosts of a domain are named below it, one stands for it; below a country all are."""
    books = state.books.account if state.books is not None else None
    if not isinstance(books, Hosts):
        return []
    lines: list[tuple[HostTally, bool]] = []
    for tally in sorted(books.domains.values(), key=_ORDER, reverse=True):
        if len(tally.hosts) == 1 and state.hosts_by == "domain":
            lines += [(host, False) for host in tally.hosts.values()]
        else:
            lines.append((tally, False))
            lines += [(host, True) for host in sorted(tally.hosts.values(), key=_ORDER, reverse=True)]
    return lines


_ORDER = attrgetter("total", "name")


def marks(lines: Sequence[tuple[HostTally, bool]]) -> list[str]:
    """What tells the lines apart, whatever their order."""
    found: list[str] = []
    outer = ""
    for tally, inner in lines:
        outer = outer if inner else tally.name
        found.append(f"{outer}  {tally.name}" if inner else tally.name)
    return found


def filter_of(tally: HostTally, inner: bool, folded: str) -> str:
    """The filter that shows the connections of a line; ``folded`` is by what the hosts are."""
    name = quoted(tally.name)
    if not inner and folded in _FIELDS:
        return f"{_FIELDS[folded]}:={name}" if tally.name else f"!{_FIELDS[folded]}:/./"
    if len(tally.hosts) > 1:
        return f"host:{name}"
    return f"(host:={name} OR dst:={name})"


def paint(canvas: Canvas, box: Box, state: ViewState) -> None:
    """The header and the hosts."""
    lines = lines_of(state)
    headings = HEADINGS if any(tally.places.sizes for tally, _ in lines) else NOWHERE
    if state.hosts_by != "domain":
        headings = (headings[0]._replace(title=state.hosts_by.upper()), *headings[1:])
    slots = fit(headings, box.width - 2)
    paint_header(canvas, box, headings, slots)
    if not lines:
        canvas.put(box.x + 1, box.y + 2, "no traffic yet", Role.DIM, box.width - 1)
    at, top = visible(marks(lines), state, box.height - 1)
    everything = sum(tally.total for tally, inner in lines if not inner)
    for line, (tally, inner) in enumerate(lines[top : top + box.height - 1]):
        paint_row(canvas, (box.x, box.y + 1 + line), _row(tally, inner, (everything, state.file)), headings, slots)
    paint_selection(canvas, box, at - top, len(lines))
    scroll_bar(canvas, Box(box.x, box.y + 1, box.width, box.height - 1), top, len(lines))


def _row(tally: HostTally, inner: bool, more: tuple[int, bool]) -> Sequence[Span]:
    everything, file = more
    there = bool(tally.live) or file
    down, up = quantity_or_absent(tally.down), quantity_or_absent(tally.up)
    text = Role.TEXT if there else Role.DIM
    return (
        (f"  {tally.name}" if inner else tally.name or "-", text if inner else Role.BRIGHT if there else Role.DIM),
        (" ".join(tally.places.most()), Role.DIM),
        (", ".join(tally.networks.most()[:2]), Role.DIM),
        (str(len(tally.hosts)) if len(tally.hosts) > 1 else "", Role.DIM),
        (charts.bar(tally.total / everything, 10) if everything and tally.total else "", Role.DIM if inner else Role.ACCENT),
        (str(tally.live) if tally.live else "·", text),
        (down, Role.DIM if down == "·" else Role.DOWN),
        (up, Role.DIM if up == "·" else Role.UP),
        (quantity(tally.total), text),
        (" ".join(tally.applications.most()), Role.DIM if inner else text),
        (", ".join(tally.processes.most()), Role.DIM if inner else text),
    )
