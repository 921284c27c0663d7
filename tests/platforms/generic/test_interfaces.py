"""Interfaces through psutil, which is a stand-in."""

from __future__ import annotations

import socket
from types import SimpleNamespace

import psutil
import pytest

from netmon.platforms.generic.interfaces import interfaces


def test_interfaces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses with prefix lengths, zones dropped, odd entries skipped, missing statistics survived."""
    link = psutil.AF_LINK

    def entry(family: int, address: str, netmask: str | None = None) -> SimpleNamespace:
        return SimpleNamespace(family=family, address=address, netmask=netmask)

    monkeypatch.setattr(
        psutil,
        "net_if_addrs",
        lambda: {
            "lo0": [entry(socket.AF_INET, "127.0.0.1", "255.0.0.0")],
            "en0": [
                entry(socket.AF_INET, "192.0.2.2", "255.255.255.128"),
                entry(socket.AF_INET6, "fe80::1%en0", "ffff:ffff:ffff:ffff::"),
                entry(socket.AF_INET, "odd", None),
                entry(link, "02-FC-00-00-00-01"),
            ],
            "utun0": [entry(socket.AF_INET, "10.0.0.1"), entry(link, "odd")],
        },
    )
    statistics = SimpleNamespace(isup=False, mtu=1400, flags="up,pointopoint")
    monkeypatch.setattr(psutil, "net_if_stats", lambda: {"utun0": statistics})

    def refused(pernic: bool, nowrap: bool) -> None:
        raise OSError("refused")

    monkeypatch.setattr(psutil, "net_io_counters", refused)
    loopback, ethernet, tunnel = interfaces()
    assert (loopback.loopback, loopback.kind) == (True, "loopback")
    assert ethernet.mac == bytes.fromhex("02fc00000001")
    assert ethernet.prefixes == ((bytes([192, 0, 2, 2]), 25), (bytes.fromhex("fe80" + "00" * 13 + "01"), 64))
    assert (ethernet.kind, ethernet.counters) == ("ethernet", None)
    assert (tunnel.kind, tunnel.up, tunnel.mtu, tunnel.prefixes) == ("tunnel", False, 1400, ((bytes([10, 0, 0, 1]), 32),))


def test_this_machine() -> None:
    """psutil's real answer has a loopback interface with counters."""
    (loopback, *_) = [interface for interface in interfaces() if interface.loopback]
    assert loopback.counters is not None
