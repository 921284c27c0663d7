"""Which process holds which socket: one walk over ``/proc/<pid>/fd``.

In: the socket inodes that are in the tables now. Out: inode -> the processes that hold it, and what could not be seen.
The walk is incremental: a descriptor that pointed to a socket still in the tables is not read again; new descriptors and
those that were no sockets are. A descriptor closed and reopened while its former socket lives on in another process would
be missed, so every ``FULL_EVERY``-th walk reads everything. Vanishing processes and descriptors are normal.
"""

from __future__ import annotations

import os
from collections.abc import Container as Membership
from dataclasses import dataclass, field

FULL_EVERY = 5
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
        self._count = 0
        self._remembered = 0

    def pids(self) -> list[int]:
        """All process numbers, ascending. Raises ``OSError`` when there is no proc file system."""
        return sorted(int(name) for name in os.listdir(self._root) if name.isdigit())  # noqa: PTH208

    def namespaces(self, pids: list[int]) -> dict[int, int]:
        """Network namespace -> the first process seen in it (``/proc/<pid>/ns/net``)."""
        found: dict[int, int] = {}
        for pid in pids:
            namespace = namespace_of(self._root, str(pid))
            if namespace and namespace not in found:
                found[namespace] = pid
        return found

    def walk(self, pids: list[int], inodes: Membership[int]) -> Walk:
        """Looks into ``pids``; ``inodes`` are the sockets that exist now."""
        full = self._count % FULL_EVERY == 0
        self._count += 1
        result = Walk(pids=pids)
        known_before, self._known, self._remembered = self._known, {}, 0
        for pid in pids:
            try:
                directory = os.open(f"{self._root}/{pid}/fd", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            except (PermissionError, NotADirectoryError):
                result.denied += 1
                continue
            except OSError:
                continue
            try:
                before = {} if full else known_before.get(pid, {})
                self._process(pid, directory, before, inodes, result.holders)
            except OSError:
                continue
            finally:
                os.close(directory)
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
                except OSError:
                    continue
                if not target.startswith("socket:["):
                    continue
                inode = int(target[8:-1])
            now[name] = inode
            held = holders.get(inode)
            if held is None:
                holders[inode] = [pid]
            elif held[-1] != pid:
                held.append(pid)
        if now and self._remembered + len(now) <= FD_LIMIT:
            self._known[pid] = now
            self._remembered += len(now)


def namespace_of(root: str, pid: str, kind: str = "net") -> int:
    """Inode of a namespace (the network one) of a process, 0 when unknown."""
    try:
        target = os.readlink(f"{root}/{pid}/ns/{kind}")  # noqa: PTH115
    except OSError:
        return 0
    number = target.removeprefix(f"{kind}:[").removesuffix("]")
    return int(number) if number.isdigit() else 0
