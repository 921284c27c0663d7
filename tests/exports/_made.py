"""Connections for the tests of exports: one with everything that can be known, one with nothing."""

from __future__ import annotations

from dataclasses import replace

from netmon.model.connection import Connection, Direction, Name
from netmon.model.finding import Confidence, Field, Finding
from netmon.model.health import ResponseTime, Rtt, TcpHealth
from netmon.model.kernel_tcp import KernelTcp
from netmon.model.owner import Container, Match, Owner, ParentProcess, Process
from netmon.model.surroundings import Place

NOW = 1_700_000_000.5


def bare() -> Connection:
    """Nothing is known but the counts."""
    return Connection(
        identifier="7", flow_id=7, protocol="ip-253", source="192.0.2.1", source_port=None, destination="198.51.100.2",
        destination_port=None, direction=Direction.UNKNOWN, local_is_source=None, state="", closed=False, first_seen=NOW - 1,
        last_seen=NOW, packets_out=1, packets_in=0, bytes_out=60, bytes_in=0,
    )  # fmt: skip


def everything() -> Connection:
    """Every field has a value."""
    finding = Finding(
        "TLS", Confidence.CONTENT, state="HANDSHAKE", hostname="example.org", hostname_source="sni",
        summary="example.org h2", fields=(Field("sni", "Server name", ("example.org",)),), risks=("obsolete-tls",),
        outer=("SOCKS",),
    )  # fmt: skip
    process = Process(
        42, "curl", started=NOW - 9, executable="/usr/bin/curl", command_line="curl https://example.org",
        working_directory="/home/alice", uid=1000, user="alice", group="users", parents=(ParentProcess(7, "bash"),),
        unit="session-1.scope", cgroup="/user.slice",
        container=Container("docker", "0123456789ab", "web", "nginx:latest", "pod-1", "default"),
        script="app.py", capabilities=("net_raw",), label="docker-default (enforce)", sha256="ab" * 32,
        own_user_namespace=True,
    )  # fmt: skip
    tcp = TcpHealth(
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, mss_out=1460, mss_in=1440, window_scale_out=7, window_scale_in=8, sack=True, ecn=True,
        reset_by="destination",
    )  # fmt: skip
    kernel = KernelTcp(
        NOW - 1, 12.5, 2.5, 11.0, "cubic", 20, 14, 1448, 3, 1, 7, 4096, 512, 1_000_000, 900_000, True, 55, 1500.0, 20.0, 4.0,
        80_000, 4344,
    )  # fmt: skip
    return Connection(
        identifier="8", flow_id=8, protocol="tcp", source="192.0.2.1", source_port=50_000, destination="198.51.100.2",
        destination_port=443, direction=Direction.OUTGOING, local_is_source=True, state="ESTABLISHED", closed=False,
        first_seen=NOW - 5, last_seen=NOW, packets_out=10, packets_in=9, bytes_out=2000, bytes_in=9000, payload_out=1400,
        payload_in=8400, vlans=(100, 7), interface="eth0", tunnel=("vxlan:42",), tcp=tcp, window_out=64_240,
        window_in=65_535, rtt=Rtt(12.3, 11.9, 11.0, 0.4),
        response_times=(ResponseTime("tls-handshake", 20.0, 19.0, 21.0, 20.0, 3, 1),), finding=finding,
        owner=Owner(process, Match.EXACT, (ParentProcess(43, "worker"),), replace(process, pid=44, name="nginx")),
        service="https",
        source_name=Name("host.example", "ptr"),
        destination_name=Name("example.org", "dns"), source_mac="02:00:00:00:00:01", destination_mac="02:00:00:00:00:02",
        source_vendor="Example Networks", destination_vendor="Example Cards",
        source_place=Place("DE", "Germany", "Berlin", 64496, "Example"),
        destination_place=Place("FR", "France", "Paris", 64497, "Exemple"), kernel_tcp=kernel,
    )  # fmt: skip
