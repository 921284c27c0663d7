"""Sockets of macOS: ``lsof`` in one call; psutil process by process where lsof is missing or silent.

psutil's system-wide question needs root on macOS; lsof answers it for the user's own processes without, and for all as root.
"""

from __future__ import annotations

from netmon.model.owner import SocketTable
from netmon.platforms.generic import sockets as generic
from netmon.platforms.generic.processes import ProcessReader, own_user
from netmon.platforms.generic.routes import run

from . import lsof


class SocketScanner:
    """One scan after the other."""

    def __init__(self) -> None:
        self._processes = ProcessReader()
        self._generic = generic.SocketScanner(self._processes)

    def scan(self) -> SocketTable:
        """All sockets that may be seen. Raises ``PlatformError`` when neither way answers."""
        found = lsof.parse(run(lsof.COMMAND))
        if not found:
            table = self._generic.scan()
            note = "sockets come from psutil: lsof gave no answer"
            return SocketTable(table.sockets, table.processes, (*table.notes, note))
        pids = {entry.pid for entry in found if entry.pid is not None}
        processes = {pid: process for pid in pids if (process := self._processes.read(pid)) is not None}
        notes = () if own_user() == 0 else (generic.PARTLY,)
        return SocketTable(tuple(found), processes, notes)
