"""What the kernel told about sockets, waiting for the packets it belongs to, or for which packets wait.

In: ``SocketEvent`` values, in any order relative to the flow records. Out: the process behind a tuple. An event comes
before its packets but is read before or after them, so both orders are normal. Rules: bounded in number and age; an event
later than the conversation's last packet says nothing about it (a port is used again, also within a second); what happened
in another network namespace is kept apart, because its addresses may be ours.
"""

from __future__ import annotations

from typing import Final

from netmon.model.owner import ParentProcess, Process, SocketEvent, SocketEventKind

from .address import text_of
from .entry import Entry
from .tuples import Tuple
from .words import UDP

LIMIT = 131_072
"""Tuples kept; ports are bounded by their number."""
AGE: Final = 120.0
SLACK: Final = 0.05
"""Seconds by which kernel time and packet time may disagree: both are the same machine's clock."""
EPHEMERAL: Final = 32_768
SHARED_LIMIT: Final = 8
BINDINGS: Final = 8
TEXTS: Final = 65_536
_LOOPBACK4: Final = b"\x7f"
_LOOPBACK6: Final = bytes(15) + b"\x01"

OPENED: Final = SocketEventKind.OPENED
ACCEPTED: Final = SocketEventKind.ACCEPTED
HANDLED: Final = SocketEventKind.HANDLED
SHARED: Final = SocketEventKind.SHARED
BOUND: Final = SocketEventKind.BOUND
SENT: Final = SocketEventKind.SENT


class Deed:
    """Who is behind one tuple."""

    __slots__ = ("entry", "kind", "previous", "process", "shared", "when")

    def __init__(self, process: Process, kind: SocketEventKind, when: float, previous: Deed | None) -> None:
        self.process = process
        self.kind = kind
        self.when = when
        self.shared: tuple[ParentProcess, ...] = ()
        self.previous = previous
        """The tuple's former use."""
        self.entry: Entry | None = None
        """The connection it was given to."""

    @property
    def provisional(self) -> bool:
        """Only the listener is known: who works with the connection may be another."""
        return self.kind is ACCEPTED

    def share(self, process: Process) -> None:
        """One more process works with the socket."""
        name = ParentProcess(process.pid, process.name)
        if process.pid != self.process.pid and name not in self.shared and len(self.shared) < SHARED_LIMIT:
            self.shared = (*self.shared, name)


class Deeds:
    """Events by tuple and by local port."""

    def __init__(self) -> None:
        self._own: dict[Tuple, Deed] = {}
        self._foreign: dict[Tuple, Deed] = {}
        self._ports: dict[tuple[int, int], list[tuple[float, str, Process]]] = {}
        self._texts: dict[bytes, str] = {}

    def __len__(self) -> int:
        return len(self._own) + len(self._foreign)

    def add(self, event: SocketEvent) -> Tuple | None:
        """Take in an event; the tuple about which something new is known."""
        local, remote = self._text(event.local), self._text(event.remote)
        if event.foreign and ((event.local[:1] == _LOOPBACK4 and len(event.local) == 4) or event.local == _LOOPBACK6):
            return None
        if event.protocol == UDP and not event.foreign and event.kind in (BOUND, SENT):
            self._bind(event, local)
        if event.kind is BOUND:
            return None
        key = (event.protocol, local, event.local_port, remote, event.remote_port)
        index = self._foreign if event.foreign else self._own
        deed = index.get(key)
        if deed is None or not self._same_use(deed, event):
            if deed is not None:
                del index[key]  # so that the order stays that of time
                deed.previous = None
            index[key] = Deed(event.process, event.kind, event.when, deed)
            if len(index) > LIMIT:
                del index[next(iter(index))]
        return key

    def _same_use(self, deed: Deed, event: SocketEvent) -> bool:
        """Add the event to what is known of the tuple's present use; ``False`` when it begins another."""
        if event.kind is HANDLED:
            if deed.kind is ACCEPTED:
                if deed.process.pid != event.process.pid:
                    deed.process = event.process
                deed.kind = HANDLED
            else:
                deed.share(event.process)
            return True
        if event.kind is SHARED:
            deed.share(event.process)
            return True
        if event.kind is SENT:
            before = deed.previous
            if before is not None and before.process.pid == event.process.pid:
                deed.share(event.process)  # two senders take turns
                return True
            return deed.process is event.process or deed.process.pid == event.process.pid
        return False

    def _bind(self, event: SocketEvent, local: str) -> None:
        key = (event.protocol, event.local_port)
        address = local if any(event.local) else ""
        bindings = self._ports.setdefault(key, [])
        if bindings and bindings[-1][2] is event.process and bindings[-1][1] in ("", address):
            return
        bindings.append((event.when, address if event.kind is BOUND else "", event.process))
        del bindings[:-BINDINGS]

    def find(self, key: Tuple, last: float, *, foreign: bool = False) -> Deed | None:
        """Who is behind this tuple in a conversation whose latest packet was at ``last``."""
        deed = (self._foreign if foreign else self._own).get(key)
        while deed is not None and deed.when > last + SLACK:
            deed = deed.previous
        return deed

    def bound(self, protocol: int, local: str, port: int, last: float) -> Process | None:
        """Who had bound this local port; nobody when several may have had it at once."""
        bindings = self._ports.get((protocol, port))
        if not bindings:
            return None
        fitting = [process for when, address, process in bindings if when <= last + SLACK and address in ("", local)]
        if not fitting:
            return None
        newest = fitting[-1]
        if port < EPHEMERAL and any(process.pid != newest.pid for process in fitting):
            return None
        return newest

    def expire(self, now: float) -> None:
        """Forget what is too old to belong to anything new."""
        before = now - AGE
        for index in (self._own, self._foreign):
            while index:
                key = next(iter(index))
                if index[key].when >= before:
                    break
                del index[key]

    def _text(self, address: bytes) -> str:
        text = self._texts.get(address)
        if text is None:
            if len(self._texts) >= TEXTS:
                self._texts.clear()
            text = self._texts[address] = text_of(address) if address else ""
        return text
