"""A connection of which everything is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from netmon.model.connection import (
    Connection,
    ConnectionEvent,
    Direction,
    EventKind,
    Name,
    Place,
    ResponseTime,
    Rtt,
    TcpHealth,
)
from netmon.model.finding import Confidence, Field, Finding, Secrecy
from netmon.model.owner import Container, Match, Owner, ParentProcess, Process


def _event(kind: EventKind = EventKind.CLOSED, **values: Any) -> ConnectionEvent:
    base: dict[str, Any] = {
        "identifier": "2a", "flow_id": 42, "protocol": "tcp", "source": "192.168.1.5", "source_port": 50_000,
        "destination": "203.0.113.9", "destination_port": 443, "direction": Direction.OUTGOING, "local_is_source": True,
        "state": "ESTABLISHED", "closed": True, "first_seen": 900.0000014, "last_seen": 995.0, "packets_out": 10,
        "packets_in": 20, "bytes_out": 1_000, "bytes_in": 2_000_000, "service": "https", "interface": "eth0",
        "vlans": (100, 7), "tunnel": ("vxlan:42",), "rtt": Rtt(handshake=150.1234, minimum=149.0), "tcp": TcpHealth(mss_out=1460),
        "response_times": (ResponseTime("tls-handshake", 5.0, 5.0, 5.0, 5.0, 1),),
        "source_mac": "b8:27:eb:00:00:01", "destination_mac": "02:00:00:00:00:01", "source_vendor": "Raspberry Pi",
        "destination_place": Place("DE", "Germany", "Berlin", 64496, "Example"),
        "destination_name": Name("cdn.example.org", "ptr"),
        "finding": Finding(
            "TLS", Confidence.CONTENT, state="HANDSHAKE", hostname="www.example.org", hostname_source="sni", summary="TLS 1.3",
            fields=(
                Field("tls_alpn", "ALPN", ("h2",), multiple=True),
                Field("password", "Password", ("hunter2",), secrecy=Secrecy.SECRET),
            ),
            risks=("obsolete-tls",), outer=("SOCKS",),
        ),
        "owner": Owner(
            Process(
                4242, "fire\x1bfox", executable="/usr/lib/firefox", command_line="=cmd()", user="alice", uid=1000,
                parents=(ParentProcess(1, "init"),), container=Container("docker", "abc123", "web"),
            ),
            Match.EXACT,
        ),
    }  # fmt: skip
    base.update(values)
    return ConnectionEvent(kind, Connection(**base), 1000.0)


@pytest.fixture
def event() -> Callable[..., ConnectionEvent]:
    """The closing of a TLS connection; any field may be replaced."""
    return _event
