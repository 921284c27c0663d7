"""The Overview's columns as data, and which of them fit a width.

In: a connection and how to look at it; out: spans (text, style) that fit a column, and a sort value. A column's width
depends on the table's width alone, never on what is in it, so nothing jumps while running. Columns that do not fit are
dropped by priority before any is squeezed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from netmon.model.connection import Connection
from netmon.model.finding import Confidence
from netmon.units import duration, milliseconds, quantity

from . import charts
from .canvas import cut_end, cut_middle, width_of
from .theme import Role
from .words import application_label, host_text, process_name, remote_text, state_word

Span = tuple[str, int]
Spans = list[Span]
Value = float | str | None
ABSENT = "·"


class Look(NamedTuple):
    """How to look at a connection: the moment, and the toggles that change cell texts."""

    now: float
    names: bool = True
    services: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``spans`` may return less than ``width`` columns, never more."""

    key: str
    title: str
    width: int
    """Least width at which it is worth having."""
    most: int
    """Width beyond which more is of no use."""
    priority: int
    """1 stays longest."""
    spans: Callable[[Connection, Look, int], Spans]
    value: Callable[[Connection, float], Value]
    right: bool = False
    format: Callable[[float], str] | None = None
    """Numeric columns: how a sum or an extreme over a group is written."""
    gather: Callable[[list[float]], float] | None = None
    """Numeric columns: the value of a group from its members' values."""
    jumpy: bool = False
    """Its values change all the time, so rows are held in place against small changes (screen.md rule 3)."""
    role: int = Role.TEXT
    group_title: str = ""

    @property
    def numeric(self) -> bool:
        """Sorted downwards at first, and summed up in groups."""
        return self.gather is not None


def quantity_or_absent(value: float) -> str:
    """A quantity, the dim dot for zero."""
    return quantity(value) if value >= 0.5 else ABSENT


def _process(connection: Connection, _look: Look, width: int) -> Spans:
    owner = connection.owner
    if owner is None:
        return [("-", Role.DIM)]
    role = Role.DIM if connection.closed else Role.BRIGHT
    process = owner.process
    if width < 17:
        return [(cut_end(process.name, width), role)]
    pid = str(process.pid)
    room = width - max(7, len(pid)) - 1
    name = cut_end(process.name, room)
    gap = width - len(pid) - width_of(name)
    return [(name, role), (" " * gap + pid, Role.DIM)]


def _port_text(port: int | None, service: str, look: Look) -> str:
    if port is None:
        return ""
    return f":{service}" if look.services and service else f":{port}"


def _remote(connection: Connection, look: Look, width: int) -> Spans:
    port_width = 7 if width >= 24 else 6
    role = Role.DIM if connection.closed else Role.BRIGHT
    port = _port_text(connection.remote_port, connection.service, look)
    room = width - (max(port_width, len(port)) if port else 0)
    text = remote_text(connection, look.names)
    inferred = text.startswith("~")
    host = cut_middle(text[1:] if inferred else text, room - inferred)
    spans: Spans = [("~", Role.DIM), (host, role)] if inferred else [(host, role)]
    used = width_of(host) + inferred
    kind = connection.source_kind if connection.local_is_source is False else connection.destination_kind
    if kind and kind != "unicast" and used + 2 + len(kind) <= room:
        spans.append((f" {kind}", Role.DIM))
        used += 1 + len(kind)
    if port:
        spans.append((" " * (width - used - len(port)) + port, Role.DIM))
    return spans


def _local(connection: Connection, look: Look, width: int) -> Spans:
    port = _port_text(connection.local_port, "", look)
    host = cut_middle(host_text(connection.local, None, False, connection.local_port), width - len(port))
    return [(host, Role.DIM), (port, Role.DIM)]


_LABEL = 6


def _application(connection: Connection, _look: Look, width: int) -> Spans:
    finding = connection.finding
    if finding is None:
        return [(cut_end(connection.protocol.upper(), width), Role.DIM)]
    guess = finding.confidence is Confidence.PORT
    label = f"{finding.label}?" if guess else finding.label
    role = Role.DIM if guess or connection.closed else Role.TEXT
    said = finding.summary or finding.hostname
    short = cut_end(label, width)
    used = width_of(short)
    spans: Spans = [(short, role)]
    gap = max(1, _LABEL - used)
    if said and width - used - gap > 2:
        text = cut_end(said, width - used - gap)
        spans.append((" " * gap + text, Role.DIM if connection.closed else Role.TEXT))
        used += gap + width_of(text)
    if finding.risks and width - used >= 2:
        spans.append((" ▲", Role.WARN))
    return spans


def _state(connection: Connection, _look: Look, width: int) -> Spans:
    word = state_word(connection)
    text = cut_end(word.word, width - 2 - (2 if word.by else 0))
    return [(word.dot, word.dot_role), (f" {text}", word.role)] + ([(f" {word.by}", Role.BAD)] if word.by else [])


def _number(get: Callable[[Connection], float], role: int) -> Callable[[Connection, Look, int], Spans]:
    def spans(connection: Connection, _look: Look, _width: int) -> Spans:
        value = get(connection)
        if value < 0.5:
            return [(ABSENT, Role.DIM)]
        return [(quantity(value), Role.DIM if connection.closed else role)]

    return spans


def _down(connection: Connection) -> float:
    return connection.rate_down


def _up(connection: Connection) -> float:
    return connection.rate_up


def rtt_of(connection: Connection) -> float | None:
    """The round-trip time there is: smoothed, else of the handshake, else of the last response."""
    rtt = connection.rtt
    if rtt.smoothed is not None:
        return rtt.smoothed
    if rtt.handshake is not None:
        return rtt.handshake
    return connection.response_times[0].last if connection.response_times else None


def _rtt(connection: Connection, _look: Look, _width: int) -> Spans:
    value = rtt_of(connection)
    return [(ABSENT, Role.DIM)] if value is None else [(milliseconds(value), Role.DIM if connection.closed else Role.TEXT)]


def losses(connection: Connection) -> float:
    """TCP retransmissions, both directions."""
    tcp = connection.tcp
    return 0 if tcp is None else tcp.retransmissions_out + tcp.retransmissions_in


def _total(connection: Connection) -> float:
    return connection.bytes_out + connection.bytes_in


def _age(connection: Connection, look: Look, _width: int) -> Spans:
    end = connection.last_seen if connection.closed else look.now
    return [(duration(end - connection.first_seen), Role.DIM)]


def _wave(connection: Connection, _look: Look, width: int) -> Spans:
    down, up = connection.rates.history_in, connection.rates.history_out
    both = [a + b for a, b in zip(down, up, strict=False)]
    return [(charts.spark(both, width), Role.DIM if connection.closed else Role.ACCENT)]


COLUMNS: tuple[Column, ...] = (
    Column("process", "PROCESS", 10, 22, 1, _process, lambda c, _: process_name(c).lower() or None),
    Column("remote", "REMOTE", 20, 46, 2, _remote, lambda c, _: remote_text(c, True).lstrip("~[").lower()),
    Column("local", "LOCAL", 21, 30, 12, _local, lambda c, _: c.local),
    Column("application", "APPLICATION", 17, 60, 3, _application,
           lambda c, _: (application_label(c) + " " + (c.finding.summary if c.finding else "")).lower()),
    Column("state", "STATE", 10, 10, 4, _state, lambda c, _: state_word(c).word),
    Column("age", "AGE", 6, 6, 10, _age, lambda c, now: now - c.first_seen, True, duration, max),
    Column("rtt", "RTT", 6, 6, 7, _rtt, lambda c, _: rtt_of(c), True, milliseconds, max, True),
    Column("loss", "LOSS", 4, 4, 11, _number(losses, Role.WARN), lambda c, _: losses(c), True, quantity_or_absent, sum,
           role=Role.WARN),
    Column("total", "TOTAL", 5, 5, 8, _number(_total, Role.TEXT), lambda c, _: _total(c), True, quantity_or_absent, sum,
           True),
    Column("wave", "LAST 60 S", 12, 12, 9, _wave, lambda _, __: None),
    Column("down", "DOWN", 6, 6, 5, _number(_down, Role.DOWN), lambda c, _: c.rate_down, True, quantity_or_absent, sum,
           True, Role.DOWN),
    Column("up", "UP", 6, 6, 6, _number(_up, Role.UP), lambda c, _: c.rate_up, True, quantity_or_absent, sum,
           True, Role.UP),
)  # fmt: skip
BY_KEY: dict[str, Column] = {column.key: column for column in COLUMNS}
SORTABLE: tuple[str, ...] = tuple(column.key for column in COLUMNS if column.key != "wave")


class Placed(NamedTuple):
    """A column where it stands in a table of some width."""

    column: Column
    x: int
    width: int


@lru_cache(maxsize=64)
def place(width: int) -> tuple[Placed, ...]:
    """The columns that fit ``width`` columns, left to right; one column of margin on the left, two between columns
    (one where space is short)."""
    gap = 1 if width < 100 else 2
    room = width - 1
    chosen: list[Column] = []
    used = 0
    for column in sorted(COLUMNS, key=lambda column: column.priority):
        need = column.width + (gap if chosen else 0)
        if used + need > room:
            break
        chosen.append(column)
        used += need
    if not chosen:
        first = min(COLUMNS, key=lambda column: column.priority)
        return (Placed(first, 1 if width > 1 else 0, max(1, width - 1)),)
    widths = {column.key: column.width for column in chosen}
    _grow(widths, {column.key: column.most for column in chosen}, room - used)
    placed: list[Placed] = []
    x = 1
    for column in COLUMNS:
        if column.key in widths:
            placed.append(Placed(column, x, widths[column.key]))
            x += widths[column.key] + gap
    return tuple(placed)


_STEPS: tuple[tuple[str, int], ...] = (
    ("process", 14), ("remote", 24), ("application", 24), ("process", 18), ("remote", 30), ("application", 34),
    ("process", 22), ("remote", 38), ("application", 60), ("remote", 46), ("local", 30),
)  # fmt: skip
"""Where spare room goes, in this order: a column grows to that width before the next one does."""


def _grow(widths: dict[str, int], most: dict[str, int], spare: int) -> None:
    for key, goal in _STEPS:
        if key in widths and spare > 0:
            more = min(spare, max(0, min(goal, most[key]) - widths[key]))
            widths[key] += more
            spare -= more
