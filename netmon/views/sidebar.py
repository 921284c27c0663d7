"""The System sidebar: how the monitor itself is doing, and what the whole network does.

In: a snapshot and a box of 26 columns; out: cells. Sections that have nothing to say are left out, and when it is too
low for all of them the later ones go.
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import NamedTuple

from netmon.model.snapshot import Snapshot
from netmon.units import quantity

from . import charts
from .canvas import Canvas, cut_end, cut_middle
from .layout import Box
from .summary import Summary
from .theme import BOLD, Role


class Item(NamedTuple):
    """One line."""

    left: str
    right: str = ""
    style: int = Role.TEXT
    """Of the right text, or of the left one when it stands alone."""
    left_style: int = Role.DIM


Section = tuple[str, str, list[Item]]
"""Title, what stands at its right, and the lines below."""
MINUTE = 60


def paint(canvas: Canvas, box: Box, snapshot: Snapshot, summary: Summary) -> None:
    """The rule on the left and the sections beside it."""
    for y in range(box.y, box.y + box.height):
        canvas.put(box.x, y, "│", Role.RULE)
    x = box.x + 2
    width = box.width - 3
    if width < 8:
        return
    y = box.y
    bottom = box.y + box.height
    for title, right, items in _sections(snapshot, summary, width):
        if y + 1 + len(items) > bottom and y > box.y:
            items = items[: max(0, bottom - y - 1)]
            if not items:
                break
        canvas.put(x, y, title, Role.BRIGHT | BOLD, width)
        canvas.right(x + width, y, right, Role.TEXT)
        for offset, (left, right, style, left_style) in enumerate(items, 1):
            if right:
                start = canvas.right(x + width, y + offset, cut_end(right, width), style)
                canvas.put(x, y + offset, cut_end(left, max(0, start - x - 1)), left_style)
            else:
                canvas.put(x, y + offset, cut_end(left, width), style)
        y += len(items) + 2
        if y >= bottom:
            break


def _sections(snapshot: Snapshot, summary: Summary, width: int) -> list[Section]:
    status = snapshot.status
    live = quantity(summary.tcp + summary.udp + summary.other)
    sections: tuple[Section, ...] = (
        ("System", "", _system(snapshot, width)),
        ("Attention", "", _attention(snapshot, width)),
        ("Last 60 s", "", _traffic(snapshot, width)),
        ("Busiest", "", _busiest(summary)),
        ("Connections", live, _connections(snapshot, summary)),
        ("Packets", f"{quantity(status.packets_per_second)}/s", _packets(snapshot)),
        ("TCP health", "", _health(summary)),
        ("Queues", "", _queues(snapshot)),
        ("Inspection", "", _inspection(snapshot)),
        ("Security", "", _security(snapshot)),
    )
    return [section for section in sections if section[2]]


def meter_words(snapshot: Snapshot) -> str:
    """``kernel meter``, as it is called on every view."""
    return f"{snapshot.status.meter} meter"


def source_words(snapshot: Snapshot) -> str:
    """Where packets come from: interfaces, or a file without its folders."""
    source = snapshot.status.source
    return source.rpartition("/")[2] or source if snapshot.status.playback is not None else source


def dropped(snapshot: Snapshot) -> int:
    """Packets lost anywhere between the wire and the tracker."""
    capture = snapshot.status.capture
    lost = capture.dropped_kernel + capture.dropped_interface + capture.dropped_queue
    return lost + snapshot.status.totals.inspect_lost + snapshot.status.totals.table_full


def _system(snapshot: Snapshot, width: int) -> list[Item]:
    status = snapshot.status
    items = [Item(cut_middle(source_words(snapshot), width))] if status.source else []
    used = {name.strip() for name in status.source.split(",")}
    for interface in status.interfaces:
        if interface.name in used:
            kind = interface.kind.capitalize() or "interface"
            if len(used) > 1:
                kind = f"{interface.name} {kind}"
            items.append(Item(f"{kind} · {interface.mtu}" if interface.mtu else kind, "", Role.DIM))
    items.append(Item(meter_words(snapshot), "", Role.WARN if status.meter_reason else Role.TEXT))
    if status.attribution:
        items += [Item(line, "", Role.DIM) for line in wrap(status.attribution[:200], width, max_lines=3, placeholder=" …")]
    return items


def _attention(snapshot: Snapshot, width: int) -> list[Item]:
    """What is degraded: what, why and what to do, which takes some lines in so narrow a column."""
    status = snapshot.status
    texts = [(status.capture.problem, Role.BAD), (status.meter_reason, Role.WARN)]
    texts += [(status.capture.truncated_tail, Role.WARN)]
    texts += [(note, Role.WARN) for note in status.notes]
    items: list[Item] = []
    for text, style in texts:
        lines = wrap(text[:400], width - 2, max_lines=8, placeholder=" …")
        items += [Item(f"{'▲' if not n else ' '} {line}", "", int(style)) for n, line in enumerate(lines)]
    return items


def _traffic(snapshot: Snapshot, width: int) -> list[Item]:
    status = snapshot.status
    if not (any(status.history_down) or any(status.history_up)):
        return []
    items: list[Item] = []
    for history, word, role in ((status.history_down, "down", Role.DOWN), (status.history_up, "up", Role.UP)):
        peak = max(history, default=0)
        items.append(Item(f"{word}, peak", f"{quantity(peak)}/s", role))
        items += [Item(line, "", role) for line in charts.area(_minute(history), width, 2, peak)]
    return items


def _minute(history: Sequence[int]) -> list[int]:
    return [0] * (MINUTE - len(history)) + list(history)


def _busiest(summary: Summary) -> list[Item]:
    return [Item(name, f"{quantity(rate)}/s", left_style=Role.TEXT) for name, rate in summary.busiest]


def _connections(snapshot: Snapshot, summary: Summary) -> list[Item]:
    items: list[Item] = [
        Item("TCP", quantity(summary.tcp), Role.TEXT),
        Item("UDP", quantity(summary.udp), Role.TEXT),
        Item("other", quantity(summary.other), Role.TEXT),
        Item("processes", quantity(summary.processes), Role.TEXT),
        Item("opened", quantity(snapshot.status.opened), Role.DIM),
        Item("closed", quantity(snapshot.status.closed), Role.DIM),
    ]
    if snapshot.status.evicted:
        items.append(Item("evicted", quantity(snapshot.status.evicted), Role.WARN))
    return items


def _packets(snapshot: Snapshot) -> list[Item]:
    status = snapshot.status
    totals = status.totals
    lost = dropped(snapshot)
    items: list[Item] = [
        Item("seen", quantity(totals.packets), Role.TEXT),
        Item("dropped", quantity(lost), Role.BAD if lost else Role.OK),
    ]
    capture = status.capture
    for name, value in (
        (" by the kernel", capture.dropped_kernel),
        (" by the interface", capture.dropped_interface),
        (" by a queue", capture.dropped_queue),
        (" not inspected", totals.inspect_lost),
        (" table full", totals.table_full),
    ):
        if value:
            items.append(Item(name, quantity(value), Role.BAD))
    if totals.bytes:
        share = 10_000 * (totals.bytes - totals.not_understood_bytes) // totals.bytes
        text = "100 %" if not totals.not_understood_bytes else f"{share / 100:.2f} %"
        items.append(Item("understood", text, Role.TEXT if share >= 9900 else Role.WARN))
    captured, counted = status.coverage
    if counted:
        part = min(1.0, captured / counted)
        text = "100 %" if part >= 0.9995 else f"{100 * part:.1f} %"
        items.append(Item("coverage", text, Role.TEXT if part >= 0.99 else Role.WARN))
    return items


def _health(summary: Summary) -> list[Item]:
    """What counts as many is left to the reader; zero is dim."""
    rows = (("retransmits", summary.retransmissions), ("resets", summary.resets))
    return [Item(name, quantity(value) if value else "·", Role.TEXT if value else Role.DIM) for name, value in rows]


def _queues(snapshot: Snapshot) -> list[Item]:
    """Only those that are filling up or have lost something."""
    items: list[Item] = []
    for queue in snapshot.status.queues:
        if queue.dropped:
            items.append(Item(queue.name, f"lost {quantity(queue.dropped)}", Role.BAD))
        elif queue.bound and queue.used * 2 > queue.bound:
            items.append(Item(queue.name, f"{queue.used} / {queue.bound}", Role.WARN))
    return items


def _inspection(snapshot: Snapshot) -> list[Item]:
    """What is held against its bound, and what was given up; nothing while there is nothing of it."""
    inspection = snapshot.status.inspection
    items: list[Item] = []
    if inspection.held:
        full = 2 * inspection.held > inspection.bound
        text = f"{quantity(inspection.held)} / {quantity(inspection.bound)}"
        items.append(Item("held", text, Role.WARN if full else Role.DIM))
    for name, value, role in (
        ("unrecognised", inspection.given_up, Role.DIM),
        ("budget spent", snapshot.status.totals.inspect_spent, Role.DIM),
        ("holes", inspection.holes, Role.DIM),
        ("evicted", inspection.evicted, Role.WARN),
        ("fragments", inspection.fragments, Role.WARN),
        ("failures", inspection.failures, Role.BAD),
    ):
        if value:
            items.append(Item(name, quantity(value), role))
    return items


def _security(snapshot: Snapshot) -> list[Item]:
    return [Item(line) for line in snapshot.status.sandbox]
