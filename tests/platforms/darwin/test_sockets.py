"""Which way macOS is asked; lsof and psutil are stand-ins."""

from __future__ import annotations

import pytest

from netmon.model.owner import SocketTable
from netmon.platforms.darwin import sockets

LSOF = "p1\nu0\nf3\ntIPv4\nPTCP\nn*:80\nTST=LISTEN\n"


def test_lsof_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """lsof's rows with the processes they name; an ordinary user is told that this is not all."""
    monkeypatch.setattr(sockets, "run", lambda command: LSOF)
    monkeypatch.setattr(sockets, "own_user", lambda: 501)
    table = sockets.SocketScanner().scan()
    assert [(entry.local_port, entry.pid) for entry in table.sockets] == [(80, 1)]
    assert "administrator" in table.notes[0]
    monkeypatch.setattr(sockets, "own_user", lambda: 0)
    assert sockets.SocketScanner().scan().notes == ()


def test_a_silent_lsof_is_replaced_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """psutil answers where lsof is missing."""
    monkeypatch.setattr(sockets, "run", lambda command: "")
    monkeypatch.setattr("netmon.platforms.generic.sockets.SocketScanner.scan", lambda self: SocketTable((), {}, ("other",)))
    assert sockets.SocketScanner().scan().notes == ("other", "sockets come from psutil: lsof gave no answer")
