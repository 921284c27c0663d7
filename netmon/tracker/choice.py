"""Which process a tuple belongs to, of all that is known about it (features 5.3).

In: what the kernel told (``Deeds``) and the last two scans (``Sockets``). Out: the best owner, and whether none better can
come. The order is: kernel event for exactly this tuple, exact tuple in the table (or in the one before, for what has ended
since), the socket in another namespace whose addresses this machine translates, the binder of the local port (event),
listener, wildcard, nobody.
"""

from __future__ import annotations

from typing import Final

from netmon.model.connection import Connection
from netmon.model.flow import TcpBits
from netmon.model.owner import Match, Owner, Process, SocketTable

from .deeds import Deed, Deeds
from .entry import Entry
from .ownership import Sockets
from .tuples import Tuple

_OPENING: Final = int(TcpBits.SYN_AB | TcpBits.SYN_BA | TcpBits.SYNACK_AB | TcpBits.SYNACK_BA)


class Choice:
    """What is known about sockets now."""

    def __init__(self) -> None:
        self.deeds = Deeds()
        self.sockets = self.before = Sockets()
        self.scanned = 0.0
        """When ``before`` was new."""

    def take(self, table: SocketTable, now: float) -> None:
        """A new scan."""
        self.before, self.scanned = self.sockets, now
        self.sockets = Sockets(table)

    def owner(self, entry: Entry, connection: Connection, keys: tuple[Tuple, ...]) -> tuple[Owner | None, bool]:
        """The best owner known, and whether none better can come."""
        began, last = connection.first_seen, entry.last
        deed = self._deed(keys, last)
        found: Owner | None = None
        for key in keys:
            owner = self.sockets.owner(key, began, last)
            if owner is not None and owner.match is Match.EXACT:
                if deed is not None:
                    deed.entry = entry
                return self._joined(deed, owner)
            found = found or owner
        if deed is not None:
            process = deed.process
            if found is not None and not process.executable and same(found.process, process):
                process = found.process  # the table's has been read while it lived
            deed.entry = entry
            return Owner(process, Match.KERNEL, deed.shared), bool(process.executable) and not deed.provisional
        if not entry.bits & _OPENING or began <= self.scanned:  # it may have ended between the scan before and this one
            for key in keys:
                owner = self.before.exact(key, last)
                if owner is not None:
                    return owner, False
        # Before whoever has the port: in front of a published container that is a proxy which never sees the packets.
        translated = self._translated(keys, last)
        if translated is not None:
            return translated, False
        for protocol, local, port, _, _ in keys:
            binder = self.deeds.bound(protocol, local, port, last) if port else None
            if binder is not None:
                return Owner(binder, Match.KERNEL, found.shared if found else ()), found is not None
        return found, False

    def _translated(self, keys: tuple[Tuple, ...], last: float) -> Owner | None:
        """The socket sees other addresses than the wire: it is in another namespace, or behind a redirection."""
        for key in keys:
            inside = self.sockets.inside(key)
            if inside is None:
                continue
            deed = self.deeds.find(inside, last, foreign=True) or self.deeds.find(inside, last)
            if deed is not None:
                return Owner(deed.process, Match.KERNEL, deed.shared)
            return self.sockets.foreign(inside, last) or self.sockets.exact(inside, last)
        return None

    def _deed(self, keys: tuple[Tuple, ...], last: float) -> Deed | None:
        for key in keys:
            deed = self.deeds.find(key, last)
            if deed is not None:
                return deed
        return None

    def _joined(self, deed: Deed | None, table: Owner) -> tuple[Owner, bool]:
        """An event and a row of the table about the same tuple: the event names, unless it only knows the listener."""
        if deed is None or (deed.provisional and deed.process.pid != table.process.pid):
            return table, True
        if same(table.process, deed.process):
            deed.process = table.process  # the latest description stays: the process may have become another program (exec)
        process = deed.process
        # A server that forks holds the connection itself for a moment: its child may still be told.
        return Owner(process, Match.KERNEL, deed.shared or table.shared), not deed.provisional

    def passing(self, entry: Entry, keys: tuple[Tuple, ...], last: float) -> tuple[Owner | None, bool]:
        """The owner in another namespace, and whether none better can come."""
        found: Owner | None = None
        for key in keys:
            deed = self.deeds.find(key, last, foreign=True)
            if deed is not None and not deed.provisional:
                deed.entry = entry
                return Owner(deed.process, Match.KERNEL, deed.shared), True
            found = found or (Owner(deed.process, Match.KERNEL, deed.shared) if deed else self.sockets.foreign(key, last))
        return found, False


def same(one: Process, other: Process) -> bool:
    """The same process, seen twice (start times come with different precision)."""
    return one.pid == other.pid and (not other.started or abs(one.started - other.started) < 0.02)
