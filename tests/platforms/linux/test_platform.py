"""Linux as a whole: the contract, on a made-up tree and on the machine the test runs on."""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

import pytest

from netmon.platforms.contract import Platform
from netmon.platforms.linux import Linux, rtnetlink

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


def test_a_real_socket_is_found_with_its_process() -> None:
    """A socket opened here is this process's."""
    platform: Platform = Linux()
    with socket.create_server(("127.0.0.1", 0)) as server:
        table = platform.sockets()
        port = server.getsockname()[1]
        (entry,) = [e for e in table.sockets if e.local_port == port and e.protocol == 6 and e.state == "LISTEN"]
    assert entry.pid == os.getpid()
    process = table.processes[os.getpid()]
    assert process.name.startswith("python") or "pytest" in process.name
    assert process.uid == os.geteuid()
    assert process == platform.process(os.getpid())


def test_the_network_of_this_machine() -> None:
    """Loopback is there, its address is local."""
    network = Linux().network()
    assert any(interface.loopback for interface in network.interfaces)
    assert bytes([127, 0, 0, 1]) in network.local_addresses


def test_without_a_routing_socket_psutil_answers_and_it_is_said(proc: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fallback gives interfaces and a note."""

    def refused(message: int) -> bytes:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(rtnetlink, "dump", refused)
    network = Linux(proc.root).network()
    assert network.interfaces
    assert "psutil" in network.notes[0]


def test_a_refused_sock_diag_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the kernel refuses the dump, /proc/net answers, and a note and the attribution say so."""

    def refused(family: int, protocol: int, known: object, found: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr("netmon.platforms.linux.sock_diag._dump", refused)
    platform = Linux()
    assert platform.attribution == "sock_diag + /proc"
    with socket.create_server(("127.0.0.1", 0)) as server:
        table = platform.sockets()
        assert server.getsockname()[1] in {entry.local_port for entry in table.sockets if entry.pid == os.getpid()}
    assert any("sock_diag" in note for note in table.notes)
    assert platform.attribution == "/proc"


def test_a_tree_from_elsewhere_is_not_mixed_with_this_kernels_tables(proc: Any) -> None:
    """With another proc root only that root is asked."""
    proc.table("tcp", "0100007F:1F90 00000000:0000 0A 100")
    platform = Linux(proc.root)
    assert platform.attribution == "/proc"
    assert [entry.inode for entry in platform.sockets().sockets] == [100]


def test_advice() -> None:
    """The lines to run name sudo and setcap."""
    advice = Linux().capture_permission_advice()
    assert "sudo" in advice
    assert "setcap cap_net_raw" in advice
