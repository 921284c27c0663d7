"""psutil's rows as ours; psutil itself is a stand-in except in the last test."""

from __future__ import annotations

import os
import socket
from collections import namedtuple
from typing import Any

import psutil
import pytest

from netmon.errors import PlatformError
from netmon.model.owner import ParentProcess, Process, SocketTable
from netmon.platforms.generic.processes import ProcessReader
from netmon.platforms.generic.sockets import PARTLY, SocketScanner, table

Address = namedtuple("Address", "ip port")
Connection = namedtuple("Connection", "family type laddr raddr status")
INET, INET6, STREAM, DATAGRAM = socket.AF_INET, socket.AF_INET6, socket.SOCK_STREAM, socket.SOCK_DGRAM


class Reader(ProcessReader):
    """Processes by number; odd ones are gone, even ones are children of process 2."""

    def read(self, pid: int) -> Process | None:
        parents = (ParentProcess(2, "master"),) if pid > 2 else ()
        return Process(pid, f"p{pid}", uid=1000, parents=parents) if pid % 2 == 0 else None


def scanned(*rows: tuple[Connection, int | None]) -> SocketTable:
    return table(rows, Reader(), [])


def test_rows() -> None:
    """Addresses, states and owners; zones are dropped, mapped addresses become IPv4, unbound sockets are left out."""
    found = scanned(
        (Connection(INET, STREAM, Address("0.0.0.0", 80), (), "LISTEN"), 2),
        (Connection(INET6, STREAM, Address("::ffff:192.0.2.2", 80), Address("::ffff:192.0.2.9", 5), "CLOSE"), None),
        (Connection(INET6, DATAGRAM, Address("fe80::1%en0", 53), (), "NONE"), 4),
        (Connection(INET6, DATAGRAM, (), (), "NONE"), 3),
        (Connection(INET, socket.SOCK_RAW, (), (), "NONE"), 4),
    )
    assert [(e.protocol, e.local, e.local_port, e.remote, e.state, e.pid) for e in found.sockets] == [
        (6, bytes(4), 80, b"", "LISTEN", 2),
        (6, bytes([192, 0, 2, 2]), 80, bytes([192, 0, 2, 9]), "CLOSED", None),
        (17, bytes.fromhex("fe80" + "00" * 13 + "01"), 53, b"", "", 4),
    ]
    assert found.sockets[0].uid == 1000
    assert set(found.processes) == {2, 4}


def test_a_shared_socket_is_the_parents_or_nobodys() -> None:
    """A master among its workers is named; siblings are not."""
    listener = Connection(INET, STREAM, Address("0.0.0.0", 80), (), "LISTEN")
    (entry,) = scanned((listener, 4), (listener, 2), (listener, 6)).sockets
    assert entry.pid == 2
    (entry,) = scanned((listener, 4), (listener, 6)).sockets
    assert entry.pid is None


@pytest.mark.parametrize(("user", "told"), [(0, False), (1000, True), (None, True)])
def test_who_may_see_more_is_told_how(monkeypatch: pytest.MonkeyPatch, user: int | None, told: bool) -> None:
    """Sockets without a process are explained to an ordinary user, and to one of a system without numbers; root sees all."""
    monkeypatch.setattr("netmon.platforms.generic.sockets.own_user", lambda: user)
    found = scanned((Connection(INET, STREAM, Address("0.0.0.0", 80), (), "LISTEN"), None))
    assert found.notes == ((PARTLY,) if told else ())


def test_dual_stack() -> None:
    """An IPv6 wildcard socket is one unless an IPv4 socket has its port."""
    six = Connection(INET6, STREAM, Address("::", 80), (), "LISTEN")
    four = Connection(INET, STREAM, Address("0.0.0.0", 80), (), "LISTEN")
    assert scanned((six, 2)).sockets[0].dual_stack
    assert not scanned((six, 2), (four, 2)).sockets[0].dual_stack


def test_a_refused_system_wide_question_is_asked_process_by_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """What may be seen is seen, and the note says that it is not all."""

    class Handle:
        def __init__(self, pid: int, refuses: bool) -> None:
            self.pid = pid
            self.refuses = refuses

        def net_connections(self, kind: str) -> list[Any]:
            if self.refuses:
                raise psutil.AccessDenied(self.pid)
            return [Connection(INET, STREAM, Address("0.0.0.0", 80), (), "LISTEN")]

    def refused(kind: str) -> None:
        raise psutil.AccessDenied()

    monkeypatch.setattr(psutil, "net_connections", refused)
    monkeypatch.setattr(psutil, "process_iter", lambda: [Handle(2, False), Handle(4, True)])
    found = SocketScanner(Reader()).scan()
    assert [entry.pid for entry in found.sockets] == [2]
    assert found.notes == (PARTLY,)


def test_no_answer_at_all_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system psutil cannot read gives one line that says so."""

    def broken(kind: str) -> None:
        raise OSError("no such table")

    monkeypatch.setattr(psutil, "net_connections", broken)
    with pytest.raises(PlatformError, match="no such table"):
        SocketScanner(Reader()).scan()


def test_a_real_socket_is_found_with_its_process() -> None:
    """A socket opened here is this process's."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = SocketScanner().scan()
        port = server.getsockname()[1]
    (entry,) = [e for e in found.sockets if e.local_port == port and e.state == "LISTEN"]
    assert entry.pid == os.getpid()
    assert found.processes[os.getpid()].started > 0
