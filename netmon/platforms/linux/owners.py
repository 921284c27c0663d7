"""Which process holds which socket: one walk over ``/proc/<pid>/fd``.

In: the socket inodes that are in the tables now. Out: inode -> the processes that hold it, and what could not be seen.
Looking into all processes is dear, so a walk does that every ``FULL_SECONDS`` only; in between it looks into processes that
are new or were seen with sockets. A descriptor that pointed to a socket still in the tables is not read again; one closed
and reopened while its former socket lives on in another process would be missed, so every ``FRESH_EVERY``-th full walk reads
everything anew. Vanishing processes and descriptors are normal.
"""

from __future__ import annotations

import os
from collections.abc import Container as Membership
from dataclasses import dataclass, field

FULL_SECONDS = 3.0
FRESH_EVERY = 5
INITIAL_PID_NAMESPACE = 0xEFFFFFFC
"""PROC_PID_INIT_INO (include/linux/proc_ns.h)."""
FD_LIMIT = 1_048_576
"""Descriptors remembered in all; beyond it nothing more is remembered (and so read again next time)."""


@dataclass(slots=True)
class Walk:
    """What one walk found."""

    holders: dict[int, list[int]] = field(default_factory=dict)
    """Socket inode -> process numbers, ascending."""
    namespaces: dict[int, int] = field(default_factory=dict)
    """Network namespace -> one process in it."""
    pids: list[int] = field(default_factory=list)
    denied: int = 0
    """Processes that may not be looked into."""


class FdWalker:
    """Walks over the descriptors of all processes under ``root``."""

    def __init__(self, root: str = "/proc") -> None:
        self._root = root
        self._known: dict[int, dict[str, int]] = {}
        self._seen: frozenset[int] = frozenset()
        self._holding: set[int] = set()
        """Processes last seen with sockets."""
        self._namespaces: dict[int, int] = {}
        self._denied = 0
        self._next = float("-inf")
        self._remembered = 0
        self.full_walks = 0
        """How often all processes were looked into."""

    def pids(self) -> list[int]:
        """All process numbers, ascending. Raises ``OSError`` when there is no proc file system."""
        return sorted(int(name) for name in os.listdir(self._root) if name.isdigit())  # noqa: PTH208

    def namespaces(self, pids: list[int]) -> dict[int, int]:
        """Network namespace -> the first process seen in it (``/proc/<pid>/ns/net``); read anew with every full walk."""
        if not self._seen:
            found: dict[int, int] = {}
            for pid in pids:
                namespace = namespace_of(self._root, str(pid))
                if namespace and namespace not in found:
                    found[namespace] = pid
            self._namespaces = found
        return dict(self._namespaces)

    def begin(self, now: float) -> bool:
        """A scan begins at ``now`` (seconds, monotonic); whether it will look into all processes."""
        full = now >= self._next
        if full:
            self._next = now + FULL_SECONDS
            self._seen = frozenset()
        return full

    def walk(self, pids: list[int], inodes: Membership[int]) -> Walk:
        """Looks into ``pids``; ``inodes`` are the sockets that exist now."""
        full = not self._seen
        fresh = full and self.full_walks % FRESH_EVERY == 0
        self.full_walks += full
        result = Walk(pids=pids, denied=0 if full else self._denied)
        known_before, self._known, self._remembered = self._known, {}, 0
        seen, self._seen = self._seen, frozenset(pids)
        holding, self._holding = self._holding, set()
        for pid in pids:
            if not full and pid in seen and pid not in holding:
                continue
            try:
                directory = os.open(f"{self._root}/{pid}/fd", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            except (PermissionError, NotADirectoryError):
                result.denied += 1
                continue
            except OSError:
                continue
            try:
                before = {} if fresh else known_before.get(pid, {})
                self._process(pid, directory, before, inodes, result.holders)
            except PermissionError:
                result.denied += 1
            except OSError:
                continue
            finally:
                os.close(directory)
        self._denied = result.denied
        return result

    def _process(
        self, pid: int, directory: int, before: dict[str, int], inodes: Membership[int], holders: dict[int, list[int]]
    ) -> None:
        now: dict[str, int] = {}
        readlink = os.readlink
        for name in os.listdir(directory):
            inode = before.get(name, 0)
            if not inode or inode not in inodes:
                try:
                    target = readlink(name, dir_fd=directory)
                except PermissionError:  # the names of descriptors may be seen, not what they are (ptrace(2))
                    raise
                except OSError:
                    continue
                inode = _socket(target)
                if not inode:
                    continue
            now[name] = inode
            held = holders.get(inode)
            if held is None:
                holders[inode] = [pid]
            elif held[-1] != pid:
                held.append(pid)
        if now:
            self._holding.add(pid)
        if now and self._remembered + len(now) <= FD_LIMIT:
            self._known[pid] = now
            self._remembered += len(now)


def holds_one(root: str, pid: int, inodes: Membership[int]) -> bool:
    """Whether the process has one of these sockets now."""
    folder = f"{root}/{pid}/fd"
    try:
        names = os.listdir(folder)  # noqa: PTH208
    except OSError:
        return False
    for name in names:
        try:
            inode = _socket(os.readlink(f"{folder}/{name}"))  # noqa: PTH115
        except OSError:
            continue
        if inode and inode in inodes:
            return True
    return False


def _socket(target: str) -> int:
    """The inode of a descriptor that is a socket, 0 for any other."""
    return int(target[8:-1]) if target.startswith("socket:[") else 0


def namespace_of(root: str, pid: str, kind: str = "net") -> int:
    """Inode of a namespace (the network one) of a process, 0 when unknown."""
    try:
        target = os.readlink(f"{root}/{pid}/ns/{kind}")  # noqa: PTH115
    except OSError:
        return 0
    number = target.removeprefix(f"{kind}:[").removesuffix("]")
    return int(number) if number.isdigit() else 0
