"""The compiled predicate against a plain reading of the tree."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import ip_address

from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.filters.evaluate import compile_filter
from netmon.filters.fields import FIELDS, texts_of, visible
from netmon.filters.parser import parse
from netmon.filters.syntax import And, Compare, Node, Not, Numbers, Or, Present, Regex, Text, Within
from netmon.model.connection import Connection

NOW = 1000.0


def naive(node: Node, connection: Connection) -> bool:
    """The definition."""
    match node:
        case And(parts):
            return all(naive(part, connection) for part in parts)
        case Or(parts):
            return any(naive(part, connection) for part in parts)
        case Not(part):
            return not naive(part, connection)
        case Text(field, needle, whole):
            texts = [text.lower() for text in (texts_of(field, None)(connection) if field else visible(connection))]
            if whole:
                return needle in texts
            if field == "dir":
                return any(text.startswith(needle) for text in texts)
            return any(needle in text for text in texts)
        case Regex(field, pattern):
            texts = texts_of(field, None)(connection) if field else visible(connection)
            return any(re.search(pattern.pattern, text, re.IGNORECASE) for text in texts)
        case Numbers(field, ranges):
            integers = FIELDS[field].integers
            return any(low <= n <= high for n in integers(connection) if n is not None for low, high in ranges)
        case Compare(field, operator, value):
            n = FIELDS[field].number(connection, NOW)
            return (
                n is not None
                and {"<": n < value, "<=": n <= value, ">": n > value, ">=": n >= value, "=": n == value}[operator]
            )
        case Within(field, network):
            return any(ip_address(one) in network for one in FIELDS[field or "ip"].addresses(connection))
        case Present(field):
            return any(texts_of(field, None)(connection))
    raise AssertionError(node)


TERMS = st.sampled_from([
    "tcp", "udp", "fox", "port:443", "port:1-500", "port:80,443", "proto:tcp", "proto:u", "state:e", "state=established",
    "src:192.168.0.0/16", "dst:10.0.0.0/8", "bytes>1M", "packets<=30", "rate>1M", "rtt>100ms", "age<2m", "idle>=5", "dir:in",
    "host:example", "host:*", "app:tls", "user:bob", "field:tls_alpn=h2", "risk:*", "192.0.2.0/24", "port!=443", "vlan:100",
    "/^192/", "/fox$/", "/E.*d$/", "host:/ex(a|b)+/", "state:/^[A-F]+L/", "process:/(fire|water)fox/", "/[^a-z]443$/",
    "/x\\s/", "field:tls_alpn=/^h2$/", "dst:/9$/", "-sni:/\\bcdn\\b/", "state!=established", "country:*", "tls_alpn:h2",
    "exe:\"firefox\"", "/[12]{3}/", "/[a-f]{2,}[^.]/", "/.{1,3}o{1}/", "/(x){1}e?/",
])  # fmt: skip
TEXTS = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        st.builds(lambda a, b: f"({a} {b})", inner, inner),
        st.builds(lambda a, b, c: f"({a} {b} {c})", inner, inner, inner),
        st.builds(lambda a, b: f"({a} OR {b})", inner, inner),
        st.builds(lambda a: f"NOT {a}", inner),
    ),
    max_leaves=8,
)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "protocol": st.sampled_from(["tcp", "udp", "icmp"]),
        "source": st.sampled_from(["192.168.1.5", "10.1.2.3", "192.0.2.77", "2001:db8::1"]),
        "source_port": st.sampled_from([None, 443, 80, 50_000]),
        "state": st.sampled_from(["ESTABLISHED", "CLOSED", "QUERY"]),
        "bytes_in": st.integers(0, 3_000_000),
        "packets_in": st.integers(0, 40),
        "local_is_source": st.sampled_from([None, True, False]),
        "finding": st.none(),
        "owner": st.none(),
        "last_seen": st.floats(900, 1000),
    },
)


def test_compiled_equals_naive(connection: Callable[..., Connection]) -> None:
    """Whatever the filter and the connections, one by one and all at once, both agree."""

    @settings(max_examples=250, deadline=None)
    @given(TEXTS, st.lists(CHANGES, min_size=1, max_size=4))
    def agree(text: str, changes: list[dict[str, object]]) -> None:
        node, found = parse(text), compile_filter(text)
        rows = [connection(**change) for change in changes]
        wanted = [naive(node, row) for row in rows]
        assert [found(row, NOW) for row in rows] == wanted
        assert found.passes(rows, NOW) == wanted

    agree()
