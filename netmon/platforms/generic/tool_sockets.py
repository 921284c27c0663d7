"""Sockets out of one of the system's own tools, in one call; psutil process by process where it is missing or silent.

Such tools see more than psutil does without administrator rights, and cost one process for all sockets.
"""

from __future__ import annotations

from collections.abc import Callable

from netmon.model.owner import SocketEntry, SocketTable

from . import sockets as generic
from .processes import ProcessReader, own_user
from .routes import run

Parse = Callable[[str], list[SocketEntry]]


class ToolScanner:
    """One scan after the other."""

    def __init__(self, command: list[str], parse: Parse, *, sees_all: bool = False) -> None:
        """``sees_all``: the tool shows an ordinary user the processes of others, too."""
        self._command = command
        self._parse = parse
        self._sees_all = sees_all
        self._processes = ProcessReader()
        self._generic = generic.SocketScanner(self._processes)

    def scan(self) -> SocketTable:
        """All sockets that may be seen. Raises ``PlatformError`` when neither way answers."""
        found = self._parse(run(self._command))
        if not found:
            table = self._generic.scan()
            tool = self._command[0].rpartition("/")[2]
            return SocketTable(
                table.sockets, table.processes, (*table.notes, f"sockets come from psutil: {tool} gave no answer")
            )
        pids = {entry.pid for entry in found if entry.pid is not None}
        processes = {pid: process for pid in pids if (process := self._processes.read(pid)) is not None}
        notes = () if self._sees_all or own_user() == 0 else (generic.PARTLY,)
        return generic.merged(found, processes, notes)
