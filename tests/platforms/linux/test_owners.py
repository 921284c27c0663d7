"""The walk over descriptors."""

from __future__ import annotations

import os
from typing import Any

import pytest

from netmon.platforms.linux.owners import FRESH_EVERY, FULL_SECONDS, FdWalker, namespace_of


def test_holders_of_sockets(proc: Any) -> None:
    """Every process that holds a socket is found; files, pipes and vanished descriptors are not sockets."""
    proc.process(5)
    proc.process(7)
    proc.descriptor(5, 0, "/dev/null")
    proc.descriptor(5, 3, "socket:[100]")
    proc.descriptor(5, 4, "socket:[100]")
    proc.descriptor(7, 3, "socket:[100]")
    proc.descriptor(7, 4, "socket:[101]")
    proc.descriptor(7, 5, "pipe:[102]")
    walker = FdWalker(proc.root)
    assert walker.pids() == [5, 7]
    walk = walker.walk([5, 7, 999], {100, 101})
    assert walk.holders == {100: [5, 7], 101: [7]}
    assert walk.denied == 0


def test_a_refused_process_is_counted(proc: Any, not_permitted: set[str]) -> None:
    """Processes of other users are counted, not raised."""
    proc.process(5)
    not_permitted.add(f"{proc.root}/5/fd")
    assert FdWalker(proc.root).walk([5], set()).denied == 1


def test_known_descriptors_are_not_read_again(proc: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second walk reads only what is new, what was no socket, and what left the tables."""
    proc.process(5)
    for number in range(10):
        proc.descriptor(5, number, f"socket:[{100 + number}]")
    proc.descriptor(5, 10, "/dev/null")
    walker = FdWalker(proc.root)
    inodes = set(range(100, 120))
    walker.walk([5], inodes)
    read: list[str] = []
    real = os.readlink

    def counting(path: str, *arguments: Any, **named: Any) -> str:
        read.append(path)
        return real(path, *arguments, **named)

    monkeypatch.setattr(os, "readlink", counting)
    proc.descriptor(5, 3, "socket:[119]")  # closed and reopened: 103 left the tables
    proc.descriptor(5, 11, "socket:[118]")
    read.clear()
    walk = walker.walk([5], inodes - {103})
    assert sorted(read) == ["10", "11", "3"]
    assert walk.holders[119] == [5]
    assert walk.holders[118] == [5]
    assert 103 not in walk.holders


def test_now_and_then_everything_is_read(proc: Any) -> None:
    """A descriptor reopened while its former socket lives on elsewhere is found at the next full walk at the latest."""
    proc.process(5)
    proc.process(7)
    proc.descriptor(5, 3, "socket:[100]")
    proc.descriptor(7, 3, "socket:[100]")
    walker = FdWalker(proc.root)
    walker.walk([5, 7], {100, 101})
    proc.descriptor(5, 3, "socket:[101]")
    for turn in range(FRESH_EVERY):
        walker.begin(turn * FULL_SECONDS)
        holders = walker.walk([5, 7], {100, 101}).holders
    assert holders == {100: [7], 101: [5]}


def test_between_full_walks_only_the_likely_are_looked_into(proc: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """New processes and those with sockets, however often somebody asks; all of them again after a few seconds."""
    for pid in (5, 6, 7):
        proc.process(pid)
    proc.descriptor(5, 3, "socket:[100]")
    walker = FdWalker(proc.root)
    looked: list[str] = []
    real = os.open
    monkeypatch.setattr(os, "open", lambda path, *rest: (looked.append(path), real(path, *rest))[1])

    def scan(now: float) -> list[str]:
        looked.clear()
        walker.begin(now)
        walker.walk(walker.pids(), {100, 101})
        return [path.split("/")[-2] for path in looked]

    assert scan(0.0) == ["5", "6", "7"]
    assert scan(0.1) == ["5"]
    proc.process(8)
    proc.descriptor(8, 3, "socket:[101]")
    proc.descriptor(6, 3, "socket:[102]")
    assert scan(0.2) == ["5", "8"]
    assert scan(FULL_SECONDS - 0.1) == ["5", "8"]
    assert scan(FULL_SECONDS) == ["5", "6", "7", "8"]
    assert walker.full_walks == 2


def test_what_is_remembered_is_bounded(proc: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit descriptors are read again instead of remembered, with the same result."""
    monkeypatch.setattr("netmon.platforms.linux.owners.FD_LIMIT", 1)
    for pid in (5, 7):
        proc.process(pid)
        proc.descriptor(pid, 3, f"socket:[{pid}]")
    walker = FdWalker(proc.root)
    for _ in range(3):
        assert walker.walk([5, 7], {5, 7}).holders == {5: [5], 7: [7]}
    assert len(walker._known) == 1


def test_namespaces(proc: Any) -> None:
    """One process for each network namespace; unreadable and odd ones are left out."""
    for pid, number in ((5, 1), (6, 2), (7, 2)):
        proc.process(pid)
        proc.namespace(pid, number)
    proc.process(8)
    assert FdWalker(proc.root).namespaces([5, 6, 7, 8]) == {1: 5, 2: 6}
    (proc.path / "8" / "ns").mkdir()
    (proc.path / "8" / "ns" / "net").symlink_to("net:[x]")
    assert namespace_of(proc.root, "8") == 0
