"""Sockets without traffic as connections (features 5.6): those that listen, and those on which nothing has moved yet.

In: a scan of the socket table, and the connections with traffic. Out: a ``Connection`` for every socket of this machine that
is not among those. Rules: counters are zero and times are those of the first scan that saw it, nothing is made up; the same
socket is the same object from scan to scan; its flow id is below zero, so it is never taken for a flow of the meter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from netmon.model.connection import Connection, Direction
from netmon.model.owner import Match, Owner, ParentProcess, SocketEntry, SocketTable

from . import words
from .address import text_of
from .identity import Identity

LIMIT: Final = 65_536
_Key = tuple[int, bytes, int, bytes, int, str]
_Ends = tuple[str, str, int, str, int]


class QuietSockets:
    """The sockets of the last scan."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._known: dict[_Key, Connection] = {}
        self._numbers = 0

    def apply(self, table: SocketTable, now: float) -> None:
        """A new scan."""
        before, self._known = self._known, {}
        for entry in table.sockets:
            if entry.namespace or entry.state == "TIME_WAIT" or len(self._known) >= LIMIT:
                continue
            key = (entry.protocol, entry.local, entry.local_port, entry.remote, entry.remote_port, entry.state)
            process = table.processes.get(entry.pid) if entry.pid is not None else None
            owner = None
            if process is not None:
                others = (table.processes.get(pid) for pid in entry.shared)
                owner = Owner(process, Match.EXACT, tuple(ParentProcess(o.pid, o.name) for o in others if o is not None))
            old = before.get(key)
            if old is None:
                self._known[key] = self._made(entry, owner, now)
            else:
                self._known[key] = old if old.owner == owner else replace(old, owner=owner)

    def _made(self, entry: SocketEntry, owner: Owner | None, now: float) -> Connection:
        self._numbers += 1
        book = self._identity.book
        source = book.parse(text_of(entry.local))
        wildcard = "::" if len(entry.local) == 16 else "0.0.0.0"  # noqa: S104 - shown, not bound
        destination = book.parse(text_of(entry.remote) if entry.remote else wildcard)
        listening = not entry.remote
        protocol = words.PROTOCOLS.get(entry.protocol, f"ip-{entry.protocol}")
        ported = protocol in words.PORTED
        return Connection(
            identifier=f"s{self._numbers:x}",
            flow_id=-self._numbers,
            protocol=protocol,
            source=source.text,
            source_port=entry.local_port if ported else None,
            destination=destination.text,
            destination_port=(entry.remote_port if entry.remote else None) if ported else None,
            direction=Direction.INCOMING if entry.state == "LISTEN" else Direction.UNKNOWN,
            local_is_source=True,
            state=entry.state or ("BOUND" if listening else "CONNECTED"),
            closed=False,
            first_seen=now,
            last_seen=now,
            packets_out=0,
            packets_in=0,
            bytes_out=0,
            bytes_in=0,
            owner=owner,
            service=self._identity.service(protocol, entry.local_port) if ported and listening else "",
            source_kind=source.kind,
            destination_kind=destination.kind,
            source_scope=source.scope,
            destination_scope=destination.scope,
        )

    def connections(self, moving: Iterable[Connection]) -> tuple[Connection, ...]:
        """Those without traffic; ``moving`` are the connections that have some."""
        taken: set[_Ends] = set()
        for one in moving:
            source, destination = one.source_port or 0, one.destination_port or 0
            taken.add((one.protocol, one.source, source, one.destination, destination))
            taken.add((one.protocol, one.destination, destination, one.source, source))
        return tuple([
            one for one in self._known.values()
            if (one.protocol, one.source, one.source_port or 0, one.destination, one.destination_port or 0) not in taken
        ])  # fmt: skip
