"""Which process a connection belongs to (features 5.3).

In: one scan of the socket table. Out: the owner of a tuple, and whether a local port is listened on. The order is: exact
tuple, socket bound to the local address and port, socket bound to the port on any address, nobody.
Rules: where two processes fit equally well, nobody is named; a process that started after the conversation is not its owner;
sockets of other network namespaces count only for conversations that pass through this one, and only by their exact tuple.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TypeVar

from netmon.model.owner import (
    Match,
    Owner,
    ParentProcess,
    Process,
    SocketEntry,
    SocketTable,
    TranslatedTuple,
    Translation,
)

from .address import text_of
from .tuples import Tuple, turned
from .words import TCP

SLACK = 1.0
"""Seconds by which start times and packet times may disagree."""
_AMBIGUOUS = Process(-1, "")

K = TypeVar("K", bound=Hashable)


class Sockets:
    """An index over one scan."""

    def __init__(self, table: SocketTable | None = None) -> None:
        self._exact: dict[Tuple, Process] = {}
        self._foreign: dict[Tuple, Process] = {}
        """Exact tuples of other network namespaces."""
        self._inside: dict[Tuple, Tuple] = {}
        """How a socket outside or inside this namespace sees what its packets here look like otherwise (NAT)."""
        self._texts: dict[bytes, str] = {}
        self._bound: dict[tuple[int, str, int], Process] = {}
        self._any: dict[tuple[int, bool, int], Process] = {}
        """Key: protocol, IPv6, port."""
        self._listening: set[tuple[int, int]] = set()
        self._shared: dict[Tuple, tuple[ParentProcess, ...]] = {}
        """Other holders, by a tuple whose remote end is empty for sockets that are not connected."""
        if table is not None:
            self._build(table.sockets, table.processes)
            self._translate(table.translations)
            self._texts = {}

    def _build(self, sockets: Iterable[SocketEntry], processes: dict[int, Process]) -> None:
        texts = self._texts
        for socket in sockets:
            if socket.namespace:
                self._other_namespace(socket, processes)
                continue
            local = texts.get(socket.local)
            if local is None:
                local = texts[socket.local] = text_of(socket.local) if socket.local else ""
            if not socket.remote and (socket.state == "LISTEN" or socket.protocol != TCP):
                self._listening.add((socket.protocol, socket.local_port))
            process = processes.get(socket.pid) if socket.pid is not None else None
            if process is None:
                continue
            if socket.shared:
                self._share(socket, local, texts, processes)
            if socket.remote:
                remote = texts.get(socket.remote)
                if remote is None:
                    remote = texts[socket.remote] = text_of(socket.remote)
                _put(self._exact, (socket.protocol, local, socket.local_port, remote, socket.remote_port), process)
            elif any(socket.local):
                _put(self._bound, (socket.protocol, local, socket.local_port), process)
            else:
                six = len(socket.local) == 16
                _put(self._any, (socket.protocol, six, socket.local_port), process)
                if socket.dual_stack or not socket.local:
                    _put(self._any, (socket.protocol, not six, socket.local_port), process)

    def _other_namespace(self, socket: SocketEntry, processes: dict[int, Process]) -> None:
        """Its addresses may be anybody's, loopback's are everybody's."""
        process = processes.get(socket.pid) if socket.pid is not None else None
        if process is None or not socket.remote:
            return
        local, remote = self._text(socket.local), self._text(socket.remote)
        if not (local.startswith("127.") or local == "::1"):
            _put(self._foreign, (socket.protocol, local, socket.local_port, remote, socket.remote_port), process)

    def _translate(self, translations: Iterable[Translation]) -> None:
        for original, reply in translations:
            begun, answered = self._tuple(original), self._tuple(reply)
            self._inside[turned(answered)] = begun
            self._inside[turned(begun)] = answered

    def _tuple(self, one: TranslatedTuple) -> Tuple:
        return one.protocol, self._text(one.source), one.source_port, self._text(one.destination), one.destination_port

    def _text(self, address: bytes) -> str:
        text = self._texts.get(address)
        if text is None:
            text = self._texts[address] = text_of(address) if address else ""
        return text

    def _share(self, socket: SocketEntry, local: str, texts: dict[bytes, str], processes: dict[int, Process]) -> None:
        remote = texts.setdefault(socket.remote, text_of(socket.remote)) if socket.remote else ""
        names = (processes.get(pid) for pid in socket.shared)
        key = (socket.protocol, local, socket.local_port, remote, socket.remote_port)
        self._shared[key] = tuple(ParentProcess(one.pid, one.name) for one in names if one is not None)

    def owner(self, key: Tuple, began: float, last: float) -> Owner | None:
        """The owner of a conversation between a local and a remote end that lasted from ``began`` to ``last``."""
        if key in self._exact:
            return self.exact(key, last)
        protocol, local, port = key[:3]
        match = Match.LISTENER
        process = self._bound.get((protocol, local, port))
        if process is None:
            match = Match.WILDCARD
            process = self._any.get((protocol, ":" in local, port))
        if process is None or process is _AMBIGUOUS or process.started > began + SLACK:
            return None
        shared: tuple[ParentProcess, ...] = ()
        if self._shared:
            wildcards = (local, "0.0.0.0", "::")  # noqa: S104 - addresses to look up, not to bind
            shared = next((found for one in wildcards if (found := self._shared.get((protocol, one, port, "", 0)))), ())
        return Owner(process, match, shared)

    def exact(self, key: Tuple, last: float) -> Owner | None:
        """The owner of a socket with exactly this tuple."""
        process = self._exact.get(key)
        if process is None or process is _AMBIGUOUS or process.started > last + SLACK:
            return None
        return Owner(process, Match.EXACT, self._shared.get(key, ()))

    def shared(self) -> Iterator[tuple[Tuple, tuple[ParentProcess, ...]]]:
        """Connected sockets that more than one process holds, with the others."""
        return ((key, others) for key, others in self._shared.items() if key[3])

    def foreign(self, key: Tuple, last: float) -> Owner | None:
        """The owner of a conversation that passes through: the socket is in another network namespace."""
        process = self._foreign.get(key)
        if process is None or process is _AMBIGUOUS or process.started > last + SLACK:
            return None
        return Owner(process, Match.EXACT)

    def inside(self, key: Tuple) -> Tuple | None:
        """The tuple of the socket, where this machine translates the addresses of its packets."""
        return self._inside.get(key)

    def listening(self, protocol: int, port: int) -> bool:
        """Somebody waits for openers on this local port."""
        return (protocol, port) in self._listening


def _put(index: dict[K, Process], key: K, process: Process) -> None:
    known = index.get(key)
    index[key] = process if known is None or known.pid == process.pid else _AMBIGUOUS
