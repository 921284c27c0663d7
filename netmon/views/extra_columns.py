"""The columns that are there for the choosing: whatever filters know has one.

Cells and sort values, as in ``columns``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from netmon.model.connection import Connection
from netmon.model.owner import Process
from netmon.model.surroundings import Place
from netmon.model.track import peaks
from netmon.units import duration, milliseconds, quantity

from .canvas import cut_end, cut_middle
from .column import ABSENT, Column, Look, Spans, quantity_or_absent
from .grouping import by_container, by_user, host_name
from .theme import Role

Text = Callable[[Connection], str]
Number = Callable[[Connection, float], float | None]


def _text(what: tuple[str, str, int, int], get: Text, middle: bool = False) -> Column:
    """A column of texts; absent ones are a dim dot."""
    key, title, least, most = what
    cut = cut_middle if middle else cut_end

    def spans(connection: Connection, look: Look, width: int) -> Spans:
        text = get(connection)
        if not text:
            return [(ABSENT, Role.DIM)]
        return [(cut(text, width), Role.DIM if look.over(connection) else Role.TEXT)]

    def values(rows: Sequence[Connection], _now: float) -> list[Any]:
        return [get(connection).lower() or None for connection in rows]

    return Column(key, title, least, most, 50, spans, values, usual=False)


def _number(
    what: tuple[str, str, int], get: Number, write: Callable[[float], str], gather: Callable[[Iterable[float]], float] = sum
) -> Column:
    """A column of numbers; absent ones and zero are a dim dot."""
    key, title, width = what

    def spans(connection: Connection, look: Look, _width: int) -> Spans:
        value = get(connection, look.now)
        if not value:
            return [(ABSENT, Role.DIM)]
        return [(write(value), Role.DIM if look.over(connection) else Role.TEXT)]

    def values(rows: Sequence[Connection], now: float) -> list[Any]:
        return [get(connection, now) for connection in rows]

    running = key == "idle"
    return Column(
        key, title, width, width, 50, spans, values, right=True, format=write, gather=gather, running=running, usual=False
    )


def _of_process(take: Callable[[Process], str]) -> Text:
    return lambda connection: take(connection.owner.process) if connection.owner is not None else ""


def _of_place(take: Callable[[Place], str]) -> Text:
    def text(connection: Connection) -> str:
        place = connection.remote_place
        return take(place) if place is not None else ""

    return text


def _network(place: Place) -> str:
    number = f"AS{place.asn}" if place.asn is not None else ""
    return " ".join(word for word in (number, place.organisation) if word)


def _location(place: Place) -> str:
    return ", ".join(word for word in (place.city, place.country_name or place.country) if word)


def _pid(connection: Connection, _now: float) -> float | None:
    return connection.owner.process.pid if connection.owner is not None else None


def _remote_vendor(connection: Connection) -> str:
    return connection.source_vendor if connection.local_is_source is False else connection.destination_vendor


def _idle(connection: Connection, now: float) -> float:
    return now - connection.last_seen


def _risks(connection: Connection) -> str:
    return ", ".join(connection.finding.risks) if connection.finding is not None else ""


def _peak(connection: Connection, _now: float) -> float:
    return sum(peaks(connection.track))


EXTRA: tuple[Column, ...] = (
    _text(("location", "LOCATION", 14, 30), _of_place(_location)),
    _text(("country", "COUNTRY", 7, 20), _of_place(lambda place: place.country_name or place.country)),
    _text(("asn", "NETWORK", 14, 36), _of_place(_network)),
    _text(("host", "HOST", 20, 48), host_name, middle=True),
    _text(("service", "SERVICE", 10, 16), lambda c: c.service),
    _text(("protocol", "PROTO", 6, 8), lambda c: c.protocol.upper()),
    _text(("direction", "DIRECTION", 9, 9), lambda c: c.direction.value),
    _text(("word", "OWN STATE", 12, 22), lambda c: c.state),
    _text(("risk", "RISKS", 12, 40), _risks),
    _number(("pid", "PID", 7), _pid, lambda value: f"{value:.0f}", min),
    _text(("user", "USER", 8, 18), by_user),
    _text(("command", "COMMAND", 20, 80), _of_process(lambda process: process.command_line)),
    _text(("unit", "UNIT", 16, 36), _of_process(lambda process: process.unit), middle=True),
    _text(("container", "CONTAINER", 14, 36), by_container, middle=True),
    _text(("interface", "IFACE", 8, 15), lambda c: c.interface),
    _text(("vlan", "VLAN", 4, 9), lambda c: ",".join(map(str, c.vlans))),
    _text(("tunnel", "TUNNEL", 10, 24), lambda c: " ".join(c.tunnel)),
    _text(("vendor", "CARD BY", 12, 30), _remote_vendor),
    _number(("received", "RECV", 5), lambda c, _: c.bytes_down, quantity_or_absent),
    _number(("sent", "SENT", 5), lambda c, _: c.bytes_up, quantity_or_absent),
    _number(("packets", "PKTS", 5), lambda c, _: c.packets_out + c.packets_in, quantity),
    _number(("peak", "PEAK", 5), _peak, quantity_or_absent, max),
    _number(("idle", "IDLE", 6), _idle, duration, min),
    _number(("jitter", "JITTER", 6), lambda c, _: c.rtt.jitter, milliseconds, max),
)
