"""Sockets of this machine and the processes that own them, from sock_diag, the kernel's iterator and ``/proc`` (proc(5)).

In: the proc mount, and where kernel events are had, the kernel's own list of who holds what (``kernel_table``), which covers
all network namespaces and leaves ``/proc`` to name processes. Without it: a walk over ``/proc``, which needs CAP_SYS_PTRACE
(root) to look into processes of other users and covers the namespaces that visible processes live in. Out: a
``SocketTable``; what could not be seen is said in its notes. Rule: a socket is given to a process only when that is certain.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Set
from typing import TypeVar

from netmon.errors import PlatformError
from netmon.model.owner import Process, SocketEntry, SocketTable

from .kernel_table import parse as parse_kernel_table
from .owners import INITIAL_PID_NAMESPACE, FdWalker, Walk, holds_one, namespace_of
from .proc_net import TABLES, Endpoints, Row, rows, sctp_rows
from .processes import ProcessReader
from .sock_diag import PROTOCOLS

TABLE_BYTES = 64 * 1024 * 1024
"""Read at most this much of one table (about 400,000 sockets)."""
NAMESPACES = 512
"""Other network namespaces looked into."""
ANCESTRY = 32
SHARED = 8
"""Other holders of a socket that are named."""
_ANY6 = bytes(16)


Dump = Callable[[int], "list[Row] | None"]
"""A faster source of the rows of a protocol in the own network namespace (``sock_diag``); ``None`` = not available."""
_T = TypeVar("_T")
_Known = tuple[Row, "int | None", int, SocketEntry]


class SocketScanner:
    """One scan after the other; remembers what makes the next one cheap."""

    def __init__(self, root: str = "/proc", dump: Dump | None = None, processes: ProcessReader | None = None) -> None:
        self._root = root
        self._dump = dump
        self._walker = FdWalker(root)
        self._endpoints = Endpoints()
        self._processes = processes or ProcessReader(root)
        self._entries: dict[object, _Known] = {}
        self.kernel_table: Callable[[], bytes] | None = None
        """The kernel's list of who holds which socket, empty when it is not to be had any more."""

    @property
    def full_walks(self) -> int:
        """How often all of ``/proc`` was looked into."""
        return self._walker.full_walks

    def scan(self) -> SocketTable:
        """All sockets with their processes. Raises ``PlatformError`` when there is no table at all."""
        begun = time.clock_gettime(time.CLOCK_BOOTTIME)
        tables = [(0, self._own())]
        try:
            pids = self._walker.pids()
        except OSError as error:
            raise PlatformError(f"{self._root} cannot be read: {error.strerror}: mount the proc file system") from error
        notes: list[str] = []
        own = namespace_of(self._root, "self")
        raw = self.kernel_table() if self.kernel_table is not None and own else b""
        held = parse_kernel_table(raw, own) if raw else None
        if held is None:
            self._walker.begin(time.monotonic())
            tables += self._others(pids, own, notes)
        else:
            tables += _limited(list(held.others.items()), notes)
        inodes = {row.inode for _, table in tables for row in table}
        inodes.discard(0)
        walk = self._walker.walk(pids, inodes) if held is None else Walk(held.holders)
        self._processes.forget_all_but(set(pids))
        chosen = {
            inode: holders[0] if len(holders) == 1 else self._choose(holders)
            for inode, holders in walk.holders.items()
            if inode in inodes
        }
        shared = {
            inode: tuple([pid for pid in holders if pid not in (1, chosen[inode])][:SHARED])
            for inode, holders in walk.holders.items()
            if len(holders) > 1 and chosen.get(inode)
        }
        wanted = {*chosen.values(), *(pid for pids in shared.values() for pid in pids)}
        processes = {pid: process for pid in wanted if pid and (process := self._processes.read(pid))}
        self._without_successors(processes, walk.holders, begun)
        sockets = self._build(tables, (chosen, shared), processes)
        notes += _unseen(walk, sockets)
        return SocketTable(sockets, processes, tuple(notes))

    def hashed(self, table: SocketTable) -> SocketTable:
        """The table once more: digests of executables have become known."""
        processes = {pid: self._processes.hashed(process) for pid, process in table.processes.items()}
        return SocketTable(table.sockets, processes, table.notes)

    def _without_successors(self, processes: dict[int, Process], holders: dict[int, list[int]], begun: float) -> None:
        """Leaves out who got the number of a holder that has ended since: started after ``begun`` and without the socket."""
        since = self._processes.since_boot(begun)
        late = {pid for pid, process in processes.items() if process.started >= since}
        if not late:
            return
        held: dict[int, set[int]] = {}
        for inode, pids in holders.items():
            for pid in late.intersection(pids):
                held.setdefault(pid, set()).add(inode)
        for pid in late:
            if not holds_one(self._root, pid, held[pid]):
                del processes[pid]

    def _own(self) -> list[Row]:
        found: list[Row] = []
        dumped: set[int] = set()
        if self._dump is not None:
            for protocol in PROTOCOLS:
                some = self._dump(protocol)
                if some is not None:
                    found += some
                    dumped.add(protocol)
        base = f"{self._root}/net"
        found += self._tables(base, dumped)
        if not found and not dumped and not any(_table(f"{base}/{name}") for name, _ in TABLES):
            raise PlatformError(f"{base} holds no socket table: mount the proc file system")
        return found

    def _others(self, pids: list[int], own: int, notes: list[str]) -> list[tuple[int, list[Row]]]:
        if not own:
            return []
        found = self._walker.namespaces(pids)
        found.pop(own, None)
        limited = _limited(list(found.items()), notes)
        return [(namespace, list(self._tables(f"{self._root}/{pid}/net"))) for namespace, pid in limited]

    def _tables(self, base: str, without: Set[int] = frozenset()) -> Iterable[Row]:
        for name, protocol in TABLES:
            table = _table(f"{base}/{name}") if protocol not in without else b""
            if table:
                yield from rows(table, protocol, self._endpoints)
        endpoints, associations = _table(f"{base}/sctp/eps"), _table(f"{base}/sctp/assocs")
        if endpoints or associations:
            yield from sctp_rows(endpoints, associations)

    def _choose(self, holders: list[int]) -> int | None:
        """The process a shared socket belongs to: the one all other holders descend from, else nobody.

        A descriptor is inherited downwards, so the common ancestor opened it; process 1 keeps the listening sockets
        of services it starts on demand, which are the service's.
        """
        candidates = [pid for pid in holders if pid != 1] or holders
        if len(candidates) == 1:
            return candidates[0]
        parents = {pid: self._ancestry(pid) for pid in candidates}
        tops = [pid for pid in candidates if all(pid == other or pid in parents[other] for other in candidates)]
        return tops[0] if tops else None

    def _ancestry(self, pid: int) -> set[int]:
        found: set[int] = set()
        while pid > 1 and len(found) < ANCESTRY:
            stat = self._processes.stat(pid)
            if stat is None or stat.parent in found:
                break
            pid = stat.parent
            found.add(pid)
        return found

    def _build(
        self,
        tables: list[tuple[int, list[Row]]],
        holders: tuple[dict[int, int | None], dict[int, tuple[int, ...]]],
        processes: dict[int, Process],
    ) -> tuple[SocketEntry, ...]:
        chosen, shared = holders
        known, self._entries = self._entries, {}
        kept = self._entries
        for namespace, table in tables:
            taken = {(row.protocol, row.local_port) for row in table if not row.remote and row.local == bytes(4)}
            for row in table:
                pid = chosen.get(row.inode) if row.inode else None
                if pid is not None and pid not in processes:
                    pid = None
                key = row.inode or (row, namespace)
                before = known.get(key)
                # An IPv6 wildcard socket depends on its neighbours (dual stack); all others only on themselves.
                others = shared.get(row.inode, ()) if pid is not None else ()
                same = before is not None and before[:3] == (row, pid, namespace) and before[3].shared == others
                if before is None or not same or row.local == _ANY6:
                    before = (row, pid, namespace, _entry(row, pid, (namespace, others), taken))
                kept[key] = before
        return tuple([item[3] for item in kept.values()])


def _entry(row: Row, pid: int | None, place: tuple[int, tuple[int, ...]], taken: set[tuple[int, int]]) -> SocketEntry:
    namespace, shared = place
    wildcard6 = row.local == _ANY6 and not row.remote
    # Where the table does not tell: IPV6_V6ONLY is off by default, and must be on where an IPv4 wildcard socket coexists.
    v6_only = row.v6_only if row.v6_only is not None else (row.protocol, row.local_port) in taken
    return SocketEntry(
        protocol=row.protocol,
        local=row.local,
        local_port=row.local_port,
        remote=row.remote,
        remote_port=row.remote_port,
        state=row.state,
        pid=pid,
        uid=row.uid,
        inode=row.inode,
        dual_stack=wildcard6 and not v6_only and row.protocol != 58,
        namespace=namespace,
        shared=shared,
    )


def _limited(namespaces: list[tuple[int, _T]], notes: list[str]) -> list[tuple[int, _T]]:
    """The first ``NAMESPACES``; the rest is said."""
    if len(namespaces) > NAMESPACES:
        notes.append(
            f"sockets of {len(namespaces) - NAMESPACES} network namespaces are not shown: the limit is {NAMESPACES}"
        )
    return namespaces[:NAMESPACES]


def _table(path: str) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a dozen per namespace and scan
            return file.read(TABLE_BYTES)
    except OSError:
        return b""


def _unseen(walk: Walk, sockets: tuple[SocketEntry, ...]) -> list[str]:
    nameless = [entry for entry in sockets if entry.pid is None and entry.inode]
    user = os.geteuid()
    if not nameless:
        return []
    if namespace_of("/proc", "self", "pid") not in (0, INITIAL_PID_NAMESPACE):
        return [
            "sockets of processes outside this container have no name: netmon has a PID namespace of its own (--pid=host)"
        ]
    if walk.denied:
        what = f"sockets of {walk.denied} processes have no name: not permitted to look into them"
        return [f"{what}: run with sudo" if user else f"{what}: CAP_SYS_PTRACE is missing"]
    if user and any(entry.uid != user for entry in nameless):
        return ["sockets of other users have no name: their processes are hidden (/proc with hidepid): run with sudo"]
    return []
