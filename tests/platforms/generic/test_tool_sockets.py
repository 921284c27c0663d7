"""Sockets out of a system's own tool; the tool and psutil are stand-ins."""

from __future__ import annotations

import pytest

from netmon.model.owner import ParentProcess, Process, SocketEntry, SocketTable
from netmon.platforms.generic import tool_sockets
from netmon.platforms.generic.sockets import PARTLY, merged
from netmon.platforms.generic.tool_sockets import ToolScanner
from netmon.platforms.select import select_platform

LISTENS = SocketEntry(6, bytes(4), 80, b"", 0, "LISTEN", 10, 0)


def scanner(*, sees_all: bool = False) -> ToolScanner:
    """Of a tool that knows one socket when it answers."""
    return ToolScanner(["/usr/bin/tool", "-x"], lambda text: [LISTENS] if text else [], sees_all=sees_all)


def test_the_tool_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it shows only the user's own processes, an ordinary user is told so."""
    asked: list[list[str]] = []
    monkeypatch.setattr(tool_sockets, "run", lambda command: asked.append(command) or "answer")
    monkeypatch.setattr(tool_sockets, "own_user", lambda: 501)
    assert scanner().scan().notes == (PARTLY,)
    assert scanner(sees_all=True).scan().notes == ()
    monkeypatch.setattr(tool_sockets, "own_user", lambda: 0)
    assert scanner().scan().notes == ()
    assert asked == [["/usr/bin/tool", "-x"]] * 3


def test_a_silent_tool_is_replaced_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """psutil answers instead."""
    monkeypatch.setattr(tool_sockets, "run", lambda command: "")
    monkeypatch.setattr("netmon.platforms.generic.sockets.SocketScanner.scan", lambda self: SocketTable((), {}, ("other",)))
    assert scanner().scan().notes == ("other", "sockets come from psutil: tool gave no answer")


def test_one_socket_of_several_holders() -> None:
    """The parent is named and its children share it; of strangers nobody is named."""
    parent, child = Process(10, "master"), Process(11, "worker", parents=(ParentProcess(10, "master"),))
    stranger = Process(12, "other")
    entries = [LISTENS, SocketEntry(6, bytes(4), 80, b"", 0, "LISTEN", 11, 33)]
    (socket,) = merged(entries, {10: parent, 11: child}, ()).sockets
    assert (socket.pid, socket.shared, socket.uid) == (10, (11,), 0)
    (socket,) = merged([LISTENS, SocketEntry(6, bytes(4), 80, b"", 0, "LISTEN", 12)], {10: parent, 12: stranger}, ()).sockets
    assert (socket.pid, socket.shared, socket.uid) == (None, (), None)


def test_sockets_that_are_not_bound() -> None:
    """macOS' lsof lists many (``UDP *:*``), of programs that have nothing to do with one another."""
    loose = [SocketEntry(17, bytes(4), 0, b"", 0, "", pid) for pid in (10, 11)]
    bound = SocketEntry(17, bytes(4), 5353, b"", 0, "", 10)
    assert [
        socket.local_port for socket in merged([*loose, bound], {10: Process(10, "a"), 11: Process(11, "b")}, ()).sockets
    ] == [5353]


@pytest.mark.parametrize("system", ["darwin", "freebsd14", "netbsd10", "openbsd7"])
def test_each_system_asks_its_own_tool(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    """By its full path, so that nothing else of that name is run."""
    asked: list[list[str]] = []
    monkeypatch.setattr(tool_sockets, "run", lambda command: asked.append(command) or "")
    monkeypatch.setattr("netmon.platforms.generic.sockets.SocketScanner.scan", lambda self: SocketTable((), {}))
    platform = select_platform(system)
    platform.sockets()
    (command,) = asked
    assert command[0].startswith("/usr/")
    assert command[0].rpartition("/")[2] in platform.attribution
