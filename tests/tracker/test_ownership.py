"""Which process a tuple belongs to."""

from __future__ import annotations

import socket
from typing import Any

from netmon.model.owner import Match, Process, SocketEntry, SocketTable
from netmon.tracker.ownership import Sockets

HERE, THERE = "192.0.2.1", "198.51.100.2"
KEY = (6, HERE, 50_000, THERE, 443)


def entry(pid: int | None, local: str, port: int, remote: str = "", remote_port: int = 0, **values: Any) -> SocketEntry:
    """A socket."""

    def packed(text: str) -> bytes:
        return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text) if text else b""

    protocol = values.pop("protocol", 6)
    state = "ESTABLISHED" if remote else "LISTEN"
    return SocketEntry(protocol, packed(local), port, packed(remote), remote_port, state, pid, **values)


def sockets(*entries: SocketEntry, **started: float) -> Sockets:
    """An index; processes 1 to 9 are named p1 to p9."""
    processes = {pid: Process(pid, f"p{pid}", started=started.get(f"p{pid}", 0.0)) for pid in range(1, 10)}
    return Sockets(SocketTable(entries, processes))


def found(index: Sockets, key: tuple[int, str, int, str, int] = KEY) -> tuple[str, Match] | None:
    """Name and match for a conversation from second 100 to 200."""
    owner = index.owner(key, 100.0, 200.0)
    return (owner.process.name, owner.match) if owner else None


def test_strongest_match_wins() -> None:
    """Exact tuple, then bound address, then any address, then nobody."""
    exact, bound, wild = entry(1, HERE, 50_000, THERE, 443), entry(2, HERE, 50_000), entry(3, "0.0.0.0", 50_000)
    assert found(sockets(wild, bound, exact)) == ("p1", Match.EXACT)
    assert found(sockets(wild, bound)) == ("p2", Match.LISTENER)
    assert found(sockets(wild)) == ("p3", Match.WILDCARD)
    assert found(sockets(entry(1, HERE, 50_001, THERE, 443))) is None


def test_ambiguous_names_nobody() -> None:
    """Two processes on the same tuple: nobody; two sockets of one process: that process."""
    assert found(sockets(entry(1, HERE, 50_000), entry(2, HERE, 50_000))) is None
    assert found(sockets(entry(1, HERE, 50_000), entry(1, HERE, 50_000))) == ("p1", Match.LISTENER)
    both = (entry(1, HERE, 50_000, THERE, 443), entry(2, HERE, 50_000, THERE, 443), entry(3, "0.0.0.0", 50_000))
    assert found(sockets(*both)) is None


def test_start_time_guards_against_reused_pids() -> None:
    """A process that started after the conversation does not own it."""
    assert found(sockets(entry(1, HERE, 50_000, THERE, 443), p1=300.0)) is None
    assert found(sockets(entry(1, HERE, 50_000, THERE, 443), p1=150.0)) == ("p1", Match.EXACT)
    assert found(sockets(entry(1, "0.0.0.0", 50_000), p1=150.0)) is None


def test_dual_stack_wildcard() -> None:
    """An IPv6 wildcard socket takes IPv4 only when it is dual stack."""
    assert found(sockets(entry(1, "::", 50_000, dual_stack=True))) == ("p1", Match.WILDCARD)
    assert found(sockets(entry(1, "::", 50_000))) is None
    six = (6, "2001:db8::1", 50_000, "2001:db8::2", 443)
    assert found(sockets(entry(1, "::", 50_000)), six) == ("p1", Match.WILDCARD)
    assert found(sockets(entry(1, "0.0.0.0", 50_000)), six) is None


def test_listening() -> None:
    """Listening is known even when nobody may be named."""
    index = sockets(entry(None, "0.0.0.0", 22), entry(1, HERE, 50_000, THERE, 443))
    assert index.listening(6, 22)
    assert not index.listening(6, 50_000)
    assert not index.listening(17, 22)
    assert found(index, (6, HERE, 22, THERE, 1)) is None
