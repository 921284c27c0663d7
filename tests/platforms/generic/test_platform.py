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

NETSTAT = """Internet:
Destination        Gateway            Flags           Netif Expire
default            192.0.2.1          UGScg             lo
"""


@pytest.mark.parametrize("system", [Darwin, FreeBSD, NetBSD, OpenBSD])
def test_the_network_has_its_default_route(system: type[Generic], monkeypatch: pytest.MonkeyPatch) -> None:
    """Interfaces come from psutil, the default route from the system's tool."""
    monkeypatch.setattr("netmon.platforms.generic.routes.run", lambda command: NETSTAT)
    platform: Platform = system()
    network = platform.network()
    assert network.gateways == {bytes([192, 0, 2, 1])}
    assert network.default_interface == "lo"
    assert network.notes == ()
    process = platform.process(os.getpid())
    assert process is not None
    assert process.pid == os.getpid()


def test_psutil_alone_knows_no_routes_and_says_so() -> None:
    """The note says what to do."""
    network = Generic().network()
    assert network.interfaces
    assert "-i" in network.notes[0]
