"""What filters match."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from netmon.filters import compile_filter
from netmon.filters.haystack import words
from netmon.model.connection import Connection, Direction

Make = Callable[..., Connection]
NOW = 1000.0

MATCHING = [
    "", "   ", "firefox", "FIREFOX", "example.org", "firefox tls", "192.168.1.5:50000", "h2", "obsolete", "vxlan:42"[:5],
    '"vxlan:42"',
    "port:443", "port>50", "dport<=443", "sport>=50000", "dport>442", "sport:*", "vlan>=100",
    "port:80,443,8000-8100", "port:50000", "sport:50000", "dport:443", "dport:400-500",
    "port:https", "port!=80", "src:192.168", "dst:203.0.113.9", "dst:cdn", "dst:www.example", "src:192.168.0.0/16",
    "203.0.113.0/24", "dst=203.0.113.9", "proto:tcp", "PROTO:TCP", "process:fire", "service:https", "sni:example.org",
    "host:www.example.org", "host:cdn", "app:tls", "app=tls", "state:established", "state:ESTAB", "pod:pod-7", "ns:prod",
    "container:web", "container:docker", "/fire.ox/", "/FIRE/", "process:/^fire.*x$/", "host:/\\.org$/", "firefox OR curl",
    "curl OR firefox", "curl | firefox", "NOT curl", "!curl", "-curl", "-process:curl", "(curl OR firefox) port:443",
    "NOT (curl OR port:80)", "firefox AND tls", "bytes>1M", "bytes>=2001000", "bytes=2001000", "bytes<1.9Gi", "bytes:>1MB",
    "rate>10k", "rate<1MB/s", "down>19k", "up<=1k", "rtt>100ms", "rtt<1s", "rtt>=150", "age>90s", "age<2m", "age>1m30s",
    "idle<10s", "idle>4", "packets>=30", "packets<1k", "duration>1m", "retrans>2", "sent<2k", "received>1M",
    "user:alice", "user:1000", "pid:4242", "pid>4000", "cmd:--private", 'cmd:"(x)"', "exe:/usr/lib/firefox",
    "unit:app.slice",     "vlan:100", "iface:eth0", "dir:out", "dir:outgoing",
    "ja4:t13d", "risk:obsolete-tls", "risk:*", "host:*", "rtt:*", "vlan:*",
    "field:tls_alpn=h2", "field:tls_alpn", "tls_alpn:http/1", "field:tls_alpn=/^h2$/", "tunnel:42", "mac!=zz",
    "!!firefox", "or",
]  # fmt: skip
OTHERS = [
    "curl", "dport>443", "dport<443", "sport<50000", "port>65535", "vlan<100", "port:70000-80000",
    "firefox curl", "port:44", "port:80,8000-8100", "sport:443", "dport:50000", "src:203.0.113.9", "10.0.0.0/8",
    "src:203.0.113.0/24", "dst=203.0.113", "proto:udp", "host:foo", "app=tl", "state:closed", "/^zzz/", "process:/^ox/",
    "NOT firefox", "-firefox", "(curl OR port:80) firefox", "bytes>1G", "rate<10k", "rtt>1s", "age<10s", "idle>1m",
    "packets<30", "retrans>3", "user:bob", "pid:42", "vlan:1", "dir:in", "ssh:openssh", "ssh:*", "risk:weak",
    "field:http_path", "field:tls_alpn=h3", "hunter2", "field:snmp_community=hunter2", "snmp_community:hunter2",
    "snmp_community:*", "country:de", "2001:db8::/32", "fe80::1", "xor",
]  # fmt: skip


@pytest.mark.parametrize("text", MATCHING)
def test_matches(connection: Make, text: str) -> None:
    """These filters match the sample connection."""
    assert compile_filter(text)(connection(), NOW)


@pytest.mark.parametrize("text", OTHERS)
def test_does_not_match(connection: Make, text: str) -> None:
    """These filters do not match the sample connection."""
    assert not compile_filter(text)(connection(), NOW)


def test_local_and_remote_follow_this_machine(connection: Make) -> None:
    """src and sport are this machine's even when the other end opened the connection."""
    incoming = connection(local_is_source=False, direction=Direction.INCOMING)
    assert compile_filter("src:203.0.113.9 sport:443 dst:192.168 dport:50000 dir:in")(incoming, NOW)


def test_unknown_is_not_zero(connection: Make) -> None:
    """A connection without a round-trip time is neither faster nor slower than anything."""
    udp = connection(rtt=connection().rtt.__class__(), tcp=None)
    assert not any(compile_filter(text)(udp, NOW) for text in ("rtt<1s", "rtt>=0", "retrans=0", "rtt:*"))
    assert compile_filter("NOT rtt<1s")(udp, NOW)


def test_ipv6_is_not_a_field(connection: Make) -> None:
    """An IPv6 address may be typed without quotes, whole or in part, or as a network."""
    six = connection(source="2001:db8::1", destination="fe80::1")
    for text in (
        "2001:db8::1",
        "fe80::1",
        "fe80:",
        "2001:db8::/32",
        "src:2001:db8::/32",
        "dst:fe80::1",
        "dead:beef OR fe80",
    ):
        assert compile_filter(text)(six, NOW), text


def test_sources_give_what_connections_do_not_carry(connection: Make) -> None:
    """Country and AS number come from whoever knows them."""
    sources: dict[str, Any] = {"country": lambda c: ("DE", "Germany")}
    assert compile_filter("country:germany", sources)(connection(), NOW)
    assert not compile_filter("country:fr", sources)(connection(), NOW)
    assert not compile_filter("asn:1", sources)(connection(), NOW)


def test_changed_words_are_seen(connection: Make) -> None:
    """Texts kept for bare words follow the connection: numbers may change, words are looked at anew."""
    from dataclasses import replace

    one = connection()
    word = compile_filter("closed")
    assert not word(one, NOW)
    more = replace(one, bytes_in=5_000_000)
    assert not word(more, NOW)
    assert word(replace(more, state="CLOSED"), NOW)
    assert not word(more, NOW)


def test_many_at_once(connection: Make) -> None:
    """In order; a term is asked only about those that the terms before it left open, with texts that are there already."""
    rows = [connection(destination_port=port) for port in (1, 443, 2, 443)]
    assert compile_filter("dport:443").passes(rows, NOW) == [False, True, False, True]
    for text, wanted in (
        ("dport:443 firefox", [False, True, False, True]), ("dport:443 /:443$/ -firefox", [False] * 4),
        ("dport:443 OR /:[12]$/", [True] * 4), ("-(dport:443 OR /:[2]$/)", [True, False, False, False]),
    ):  # fmt: skip
        found = compile_filter(text)
        assert found.everywhere
        assert found.passes(rows, NOW) == found.passes(rows, NOW, [words(row) for row in rows]) == wanted
