"""Builders for the tracker's tests: flow records with sensible defaults, and a tracker that is driven by hand."""

from __future__ import annotations

import socket
from typing import Any

from netmon.model.flow import Family, FlowRecord, TcpBits

ZERO = FlowRecord(*([0] * len(FlowRecord._fields)))
SECOND = 1_000_000_000
START = 1_700_000_000

OPEN = TcpBits.SYN_AB | TcpBits.SYNACK_BA | TcpBits.OPENED
FINS = TcpBits.FIN_AB | TcpBits.FIN_BA | TcpBits.FIN_AB_ACKED | TcpBits.FIN_BA_ACKED


def raw(text: str) -> bytes:
    """Sixteen address bytes as in a flow record."""
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    return socket.inet_pton(family, text).ljust(16, b"\0")


def record(flow_id: int = 1, a: str = "192.0.2.1", b: str = "198.51.100.2", **values: Any) -> FlowRecord:
    """A TCP flow a:50000 to b:443 with one packet at ``START``; times may be given as ``first`` and ``last`` seconds."""
    first = values.pop("first", 0.0)
    last = values.pop("last", first)
    base: dict[str, Any] = {
        "flow_id": flow_id,
        "family": Family.IPV6 if ":" in a else Family.IPV4,
        "protocol": 6,
        "address_a": raw(a),
        "address_b": raw(b),
        "port_a": 50_000,
        "port_b": 443,
        "packets_ab": 1,
        "bytes_ab": 74,
        "first_ns": START * SECOND + round(first * SECOND),
        "last_ns": START * SECOND + round(last * SECOND),
        "mac_a": bytes(6),
        "mac_b": bytes(6),
    }
    if values.get("protocol", 6) == 6 and "tcp_bits" not in values:
        base["tcp_bits"] = TcpBits.SYN_AB
    base.update(values)
    base["tcp_bits"] = int(base.get("tcp_bits", 0))
    return ZERO._replace(**base)
