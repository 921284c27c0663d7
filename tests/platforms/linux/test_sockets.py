"""Scans of a proc tree: sockets, owners, namespaces, notes."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from netmon.errors import PlatformError
from netmon.model.owner import SocketEntry
from netmon.platforms.linux import proc_net
from netmon.platforms.linux.kernel_table import RECORD
from netmon.platforms.linux.proc_net import Row
from netmon.platforms.linux.sockets import SocketScanner


@pytest.fixture(autouse=True)
def little_endian(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables below are those of a little-endian machine."""
    monkeypatch.setattr(proc_net, "_SWAP", True)


LISTEN = "0100007F:1F90 00000000:0000 0A"
CONNECTED = "0100007F:1F90 0200007F:C350 01"
NONE6 = "00000000000000000000000000000000"


def by_inode(sockets: tuple[SocketEntry, ...]) -> dict[int, SocketEntry]:
    return {entry.inode: entry for entry in sockets}


def test_a_socket_and_its_process(proc: Any) -> None:
    """A listening and a connected socket with their owner; a socket nobody holds stays, without a name."""
    proc.process(5, b"server")
    proc.descriptor(5, 3, "socket:[100]")
    proc.descriptor(5, 4, "socket:[101]")
    proc.table("tcp", f"{LISTEN} 100", f"{CONNECTED} 101", f"{CONNECTED} 0")
    table = SocketScanner(proc.root).scan()
    assert table.notes == ()
    found = by_inode(table.sockets)
    assert found[100] == SocketEntry(6, bytes([127, 0, 0, 1]), 8080, b"", 0, "LISTEN", 5, 1000, 100)
    assert found[101].remote == bytes([127, 0, 0, 2])
    assert found[101].pid == 5
    assert found[0].pid is None
    assert table.processes[5].name == "server"
    assert set(table.processes) == {5}


def test_all_tables_are_read(proc: Any) -> None:
    """TCP, UDP, UDP-Lite, ICMP and raw sockets of both families."""
    for number, name in enumerate(("tcp", "udp", "udplite", "icmp", "raw"), 1):
        proc.table(name, f"00000000:0011 00000000:0000 07 {number}")
        proc.table(f"{name}6", f"{NONE6}:0011 {NONE6}:0000 07 {number + 10}")
    found = by_inode(SocketScanner(proc.root).scan().sockets)
    assert [found[number].protocol for number in range(1, 6)] == [6, 17, 136, 1, 17]
    assert [found[number].protocol for number in range(11, 16)] == [6, 17, 136, 58, 17]


def test_dual_stack(proc: Any) -> None:
    """An IPv6 wildcard socket takes IPv4 as well, unless an IPv4 socket has the port or the table says no."""
    proc.table("tcp", "00000000:0050 00000000:0000 0A 1")
    proc.table("tcp6", f"{NONE6}:0050 {NONE6}:0000 0A 2", f"{NONE6}:0051 {NONE6}:0000 0A 3")
    scanner = SocketScanner(proc.root)
    found = by_inode(scanner.scan().sockets)
    assert [found[number].dual_stack for number in (1, 2, 3)] == [False, False, True]
    proc.table("tcp", "00000000:0051 00000000:0000 0A 1")
    found = by_inode(scanner.scan().sockets)
    assert [found[number].dual_stack for number in (1, 2, 3)] == [False, True, False]


@pytest.mark.parametrize(
    ("holders", "owner"),
    [
        ({10: 1, 11: 10, 12: 10}, 10),  # a master and its workers: the master
        ({11: 10, 12: 10}, None),  # siblings whose parent closed it: nobody
        ({1: 0, 20: 1}, 20),  # socket activation: the service
        ({1: 0}, 1),
        ({10: 1, 30: 1}, None),  # passed between strangers: nobody
        ({10: 1, 11: 10, 12: 11}, 10),
    ],
)
def test_a_shared_socket(proc: Any, holders: dict[int, int], owner: int | None) -> None:
    """The process all other holders descend from, else nobody."""
    proc.process(1, b"init", parent=0)
    proc.process(10, b"master")
    for pid, parent in holders.items():
        proc.process(pid, parent=parent)
        proc.descriptor(pid, 3, "socket:[100]")
    proc.table("tcp", f"{LISTEN} 100")
    (entry,) = SocketScanner(proc.root).scan().sockets
    assert entry.pid == owner


def test_other_network_namespaces(proc: Any) -> None:
    """Sockets of another namespace are read through a process in it and marked with its number."""
    proc.process(5)
    proc.namespace(5, 1)
    proc.process(6, b"contained")
    proc.namespace(6, 4026532000)
    proc.descriptor(6, 3, "socket:[200]")
    proc.table("tcp", f"{LISTEN} 100")
    proc.table("tcp", f"{LISTEN} 200", base="6/net")
    table = SocketScanner(proc.root).scan()
    found = by_inode(table.sockets)
    assert (found[100].namespace, found[200].namespace) == (0, 4026532000)
    assert found[200].pid == 6
    assert table.processes[6].name == "contained"


def test_a_refused_process_gives_a_note(proc: Any, not_permitted: set[str]) -> None:
    """What cannot be seen is said, with what to do about it."""
    proc.process(5)
    proc.descriptor(5, 3, "socket:[100]")
    proc.table("tcp", f"{LISTEN} 100")
    not_permitted.add(f"{proc.root}/5/fd")
    table = SocketScanner(proc.root).scan()
    assert table.sockets[0].pid is None
    assert len(table.notes) == 1
    assert "not permitted to look into them" in table.notes[0]


def test_hidden_processes_give_a_note(proc: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With hidepid other users' processes are not even listed: their nameless sockets give it away."""
    monkeypatch.setattr("os.geteuid", lambda: 1001)
    proc.table("tcp", f"{LISTEN} 100")
    assert "hidepid" in SocketScanner(proc.root).scan().notes[0]
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert SocketScanner(proc.root).scan().notes == ()


def test_a_process_that_ends_during_the_scan(proc: Any) -> None:
    """A holder whose stat file is gone by then is named nowhere."""
    proc.process(5)
    proc.descriptor(5, 3, "socket:[100]")
    (proc.path / "5" / "stat").unlink()
    proc.table("tcp", f"{LISTEN} 100")
    table = SocketScanner(proc.root).scan()
    assert table.sockets[0].pid is None
    assert table.processes == {}


@pytest.mark.parametrize("same", [True, False])
def test_a_number_used_again_during_the_scan(proc: Any, same: bool) -> None:
    """Who got the number of a holder after the kernel told of it has not its sockets; one who has just started has."""
    proc.table("tcp", f"{CONNECTED} 100")
    ticks = int((time.clock_gettime(time.CLOCK_BOOTTIME) + 60) * os.sysconf("SC_CLK_TCK"))

    def kernel_table() -> bytes:
        proc.process(5, b"successor", started=ticks, exe="/bin/successor", arguments=[b"successor"])
        proc.descriptor(5, 3, "socket:[100]" if same else "socket:[101]")
        return RECORD.pack(100, 5, 1, 0, 2, 6, 1, 8080, 50_000, 1, bytes(16), bytes(16))

    scanner = SocketScanner(proc.root)
    scanner.kernel_table = kernel_table
    table = scanner.scan()
    assert [entry.pid for entry in table.sockets] == [5 if same else None]
    assert set(table.processes) == ({5} if same else set())


def test_unchanged_sockets_are_the_same_objects(proc: Any) -> None:
    """A scan makes new entries only for what changed; what is gone is forgotten."""
    proc.process(5)
    proc.descriptor(5, 3, "socket:[100]")
    proc.table("tcp", f"{LISTEN} 100", f"{CONNECTED} 101")
    scanner = SocketScanner(proc.root)
    first = by_inode(scanner.scan().sockets)
    proc.descriptor(5, 4, "socket:[101]")
    second = by_inode(scanner.scan().sockets)
    assert second[100] is first[100]
    assert second[101].pid == 5
    proc.table("tcp")
    assert scanner.scan().sockets == ()
    assert not scanner._entries


def test_no_socket_table_at_all_is_an_error(tmp_path: Path) -> None:
    """Without /proc there is nothing to show, and the error says what to do."""
    with pytest.raises(PlatformError, match="mount"):
        SocketScanner(str(tmp_path / "missing")).scan()


def test_a_faster_dump_takes_the_place_of_the_tables(proc: Any) -> None:
    """Rows come from the dump where there is one, from the tables where it gives none."""
    proc.table("tcp", f"{LISTEN} 100")
    row = Row(6, bytes(16), 80, b"", 0, "LISTEN", 0, 300, v6_only=True)
    proc.table("raw", "00000000:0059 00000000:0000 07 400")
    entry, raw = SocketScanner(proc.root, dump=lambda protocol: [row] if protocol == 6 else None).scan().sockets
    assert (entry.inode, entry.dual_stack) == (300, False)
    assert (raw.inode, raw.protocol) == (400, 89)
    assert SocketScanner(proc.root, dump=lambda protocol: None).scan().sockets[0].inode == 100


def test_hostile_process_names_are_harmless(proc: Any) -> None:
    """Escape sequences and newlines in a name do not reach the screen."""
    proc.process(5, b"\x1b[2J\nevil")
    proc.descriptor(5, 3, "socket:[100]")
    proc.table("tcp", f"{LISTEN} 100")
    assert SocketScanner(proc.root).scan().processes[5].name == "\\x1b[2J\\nevil"
