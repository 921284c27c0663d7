"""The System sidebar: how the monitor itself is doing, and what the whole network does.

In: a snapshot and a box of 26 columns; out: cells. Sections that have nothing to say are left out, and when it is too
low for all of them the later ones go.
"""

from __future__ import annotations

from textwrap import wrap

from netmon.model.connection import Snapshot
from netmon.units import quantity

from . import charts
from .canvas import Canvas, cut_end, cut_middle
from .layout import Box
from .summary import Summary
from .theme import BOLD, Role

Item = tuple[str, str, int]
"""Left text, right text, style of the right text."""


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
    for title, items in _sections(snapshot, summary, width):
        if y + 1 + len(items) > bottom and y > box.y:
            items = items[: max(0, bottom - y - 1)]
            if not items:
                break
        canvas.put(x, y, title, Role.BRIGHT | BOLD, width)
        for offset, (left, right, style) in enumerate(items, 1):
            if right:
                start = canvas.right(x + width, y + offset, cut_end(right, width), style)
                canvas.put(x, y + offset, cut_end(left, max(0, start - x - 1)), _left_style(left))
            else:
                canvas.put(x, y + offset, cut_end(left, width), style)
        y += len(items) + 2
        if y >= bottom:
            break


def _left_style(left: str) -> int:
    if left.startswith("↓"):
        return Role.DOWN
    return Role.UP if left.startswith("↑") else Role.DIM


def _sections(snapshot: Snapshot, summary: Summary, width: int) -> list[tuple[str, list[Item]]]:
    return [
        (title, items)
        for title, items in (
            ("System", _system(snapshot, width)),
            ("Attention", _attention(snapshot, width)),
            ("Traffic, 60 s", _traffic(snapshot, width)),
            ("Connections", _connections(snapshot, summary)),
            ("Packets", _packets(snapshot)),
            ("TCP health", _health(summary)),
            ("Queues", _queues(snapshot)),
            ("Security", _security(snapshot)),
        )
        if items
    ]


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
    items: list[Item] = [(cut_middle(source_words(snapshot), width), "", Role.TEXT)] if status.source else []
    used = {name.strip() for name in status.source.split(",")}
    for interface in status.interfaces:
        if interface.name in used:
            kind = interface.kind.capitalize() or "interface"
            if len(used) > 1:
                kind = f"{interface.name} {kind}"
            items.append((f"{kind} · {interface.mtu}" if interface.mtu else kind, "", Role.DIM))
    items.append((meter_words(snapshot), "", Role.WARN if status.meter_reason else Role.TEXT))
    if status.attribution:
        items += [(line, "", Role.DIM) for line in wrap(status.attribution[:200], width, max_lines=3, placeholder=" …")]
    return items


def _attention(snapshot: Snapshot, width: int) -> list[Item]:
    """What is degraded, each note on as many lines as it needs."""
    status = snapshot.status
    texts = [(status.capture.problem, Role.BAD), (status.meter_reason, Role.WARN)]
    texts += [(status.capture.truncated_tail, Role.WARN)]
    texts += [(note, Role.WARN) for note in status.notes]
    items: list[Item] = []
    for text, style in texts:
        lines = wrap(text[:400], width - 2, max_lines=5, placeholder=" …")
        items += [(f"{'▲' if not n else ' '} {line}", "", int(style)) for n, line in enumerate(lines)]
    return items


def _traffic(snapshot: Snapshot, width: int) -> list[Item]:
    status = snapshot.status
    if not (any(status.history_down) or any(status.history_up)):
        return []
    wave = width - 8
    top = max(1, *status.history_down, *status.history_up)
    return [
        ("↓ " + charts.spark(status.history_down, wave, top), quantity(status.rate_down), Role.DOWN),
        ("↑ " + charts.spark(status.history_up, wave, top), quantity(status.rate_up), Role.UP),
    ]


def _connections(snapshot: Snapshot, summary: Summary) -> list[Item]:
    items: list[Item] = [
        ("live", quantity(len(snapshot.connections)), Role.TEXT),
        (" TCP", quantity(summary.tcp), Role.DIM),
        (" UDP", quantity(summary.udp), Role.DIM),
        (" other", quantity(summary.other), Role.DIM),
        ("processes", quantity(summary.processes), Role.TEXT),
        ("opened", quantity(snapshot.status.opened), Role.DIM),
        ("closed", quantity(snapshot.status.closed), Role.DIM),
    ]
    if snapshot.status.evicted:
        items.append(("evicted", quantity(snapshot.status.evicted), Role.WARN))
    return items


def _packets(snapshot: Snapshot) -> list[Item]:
    status = snapshot.status
    totals = status.totals
    lost = dropped(snapshot)
    items: list[Item] = [
        ("seen", f"{quantity(totals.packets)}  {quantity(status.packets_per_second)}/s", Role.TEXT),
        ("dropped", quantity(lost), Role.BAD if lost else Role.OK),
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
            items.append((name, quantity(value), Role.BAD))
    if totals.bytes:
        share = 10_000 * (totals.bytes - totals.not_understood_bytes) // totals.bytes
        text = "100 %" if not totals.not_understood_bytes else f"{share / 100:.2f} %"
        items.append(("coverage", text, Role.TEXT if share >= 9900 else Role.WARN))
    return items


def _health(summary: Summary) -> list[Item]:
    """What counts as many is left to the reader; zero is dim."""
    rows = (("retransmits", summary.retransmissions), ("resets", summary.resets))
    return [(name, quantity(value) if value else "·", Role.TEXT if value else Role.DIM) for name, value in rows]


def _queues(snapshot: Snapshot) -> list[Item]:
    """Only those that are filling up or have lost something."""
    items: list[Item] = []
    for queue in snapshot.status.queues:
        if queue.dropped:
            items.append((queue.name, f"lost {quantity(queue.dropped)}", Role.BAD))
        elif queue.bound and queue.used * 2 > queue.bound:
            items.append((queue.name, f"{queue.used} / {queue.bound}", Role.WARN))
    return items


def _security(snapshot: Snapshot) -> list[Item]:
    return [(line, "", Role.TEXT) for line in snapshot.status.sandbox]
