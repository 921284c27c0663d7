"""Windows, with the answers its libraries gave to ``scripts/try-windows --record`` (Python 3.11 and psutil for Windows,
under Wine 8): psutil's and IP Helper's, whole."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from netmon.model.owner import Process, SocketEntry
from netmon.platforms.generic.processes import ProcessReader
from netmon.platforms.windows import Windows, ip_helper
from netmon.platforms.windows.ip_helper import Adapter, DefaultRoute, default_routes

RECORDED: dict[str, Any] = json.loads((Path(__file__).parents[2] / "fixtures" / "windows.json").read_text())
HERE, HERE6 = bytes([127, 0, 0, 1]), bytes(15) + b"\x01"
GATEWAY = bytes([192, 0, 2, 1])
_COUNTERS = ("bytes_sent", "bytes_recv", "packets_sent", "packets_recv", "errin", "errout", "dropin", "dropout")


@pytest.fixture(autouse=True)
def _windows(monkeypatch: pytest.MonkeyPatch) -> None:
    families = {"AF_LINK": psutil.AF_LINK, "AF_INET": socket.AF_INET, "AF_INET6": socket.AF_INET6}

    def addresses() -> dict[str, list[SimpleNamespace]]:
        return {
            name: [SimpleNamespace(family=families[f], address=a, netmask=m) for f, a, m in rows]
            for name, rows in RECORDED["addresses"].items()
        }

    def statistics() -> dict[str, SimpleNamespace]:
        return {
            name: SimpleNamespace(isup=up, mtu=mtu, flags=flags) for name, (up, mtu, flags) in RECORDED["statistics"].items()
        }

    def counters(**_: bool) -> dict[str, SimpleNamespace]:
        return {
            name: SimpleNamespace(**dict(zip(_COUNTERS, row, strict=True))) for name, row in RECORDED["counters"].items()
        }

    def connections(_: str) -> list[SimpleNamespace]:
        return [
            SimpleNamespace(
                family=families[family],
                type=getattr(socket, kind),
                laddr=tuple(local),
                raddr=tuple(remote),
                status=status,
                pid=pid,
            )
            for family, kind, local, remote, status, pid in RECORDED["connections"]
        ]

    for name, answer in (("if_addrs", addresses), ("if_stats", statistics), ("io_counters", counters)):
        monkeypatch.setattr(psutil, f"net_{name}", answer)
    monkeypatch.setattr(psutil, "net_connections", connections)
    monkeypatch.setattr(ip_helper, "adapters", lambda: [Adapter(*row) for row in RECORDED["adapters"]])
    monkeypatch.setattr(ip_helper, "forward_table", lambda: bytes.fromhex(RECORDED["forward_table"]))
    monkeypatch.setattr(ProcessReader, "read", lambda _, pid: Process(pid, "app.exe"))


def test_interfaces_are_numbered_and_the_default_route_is_named() -> None:
    """psutil's interfaces with IP Helper's numbers (Python's own lookup knows other names); one route leads everywhere."""
    network = Windows().network()
    found = {one.name: one for one in network.interfaces}
    assert {name: one.index for name, one in found.items()} == {"lo": 1, "ifb0": 2, "ifb1": 3, "eth0": 4}
    assert found["lo"].loopback
    assert not found["ifb0"].up
    assert (found["eth0"].mac, found["eth0"].mtu) == (bytes.fromhex("02fc00000001"), 1400)
    assert (bytes([192, 0, 2, 2]), 24) in found["eth0"].prefixes
    counters = found["eth0"].counters
    assert counters is not None
    assert [counters.bytes_sent, counters.bytes_received] == RECORDED["counters"]["eth0"][:2]
    assert (network.default_interface, network.gateways, network.notes) == ("eth0", {GATEWAY}, ())


def test_sockets() -> None:
    """A socket that names no process has number 0, which is nobody."""
    ports = {(row[0], row[1], row[4]): row[2][1] for row in RECORDED["connections"]}
    client = next(row[2][1] for row in RECORDED["connections"] if row[5] and row[3])
    listening, six = ports["AF_INET", "SOCK_STREAM", "LISTEN"], ports["AF_INET6", "SOCK_STREAM", "LISTEN"]
    table = Windows().sockets()
    assert set(table.sockets) == {
        SocketEntry(6, HERE, listening, b"", 0, "LISTEN", None),
        SocketEntry(6, HERE6, six, b"", 0, "LISTEN", None),
        SocketEntry(6, HERE, client, HERE, listening, "ESTABLISHED", 32),
        SocketEntry(6, HERE, listening, HERE, client, "ESTABLISHED", None),
        SocketEntry(17, HERE, ports["AF_INET", "SOCK_DGRAM", "NONE"], b"", 0, "", 32),
    }
    assert table.processes == {32: Process(32, "app.exe")}
    assert table.notes == ()


def test_without_ip_helper_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The interfaces stay; which one to use has to be told."""

    def refuse() -> list[Adapter]:
        raise OSError(50, "not supported")

    monkeypatch.setattr(ip_helper, "adapters", refuse)
    monkeypatch.setattr(ip_helper, "forward_table", refuse)
    network = Windows().network()
    assert len(network.interfaces) == 4
    assert network.default_interface == ""
    assert network.notes == ("the default route is not known: choose an interface with -i",)


def test_rows_of_both_families_and_pieces_of_rows() -> None:
    """IPv6 keeps its address four octets further; a prefix that is not everything, and half a row, are no default route."""
    row = bytes.fromhex(RECORDED["forward_table"])[:104]
    assert default_routes(row) == [DefaultRoute(False, 4, 0, GATEWAY)]
    gateway = bytes.fromhex("fe80" + "00" * 13 + "09")
    six = bytes(8) + (5).to_bytes(4, "little") + b"\x17" + bytes(31) + b"\x17" + bytes(7) + gateway
    six = six.ljust(84, b"\0") + (7).to_bytes(4, "little") + bytes(16)
    assert default_routes(six) == [DefaultRoute(True, 5, 7, gateway)]
    assert default_routes(six[:44] + bytes(28) + six[72:]) == [DefaultRoute(True, 5, 7, b"")]
    assert default_routes(six[:40] + b"\x40" + six[41:]) == []
    assert default_routes(b"\x63" * 104 + row[:50]) == []
