"""Systems built on psutil, run on the machine the test runs on with their tools replaced by recordings."""

from __future__ import annotations

import os

import pytest

from netmon.platforms.contract import Platform
from netmon.platforms.darwin import Darwin
from netmon.platforms.freebsd import FreeBSD
from netmon.platforms.generic.platform import Generic
from netmon.platforms.netbsd import NetBSD
from netmon.platforms.openbsd import OpenBSD
from netmon.platforms.windows import Windows

NETSTAT = """Internet:
Destination        Gateway            Flags           Netif Expire
default            192.0.2.1          UGScg             lo
"""
ROUTE = "          0.0.0.0          0.0.0.0        192.0.2.1       127.0.0.1     35\n"


@pytest.mark.parametrize(
    ("system", "module", "output"),
    [
        (Darwin, "generic", NETSTAT), (FreeBSD, "generic", NETSTAT), (NetBSD, "generic", NETSTAT),
        (OpenBSD, "generic", NETSTAT), (Windows, "windows", ROUTE),
    ],
)  # fmt: skip
def test_the_network_has_its_default_route(
    system: type[Generic], module: str, output: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interfaces come from psutil, the default route from the system's tool."""
    monkeypatch.setattr(f"netmon.platforms.{module}.routes.run", lambda command: output)
    platform: Platform = system()
    network = platform.network()
    assert network.gateways == {bytes([192, 0, 2, 1])}
    assert network.default_interface == next(i.name for i in network.interfaces if i.loopback) or module != "windows"
    assert network.notes == ()
    process = platform.process(os.getpid())
    assert process is not None
    assert process.pid == os.getpid()


def test_psutil_alone_knows_no_routes_and_says_so() -> None:
    """The note says what to do."""
    network = Generic().network()
    assert network.interfaces
    assert "-i" in network.notes[0]
