"""Builders for the tracker's tests: flow records with sensible defaults, and a tracker driven by hand."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from netmon.model.connection import Connection
from netmon.model.flow import Family, FlowRecord, TcpBits
from netmon.model.network import Network
from netmon.model.snapshot import ConnectionEvent, Snapshot, SystemStatus
from netmon.settings import Settings
from netmon.tracker import Tracker

ZERO = FlowRecord(*([0] * len(FlowRecord._fields)))._replace(
    address_a=bytes(16), address_b=bytes(16), mac_a=bytes(6), mac_b=bytes(6)
)
SECOND = 1_000_000_000
START = 1_700_000_000


def _raw(text: str) -> bytes:
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    return socket.inet_pton(family, text).ljust(16, b"\0")


def _record(flow_id: int = 1, a: str = "192.0.2.1", b: str = "198.51.100.2", **values: Any) -> FlowRecord:
    first = values.pop("first", 0.0)
    last = values.pop("last", first)
    base: dict[str, Any] = {
        "flow_id": flow_id,
        "family": Family.IPV6 if ":" in a else Family.IPV4,
        "protocol": 6,
        "address_a": _raw(a),
        "address_b": _raw(b),
        "port_a": 50_000,
        "port_b": 443,
        "packets_ab": 1,
        "bytes_ab": 74,
        "first_ns": START * SECOND + round(first * SECOND),
        "last_ns": START * SECOND + round(last * SECOND),
    }
    if values.get("protocol", 6) == 6:
        base["tcp_bits"] = TcpBits.SYN_AB
    base.update(values)
    base["tcp_bits"] = int(base.get("tcp_bits", 0))
    return ZERO._replace(**base)


class Run:
    """A tracker and its clock: seconds count from the start of the run."""

    def __init__(self, *, live: bool = True, local: tuple[str, ...] = (), **settings: Any) -> None:
        self.tracker = Tracker(replace(Settings(), **settings), live=live, services=lambda proto, port: f"{proto}-{port}")
        if local:
            plain = frozenset(_raw(text)[: 16 if ":" in text else 4] for text in local)
            self.tracker.apply_network(Network(local_addresses=plain))

    def feed(self, now: float, *records: FlowRecord) -> list[str]:
        """Records at ``now``, then a tick; the words of the events."""
        return [event.kind.value for event in self.events(now, *records)]

    def events(self, now: float, *records: FlowRecord) -> list[ConnectionEvent]:
        """Records at ``now``, then a tick."""
        self.tracker.apply_records(records, START + now)
        return self.tracker.tick(START + now)

    def snapshot(self, now: float) -> Snapshot:
        """Everything at ``now``."""
        return self.tracker.snapshot(START + now, SystemStatus())

    def only(self, now: float) -> Connection:
        """The one live connection."""
        (connection,) = self.snapshot(now).connections
        return connection


@pytest.fixture
def record() -> Callable[..., FlowRecord]:
    """A TCP flow 192.0.2.1:50000 to 198.51.100.2:443 with a SYN; ``first`` and ``last`` are seconds of the run."""
    return _record


@pytest.fixture
def start() -> Callable[..., Run]:
    """A fresh tracker: ``start(live=True, local=("192.0.2.1",), max_connections=...)``."""
    return Run
