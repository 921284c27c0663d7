"""Connections to filter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from netmon.model.connection import Connection, Direction, Name
from netmon.model.finding import Confidence, Field, Finding, Secrecy
from netmon.model.health import Rtt, TcpHealth
from netmon.model.owner import Container, Match, Owner, Process

NOW = 1000.0
_made = iter(range(1_000_000_000))


def _connection(**values: Any) -> Connection:
    base: dict[str, Any] = {
        "identifier": f"filter-test-{next(_made)}", "flow_id": 1, "protocol": "tcp", "source": "192.168.1.5",
        "source_port": 50_000, "destination": "203.0.113.9", "destination_port": 443, "direction": Direction.OUTGOING,
        "local_is_source": True, "state": "ESTABLISHED", "closed": False, "first_seen": 900.0, "last_seen": 995.0,
        "packets_out": 10, "packets_in": 20, "bytes_out": 1_000, "bytes_in": 2_000_000, "service": "https",
        "interface": "eth0", "vlans": (100,), "tunnel": ("vxlan:42",), "rate_out": 1_000.0, "rate_in": 20_000.0,
        "rtt": Rtt(handshake=150.0), "tcp": TcpHealth(retransmissions_out=3),
        "destination_name": Name("cdn.example.org", "ptr"),
        "finding": Finding(
            "TLS", Confidence.CONTENT, hostname="www.example.org", summary="TLS 1.3",
            fields=(
                Field("ja4", "JA4", ("t13d1516h2_8daaf6152771_b186095e22b6",)),
                Field("tls_alpn", "ALPN", ("h2", "http/1.1")),
                Field("snmp_community", "Community", ("hunter2",), secrecy=Secrecy.SECRET),
            ),
            risks=("obsolete-tls",),
        ),
        "owner": Owner(
            Process(
                4242, "firefox", executable="/usr/lib/firefox/firefox", command_line="firefox --private (x)", user="alice",
                uid=1000, unit="app.slice", container=Container("docker", "abc123", "web", "nginx:1", "pod-7", "prod"),
            ),
            Match.EXACT,
        ),
    }  # fmt: skip
    base.update(values)
    return Connection(**base)


@pytest.fixture
def connection() -> Callable[..., Connection]:
    """A TLS connection of firefox to 203.0.113.9, as it stands at second 1000; any field may be replaced."""
    return _connection
