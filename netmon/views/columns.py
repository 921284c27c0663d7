"""The Overview's usual columns as data, and the list of all there are.

Which of them a table shows and how wide they are is decided in ``placing``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from netmon.model.connection import Connection
from netmon.model.finding import Confidence
from netmon.units import duration, milliseconds, quantity

from . import charts
from .canvas import cut_end, cut_middle, width_of
from .column import ABSENT, TRICKLE, Column, Look, Spans, quantity_or_absent
from .extra_columns import EXTRA
from .minute import minute
from .theme import BOLD, Role
from .words import PORTED, application_label, host_text, local_end, pace, remote_text, said, service_port, state_word


def _process(connection: Connection, look: Look, width: int) -> Spans:
    owner = connection.owner
    if owner is None:
        return [("-", Role.DIM)]
    role = Role.DIM if look.over(connection) else Role.BRIGHT | BOLD
    process = owner.process
    title = process.title if owner.peer is None else f"{process.title} → {owner.peer.title}"
    if width < 17:
        return [(cut_end(title, width), role)]
    pid = str(process.pid)
    room = width - max(7, len(pid)) - 1
    name = cut_end(title, room)
    gap = width - len(pid) - width_of(name)
    return [(name, role), (" " * gap + pid, Role.DIM)]


def _port_text(port: int | None, service: str, look: Look) -> str:
    if port is None:
        return ""
    return f":{service}" if look.services and service else f":{port}"


def _remote(connection: Connection, look: Look, width: int) -> Spans:
    """The host, what kind of address it is where there is room, and the responder's port: ``←`` when that is ours."""
    if look.places and width >= 20:
        place = connection.remote_place
        inner = _remote(connection, look._replace(places=False), width - 3)
        inner.append((" " * (width - 2 - sum(width_of(text) for text, _ in inner)), Role.DIM))
        return [*inner, (cut_end(place.country, 2) if place is not None else "", Role.DIM)]
    incoming = connection.local_is_source is False
    named = look.names and connection.remote_name is not None
    role = Role.DIM if look.over(connection) else Role.BRIGHT if named else Role.TEXT
    number, ours = service_port(connection)
    port = _port_text(number, connection.service if number == connection.destination_port else "", look)
    if ours and port:
        port = f"←{port}"
    room = width - (width_of(port) + 1 if port else 0)
    text = remote_text(connection, look.names)
    inferred = text.startswith("~")
    host = cut_middle(text[1:] if inferred else text, room - inferred)
    spans: Spans = [("~", Role.DIM), (host, role)] if inferred else [(host, role)]
    used = width_of(host) + inferred
    kind = connection.source_kind if incoming else connection.destination_kind
    if kind and kind != "unicast" and used + 2 + len(kind) <= room:
        spans.append((f"  {kind}", Role.DIM))
        used += 2 + len(kind)
    if port:
        spans.append((" " * (width - used - width_of(port)) + port, Role.DIM))
    return spans


def _local(connection: Connection, _look: Look, width: int) -> Spans:
    return [(cut_middle(local_end(connection), width), Role.DIM)]


def _client(connection: Connection, look: Look, width: int) -> Spans:
    """Who opened it, in a file: processes are known there only where packets name them (PKTAP)."""
    if connection.owner is not None:
        return _process(connection, look, width)
    host = host_text(connection.local, connection.local_name, look.names)
    port = _port_text(connection.local_port, "", look) if width >= 20 and connection.protocol in PORTED else ""
    text = cut_middle(host.lstrip("~"), width - len(port) - bool(port))
    role = Role.DIM if look.over(connection) else Role.BRIGHT
    return [(text, role), (" " * (width - width_of(text) - len(port)) + port if port else "", Role.DIM)]


def _application(connection: Connection, look: Look, width: int) -> Spans:
    finding = connection.finding
    if finding is None:
        return [(cut_end(connection.protocol.upper(), width), Role.DIM)]
    guess = finding.confidence is Confidence.PORT
    label = f"{finding.name}?" if guess else finding.name
    role = Role.DIM if guess or look.over(connection) else Role.TEXT
    words = said(connection, look.names)
    if finding.risks:
        width -= 2
    short = cut_end(label, width)
    used = width_of(short)
    spans: Spans = [(short, role)]
    gap = max(1, (6 if width < 34 else 11) - used)
    if words and width - used - gap > 2:
        text = cut_end(words, width - used - gap)
        spans.append((" " * gap + text, Role.DIM if look.over(connection) else Role.TEXT))
        used += gap + width_of(text)
    if finding.risks:
        spans.append((" ▲", Role.WARN))
    return spans


def _state(connection: Connection, _look: Look, width: int) -> Spans:
    word = state_word(connection)
    text = cut_end(word.word, width - 2 - (2 if word.by else 0))
    return [(word.dot, word.dot_role), (f" {text}", word.role)] + ([(f" {word.by}", Role.BAD)] if word.by else [])


def _number(get: Callable[[Connection], float], role: int) -> Callable[[Connection, Look, int], Spans]:
    def spans(connection: Connection, look: Look, _width: int) -> Spans:
        value = get(connection)
        if value < 0.5:
            return [(ABSENT, Role.DIM)]
        return [(quantity(value), Role.DIM if look.over(connection) else role)]

    return spans


def _down(connection: Connection) -> float:
    return connection.rate_down


def _up(connection: Connection) -> float:
    return connection.rate_up


def _downs(rows: Sequence[Connection], _now: float) -> list[Any]:
    return [c.rate_out if c.local_is_source is False else c.rate_in for c in rows]


def _ups(rows: Sequence[Connection], _now: float) -> list[Any]:
    return [c.rate_in if c.local_is_source is False else c.rate_out for c in rows]


def rtt_of(connection: Connection) -> float | None:
    """The round-trip time there is: smoothed, else of the handshake, else of the last response."""
    rtt = connection.rtt
    if rtt.smoothed is not None:
        return rtt.smoothed
    if rtt.handshake is not None:
        return rtt.handshake
    times = connection.response_times
    return times[0].last if times and times[0].count else None


def _rtt(connection: Connection, look: Look, _width: int) -> Spans:
    value = rtt_of(connection)
    if value is None:
        return [(ABSENT, Role.DIM)]
    return [(milliseconds(value), Role.DIM if look.over(connection) else pace(value))]


def losses(connection: Connection) -> float:
    """TCP retransmissions, both directions."""
    tcp = connection.tcp
    return 0 if tcp is None else tcp.retransmissions_out + tcp.retransmissions_in


def _total(connection: Connection) -> float:
    return connection.bytes_out + connection.bytes_in


def _age(connection: Connection, look: Look, _width: int) -> Spans:
    end = connection.last_seen if look.over(connection) else look.now
    return [(duration(end - connection.first_seen), Role.DIM)]


def _wave(connection: Connection, look: Look, width: int) -> Spans:
    series = minute(connection.track, look.now)
    return [(charts.spark(series, width, max(TRICKLE, *series)) if series else "", Role.DIM)]


def _applications(rows: Sequence[Connection], _now: float) -> list[Any]:
    return [f"{application_label(c)} {c.finding.summary if c.finding is not None else ''}".lower() for c in rows]


def _remotes(rows: Sequence[Connection], _now: float) -> list[Any]:
    return [remote_text(c, True).lstrip("~").lower() for c in rows]


def _processes(rows: Sequence[Connection], _now: float) -> list[Any]:
    return [c.owner.process.title.lower() if c.owner is not None else None for c in rows]


COLUMNS: tuple[Column, ...] = (
    Column("process", "PROCESS", 10, 40, 1, _process, _processes),
    Column("remote", "REMOTE", 24, 48, 2, _remote, _remotes),
    Column("local", "LOCAL", 21, 30, 12, _local, lambda rows, _: [c.local for c in rows]),
    Column("application", "APPLICATION", 18, 100, 3, _application, _applications),
    Column("state", "STATE", 10, 11, 4, _state, lambda rows, _: [state_word(c).word for c in rows]),
    Column("age", "AGE", 6, 6, 10, _age, lambda rows, now: [now - c.first_seen for c in rows], True, duration, max,
           running=True),
    Column("rtt", "RTT", 6, 6, 7, _rtt, lambda rows, _: [rtt_of(c) for c in rows], True, milliseconds, max, True),
    Column("loss", "LOSS", 4, 4, 11, _number(losses, Role.WARN), lambda rows, _: [losses(c) for c in rows], True,
           quantity_or_absent, sum, role=Role.WARN),
    Column("total", "TOTAL", 6, 6, 8, _number(_total, Role.TEXT), lambda rows, _: [c.bytes_out + c.bytes_in for c in rows],
           True, quantity_or_absent, sum, True),
    Column("wave", "LAST 60 S", 12, 12, 9, _wave, lambda rows, _: [None] * len(rows)),
    Column("down", "DOWN", 5, 5, 5, _number(_down, Role.DOWN), _downs, True, quantity_or_absent, sum, True, Role.DOWN),
    Column("up", "UP", 5, 5, 6, _number(_up, Role.UP), _ups, True, quantity_or_absent, sum, True, Role.UP),
)  # fmt: skip
CLIENT = Column("client", "CLIENT", 15, 40, 1, _client, lambda rows, _: [c.local for c in rows])
_IN_FILES = {
    "remote": 2,
    "application": 3,
    "state": 4,
    "total": 5,
    "rtt": 6,
    "age": 8,
    "down": 9,
    "up": 10,
    "wave": 11,
    "loss": 12,
}
FILE_COLUMNS: tuple[Column, ...] = (
    CLIENT, *(replace(column, priority=_IN_FILES[column.key]) for column in COLUMNS if column.key in _IN_FILES),
)  # fmt: skip
"""While a file is played: it seldom knows processes, and what counts in the end is how much was moved."""
CATALOGUE: tuple[Column, ...] = (*COLUMNS, replace(CLIENT, usual=False), *EXTRA)
BY_KEY: dict[str, Column] = {column.key: column for column in CATALOGUE}
SORTABLE: tuple[str, ...] = tuple(column.key for column in CATALOGUE if column.key != "wave")
