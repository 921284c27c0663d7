"""Sockets as psutil sees them: ``net_connections`` for the whole system, else process by process.

In: psutil. Out: a ``SocketTable``. macOS refuses the system-wide question to ordinary users; the processes that may be
asked are asked one by one then, and the note says so.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from netmon.errors import PlatformError
from netmon.model.owner import Process, SocketEntry, SocketTable

from .processes import ProcessReader, own_user

STATES = {
    "NONE": "", "LISTEN": "LISTEN", "ESTABLISHED": "ESTABLISHED", "SYN_SENT": "SYN_SENT", "SYN_RECV": "SYN_RECV",
    "FIN_WAIT1": "FIN_WAIT1", "FIN_WAIT2": "FIN_WAIT2", "TIME_WAIT": "TIME_WAIT", "CLOSE": "CLOSED",
    "CLOSE_WAIT": "CLOSE_WAIT", "LAST_ACK": "LAST_ACK", "CLOSING": "CLOSING", "DELETE_TCB": "CLOSED",
    "IDLE": "", "BOUND": "",
}  # fmt: skip
"""psutil's words -> ours (features 2.1)."""
_PROTOCOLS = {socket.SOCK_STREAM: 6, socket.SOCK_DGRAM: 17}
_MAPPED = bytes(10) + b"\xff\xff"
PARTLY = (
    "sockets of other users' processes are not shown: the system refuses them to this user: run with administrator rights"
)


class SocketScanner:
    """One scan after the other."""

    def __init__(self, processes: ProcessReader | None = None) -> None:
        self._processes = processes or ProcessReader()

    def scan(self) -> SocketTable:
        """All sockets that may be seen. Raises ``PlatformError`` when psutil cannot answer at all."""
        notes: list[str] = []
        connections = _connections(notes)
        return table(connections, self._processes, notes)


def _connections(notes: list[str]) -> list[tuple[Any, int | None]]:
    import psutil

    try:
        return [(entry, entry.pid) for entry in psutil.net_connections("inet")]
    except psutil.AccessDenied:
        notes.append(PARTLY)
    except (psutil.Error, OSError, RuntimeError, NotImplementedError) as error:
        raise PlatformError(f"the socket table cannot be read: {error}") from error
    found: list[tuple[Any, int | None]] = []
    for handle in psutil.process_iter():
        try:
            found += [(entry, handle.pid) for entry in handle.net_connections("inet")]
        except (psutil.Error, OSError):
            continue
    return found


def table(connections: Iterable[tuple[Any, int | None]], processes: ProcessReader, notes: list[str]) -> SocketTable:
    """psutil's rows as ours. A socket that several processes hold is named after none of them, except where one is the
    parent of all others."""
    holders: dict[tuple[int, bytes, int, bytes, int, str], list[int]] = {}
    for entry, pid in connections:
        key = _key(entry)
        if key is None:
            continue
        held = holders.setdefault(key, [])
        if pid and pid not in held:
            held.append(pid)
    read = {pid: processes.read(pid) for pid in {pid for pids in holders.values() for pid in pids}}
    known = {pid: process for pid, process in read.items() if process is not None}
    ipv4 = {(key[0], key[2]) for key in holders if key[1] == bytes(4) and not key[3]}
    sockets = [_entry(key, _choose(pids, known), known, ipv4) for key, pids in holders.items()]
    owners = {entry.pid for entry in sockets}
    nameless = any(entry.pid is None and entry.state != "TIME_WAIT" for entry in sockets)
    if nameless and not known and PARTLY not in notes and own_user() != 0:
        notes.append(PARTLY)
    return SocketTable(tuple(sockets), {pid: process for pid, process in known.items() if pid in owners}, tuple(notes))


def merged(entries: Iterable[SocketEntry], known: dict[int, Process], notes: Iterable[str]) -> SocketTable:
    """Entries of a tool, one for each holder, as one for each socket: given to the holder all others descend from, else to
    nobody; the others share it. The tuple stands for the socket; one that is bound to no port yet is none."""
    holders: dict[tuple[int, bytes, int, bytes, int, str], list[SocketEntry]] = {}
    for entry in entries:
        if not entry.local_port:
            continue
        key = (entry.protocol, entry.local, entry.local_port, entry.remote, entry.remote_port, entry.state)
        holders.setdefault(key, []).append(entry)
    sockets = []
    for same in holders.values():
        pids = list(dict.fromkeys(entry.pid for entry in same if entry.pid is not None))
        pid = _choose(pids, known)
        shared = tuple(other for other in pids if pid is not None and other != pid and other in known)
        sockets.append(
            replace(same[0], pid=pid, uid=same[0].uid if len(pids) < 2 or pid == same[0].pid else None, shared=shared)
        )
    return SocketTable(tuple(sockets), known, tuple(notes))


def _key(entry: Any) -> tuple[int, bytes, int, bytes, int, str] | None:
    protocol = _PROTOCOLS.get(entry.type)
    if protocol is None:
        return None
    local, local_port = _endpoint(entry.laddr, entry.family)
    if not local_port:
        return None
    remote, remote_port = _endpoint(entry.raddr, entry.family) if entry.raddr else (b"", 0)
    state = STATES.get(entry.status, "") if protocol == 6 else ""
    return protocol, local, local_port, remote, remote_port, state


def _endpoint(address: Any, family: int) -> tuple[bytes, int]:
    """``addr(ip, port)``; none is the wildcard address without a port."""
    wildcard = bytes(16 if family == socket.AF_INET6 else 4)
    if not address:
        return wildcard, 0
    return _packed(address[0]) or wildcard, int(address[1])


@lru_cache(maxsize=16_384)
def _packed(text: str) -> bytes:
    try:
        packed = ipaddress.ip_address(text.partition("%")[0]).packed
    except ValueError:
        return b""
    return packed[12:] if packed.startswith(_MAPPED) and len(packed) == 16 else packed


def _choose(pids: list[int], known: dict[int, Process]) -> int | None:
    alive = [pid for pid in pids if pid in known]
    if len(alive) <= 1:
        return alive[0] if alive else None
    above = {pid: {parent.pid for parent in known[pid].parents} for pid in alive}
    tops = [pid for pid in alive if all(pid == other or pid in above[other] for other in alive)]
    return tops[0] if tops else None


def _entry(
    key: tuple[int, bytes, int, bytes, int, str], pid: int | None, known: dict[int, Process], ipv4: set[tuple[int, int]]
) -> SocketEntry:
    protocol, local, local_port, remote, remote_port, state = key
    return SocketEntry(
        protocol=protocol,
        local=local,
        local_port=local_port,
        remote=remote,
        remote_port=remote_port,
        state=state,
        pid=pid,
        uid=known[pid].uid if pid is not None else None,
        dual_stack=local == bytes(16) and not remote and (protocol, local_port) not in ipv4,
    )
