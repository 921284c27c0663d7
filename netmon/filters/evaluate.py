"""A syntax tree to a predicate: closures that touch only the attributes they need.

In: filter text. Out: ``Filter``, a callable of (connection, now). Rule: 100,000 connections in 50 ms for simple filters:
what is the same for many connections is judged once (``memo``), and of terms that must all hold the cheapest comes first.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Mapping
from ipaddress import IPv4Network, IPv6Network
from math import inf, nextafter
from operator import eq, ge, gt, le, lt

from netmon.model.connection import Connection

from .everywhere import regex_test, word_test
from .fields import FIELDS, Number, Sources
from .haystack import haystack
from .parser import parse
from .syntax import And, Compare, Node, Not, Numbers, Or, Present, Regex, Text, Within
from .terms import Ranges, Test, address_test, integer_test, text_test

__all__ = ["Filter", "build", "compile_filter", "haystack"]
_OPERATORS: dict[str, Callable[[float, float], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge, "=": eq}
_RANGES: dict[str, Callable[[float], Ranges]] = {
    "<": lambda value: [(-inf, nextafter(value, -inf))],
    "<=": lambda value: [(-inf, value)],
    ">": lambda value: [(nextafter(value, inf), inf)],
    ">=": lambda value: [(value, inf)],
    "=": lambda value: [(value, value)],
}


class Filter:
    """A compiled filter. ``test`` is the predicate itself, without the call around it."""

    __slots__ = ("steady", "test", "text")

    def __init__(self, text: str, test: Test, steady: bool = False) -> None:
        self.text = text
        self.test = test
        self.steady = steady
        """What it says of a connection does not depend on the moment."""

    def __call__(self, connection: Connection, now: float) -> bool:
        return bool(self.test(connection, now))

    def select(self, connections: Iterable[Connection], now: float) -> list[Connection]:
        """Those that match, in order."""
        test = self.test
        return [connection for connection in connections if test(connection, now)]


def compile_filter(text: str, sources: Sources | None = None, saved: Mapping[str, str] | None = None) -> Filter:
    """The filter; raises ``FilterError`` with the position of what is wrong.

    ``sources`` give the texts of fields that connections do not carry; ``saved`` are the filters ``@name`` stands for.
    """
    tree = parse(text, saved)
    return Filter(text, build(tree, sources), not sources and steady(tree))


def steady(node: Node) -> bool:
    """Whether no term measures time up to now."""
    match node:
        case And(parts) | Or(parts):
            return all(map(steady, parts))
        case Not(part):
            return steady(part)
        case Compare(field):
            return field not in ("age", "idle")
        case _:
            return True


def build(node: Node, sources: Sources | None) -> Test:
    """The predicate of a tree."""
    match node:
        case And(parts):
            return _all([build(part, sources) for part in sorted(parts, key=cost)])
        case Or(parts):
            return _any([build(part, sources) for part in sorted(parts, key=cost)])
        case Not(part):
            inner = build(part, sources)
            return lambda connection, now: not inner(connection, now)
        case Text(field, needle, whole):
            return _text(field, needle, whole, sources)
        case Regex(field, pattern):
            if not field:
                return regex_test(pattern)
            return text_test(field, pattern.search, sources)
        case Numbers(field, ranges):
            integers = FIELDS[field].integers
            assert integers is not None
            return integer_test(field, ranges, integers)
        case Compare(field, operator, value):
            return _compare(field, operator, value)
        case Within(field, network):
            return address_test(field or "ip", _member_of(network))
        case Present(field):
            return _present(field, sources)


def cost(node: Node) -> int:
    """What a term costs, roughly: 1 = a look-up."""
    match node:
        case And(parts) | Or(parts):
            return sum(map(cost, parts))
        case Not(part):
            return cost(part)
        case Text(field) | Regex(field) if not field:
            return 6 if isinstance(node, Text) else 12
        case Text(field) | Regex(field) | Present(field):
            return 2 if field in ("proto", "service", "iface", "dir", "state") else 4
        case Within():
            return 3
        case _:
            return 2


def _all(tests: list[Test]) -> Test:
    if len(tests) == 2:
        one, two = tests
        return lambda connection, now: one(connection, now) and two(connection, now)

    def test(connection: Connection, now: float) -> bool:
        for each in tests:  # noqa: SIM110  # a generator costs more than the tests
            if not each(connection, now):
                return False
        return True

    return test


def _any(tests: list[Test]) -> Test:
    if len(tests) == 2:
        one, two = tests
        return lambda connection, now: one(connection, now) or two(connection, now)

    def test(connection: Connection, now: float) -> bool:
        for each in tests:  # noqa: SIM110
            if each(connection, now):
                return True
        return False

    return test


def _text(field: str, needle: str, whole: bool, sources: Sources | None) -> Test:
    if not field:
        return word_test(needle)
    if field == "country":  # "de" is Germany, not Sweden and Denmark
        whole = whole or len(needle) == 2
    elif field == "asn":
        whole = whole or needle.removeprefix("as").isdigit()
    if whole:
        return text_test(field, lambda text: text.lower() == needle, sources)
    if field in FIELDS and FIELDS[field].prefix:
        return text_test(field, lambda text: text.lower().startswith(needle), sources)
    return text_test(field, lambda text: needle in text.lower(), sources)


def _member_of(network: IPv4Network | IPv6Network) -> Callable[[str], bool]:
    """Whether an address as text lies in the network; a hardware address lies in none."""
    family, sign, other = (socket.AF_INET, ".", ":") if network.version == 4 else (socket.AF_INET6, ":", "/")
    shift = network.max_prefixlen - network.prefixlen
    wanted = int(network.network_address) >> shift

    def member(address: str) -> bool:
        if sign not in address or other in address:
            return False
        try:
            return int.from_bytes(socket.inet_pton(family, address)) >> shift == wanted
        except OSError:
            return False

    return member


def _compare(field: str, operator: str, value: float) -> Test:
    compare = _OPERATORS[operator]
    number: Number | None = FIELDS[field].number
    if number is None:
        integers = FIELDS[field].integers
        assert integers is not None
        return integer_test(field, _RANGES[operator](value), integers)

    def test(connection: Connection, now: float) -> bool:
        found = number(connection, now)
        return found is not None and compare(found, value)

    return test


def _present(name: str, sources: Sources | None) -> Test:
    field = FIELDS.get(name)
    if field is not None and field.number is not None:
        number = field.number
        return lambda connection, now: number(connection, now) is not None
    if field is not None and field.integers is not None:
        return integer_test(name, [(-inf, inf)], field.integers)
    return text_test(name, bool, sources)
