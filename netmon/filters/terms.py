"""Terms to predicates, quick ones: for each field, where its texts are in a connection.

In: a field and a ``Memo`` that judges one text. Out: a predicate over a connection. Rule: the same answer as judging every
text of ``fields.texts_of`` (a test holds both to it); one function call and a few look-ups per connection.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, floor
from operator import attrgetter
from typing import Any

from netmon.model.connection import Connection, Direction
from netmon.model.finding import Secrecy
from netmon.model.state_word import word_of

from .fields import FIELDS, Sources, texts_of
from .memo import CACHE_LIMIT, Memo

Test = Callable[[Connection, float], Any]
Ranges = Sequence[tuple[float, float]]
PUBLIC = Secrecy.PUBLIC


def _ends(memo: Memo, source: str, destination: str) -> Test:
    both = attrgetter(source, destination)

    def test(connection: Connection, _: float) -> Any:
        one, other = both(connection)
        return memo[one] or memo[other]

    return test


def _local(memo: Memo) -> Test:
    def test(connection: Connection, _: float) -> Any:
        if connection.local_is_source is False:
            address, name = connection.destination, connection.destination_name
        else:
            address, name = connection.source, connection.source_name
        return memo[address] or (name is not None and memo[name.text])

    return test


def _remote(memo: Memo) -> Test:
    def test(connection: Connection, _: float) -> Any:
        if connection.local_is_source is False:
            name = connection.source_name
            return memo[connection.source] or (name is not None and memo[name.text])
        name, finding = connection.destination_name, connection.finding
        return (
            memo[connection.destination]
            or (name is not None and memo[name.text])
            or (finding is not None and memo[finding.hostname])
        )

    return test


def _hosts(memo: Memo) -> Test:
    def test(connection: Connection, _: float) -> Any:
        finding, source, destination = connection.finding, connection.source_name, connection.destination_name
        return (
            (finding is not None and finding.hostname and memo[finding.hostname])
            or (destination is not None and memo[destination.text])
            or (source is not None and memo[source.text])
        )

    return test


def _state(memo: Memo) -> Test:
    known: dict[tuple[str, bool, bool, str], bool] = {}
    get = known.get

    def test(connection: Connection, _: float) -> Any:
        finding, tcp = connection.finding, connection.tcp
        if memo[connection.state] or (finding is not None and memo[finding.state]):
            return True
        reset = tcp.reset_by or "" if tcp is not None else ""
        key = (connection.state, connection.closed, connection.protocol == "tcp", reset)
        found = get(key)
        if found is None:
            if len(known) >= CACHE_LIMIT:
                known.clear()
            found = known[key] = bool(memo[word_of(connection)])
        return found

    return test


def _application(memo: Memo) -> Test:
    def test(connection: Connection, _: float) -> Any:
        finding = connection.finding
        if finding is None:
            return False
        return memo[finding.label] or (finding.outer and any(memo[outer] for outer in finding.outer))

    return test


def _direction(memo: Memo) -> Test:
    members = tuple(member for member in Direction if memo[member.value])
    return lambda connection, _: connection.direction in members


def _process(name: str) -> Callable[[Memo], Test]:
    take = attrgetter(name)

    def make(memo: Memo) -> Test:
        def test(connection: Connection, _: float) -> Any:
            owner = connection.owner
            return owner is not None and memo[take(owner.process)]

        return test

    return make


def _user(memo: Memo) -> Test:
    def test(connection: Connection, _: float) -> Any:
        if connection.owner is None:
            return False
        process = connection.owner.process
        return memo[process.user] or (process.uid is not None and memo[process.uid])

    return test


def _risks(memo: Memo) -> Test:
    def test(connection: Connection, _: float) -> Any:
        finding = connection.finding
        return finding is not None and finding.risks and any(memo[risk] for risk in finding.risks)

    return test


def _field_values(name: str, prefix: bool) -> Callable[[Memo], Test]:
    """The public values of a protocol's field, or of all whose name begins so."""

    def make(memo: Memo) -> Test:
        def test(connection: Connection, _: float) -> bool:
            finding = connection.finding
            if finding is not None:
                for field in finding.fields:
                    if (field.name == name or (prefix and field.name.startswith(name))) and field.secrecy is PUBLIC:
                        for value in field.values:
                            if memo[value]:
                                return True
            return False

        return test

    return make


QUICK: dict[str, Callable[[Memo], Test]] = {
    "proto": lambda memo: lambda connection, _: memo[connection.protocol],
    "service": lambda memo: lambda connection, _: memo[connection.service],
    "port": lambda memo: lambda connection, _: memo[connection.service],
    "iface": lambda memo: lambda connection, _: memo[connection.interface],
    "ip": lambda memo: _ends(memo, "source", "destination"),
    "mac": lambda memo: _ends(memo, "source_mac", "destination_mac"),
    "scope": lambda memo: _ends(memo, "source_scope", "destination_scope"),
    "vendor": lambda memo: _ends(memo, "source_vendor", "destination_vendor"),
    "src": _local,
    "dst": _remote,
    "host": _hosts,
    "sni": _hosts,
    "state": _state,
    "app": _application,
    "dir": _direction,
    "process": _process("name"),
    "cmd": _process("command_line"),
    "exe": _process("executable"),
    "unit": _process("unit"),
    "user": _user,
    "ssh": _field_values("ssh", prefix=True),
    "ja4": _field_values("ja4", prefix=False),
    "risk": _risks,
    "info": lambda memo: lambda connection, _: connection.finding is not None and memo[connection.finding.summary],
}


def text_test(field: str, judge: Callable[[str], Any], sources: Sources | None) -> Test:
    """Whether ``judge`` holds for any text of the field."""
    memo = Memo(lambda value: judge(value if isinstance(value, str) else str(value)))
    quick = QUICK.get(field) or (None if field in FIELDS else _field_values(field, prefix=False))
    if quick is not None and not (sources and field in sources):
        return quick(memo)
    texts = texts_of(field, sources)
    if field in ("country", "city", "asn") and not (sources and field in sources):
        return _of_place(lambda connection: any(memo[text] for text in texts(connection)))
    return lambda connection, _: any(memo[text] for text in texts(connection))


def _of_place(work_out: Callable[[Connection], bool]) -> Test:
    """Places are few, each one object."""
    known: dict[int, tuple[Any, bool]] = {}
    get = known.get

    def test(connection: Connection, _: float) -> bool:
        place = connection.source_place if connection.local_is_source is False else connection.destination_place
        if place is None:
            return False
        found = get(id(place))
        if found is None:
            if len(known) >= CACHE_LIMIT:
                known.clear()
            found = known[id(place)] = (place, work_out(connection))
        return found[1]

    return test


PORTS = 65_536


def integer_test(field: str, ranges: Ranges, integers: Callable[[Connection], Any]) -> Test:
    """Whether any number of the field lies in one of the ranges (both ends included)."""
    if field in ("port", "sport", "dport"):
        return _port_test(field, ranges)
    memo = Memo(lambda number: number is not None and any(low <= number <= high for low, high in ranges))
    if field == "pid":
        return _process("pid")(memo)
    return lambda connection, _: any(memo[number] for number in integers(connection))


def _port_test(field: str, ranges: Ranges) -> Test:
    table = bytearray(PORTS)
    for low, high in ranges:
        first, end = ceil(max(low, 0)), min(PORTS, floor(min(high, PORTS)) + 1)
        table[first:end] = b"\1" * max(0, end - first)

    def either(connection: Connection, _: float) -> Any:
        source, destination = connection.source_port, connection.destination_port
        return (destination is not None and table[destination]) or (source is not None and table[source])

    def local(connection: Connection, _: float) -> Any:
        port = connection.destination_port if connection.local_is_source is False else connection.source_port
        return port is not None and table[port]

    def remote(connection: Connection, _: float) -> Any:
        port = connection.source_port if connection.local_is_source is False else connection.destination_port
        return port is not None and table[port]

    return {"port": either, "sport": local, "dport": remote}[field]


def address_test(field: str, judge: Callable[[str], bool]) -> Test:
    """Whether ``judge`` holds for an address of the field (``ip``, ``src``, ``dst``)."""
    memo = Memo(judge)
    if field == "src":
        return lambda connection, _: memo[
            connection.destination if connection.local_is_source is False else connection.source
        ]
    if field == "dst":
        return lambda connection, _: memo[
            connection.source if connection.local_is_source is False else connection.destination
        ]
    return lambda connection, _: memo[connection.source] or memo[connection.destination]
