"""Processes of kernel events, also of those that are gone by the time the event is read.

In: the raw process records of csrc/attribution.h, and numbers with start times. Out: a ``Process``, the same object for the
same process. Rules: number and start time together are the identity, so a reused number is never the former process; reading
``/proc`` is rationed (``READS_A_SECOND``), what the kernel copied stands in for the rest; bounded.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Iterable

from netmon.model.owner import Container, ParentProcess, Process
from netmon.platforms.interpreters import script_of
from netmon.platforms.secrets import mask
from netmon.platforms.text import PATH_LIMIT, clean

from . import cgroups
from .cgroup_paths import CgroupPaths
from .processes import ProcessReader, group_name, process_name, user_name

RECORD = struct.Struct("=QQQIIII16s80sI4x392s352s")
GROUP_NAME = 88
CACHE_LIMIT = 16_384
READS_A_SECOND = 100
"""Of processes the kernel has copied; as many again of those it has not."""
PARENTS = 4
_NANOSECONDS = 1_000_000_000

_Key = tuple[int, int]


def _group_path(raw: bytes) -> str:
    """The last components of a control group's path; what is above them is not known."""
    parts = [raw[at : at + GROUP_NAME].partition(b"\0")[0] for at in range(0, len(raw), GROUP_NAME)]
    names = [part.decode("utf-8", "backslashreplace").replace("\n", "") for part in parts if part]
    return "/" + "/".join([*(["..."] if len(names) == len(parts) else []), *reversed(names)])


class EventProcesses:
    """Processes by number and start time (nanoseconds after boot)."""

    def __init__(self, reader: ProcessReader, cgroup_root: str = "") -> None:
        self._reader = reader
        self._paths = CgroupPaths(cgroup_root)
        self._known: dict[_Key, Process] = {}
        self._latest: dict[int, Process] = {}
        self._chains: dict[int, tuple[ParentProcess, ...]] = {}
        self._within: dict[tuple[str, int], Container | None] = {}
        self._second = 0
        self._reads = [0, 0]
        self._tick = _NANOSECONDS // os.sysconf("SC_CLK_TCK")

    def learn(self, records: Iterable[bytes]) -> None:
        """Take in what the kernel copied; a record with the same identity is another program (exec)."""
        for raw in records:
            self._learn(raw)

    def _learn(self, raw: bytes) -> None:
        started, cgroup, place, pid, parent, uid, gid, comm, executable, length, arguments, groups = RECORD.unpack(raw)
        found = self._living(pid, started, 0, place)
        if found is None:
            words = arguments[:length].rstrip(b"\0").split(b"\0") if length else []
            if length >= len(arguments) and len(words) > 1:
                words[-1] = b"..."  # cut in the middle: half a secret would not be recognised as one
            program = clean(executable.partition(b"\0")[0])
            name = process_name(comm.partition(b"\0")[0], program, words)
            path = self._paths.path(cgroup)
            # At the root of version 2 it may have a group of version 1 (hybrid), which the kernel copied.
            group = cgroups.parse(f"0::{path if path.strip('/') else _group_path(groups)}")
            first = words[0] if words else b""
            path = clean(first, PATH_LIMIT) if first.startswith(b"/") and first.endswith(b"/" + program.encode()) else ""
            found = Process(
                pid=pid,
                name=name,
                started=self._reader.unix_time(started // self._tick),
                executable=path,
                command_line=mask(words),
                uid=uid,
                user=user_name(uid),
                group=group_name(gid),
                parents=self._parents(parent),
                unit=group.unit,
                cgroup=group.path,
                container=self._container(group, parent),
                script=script_of(program, words),
            )
        self._keep((pid, started), found)

    def process(self, pid: int, started: int, uid: int, cgroup: int) -> Process:
        """The process of an event; with nothing but a number known, its name is empty."""
        key = (pid, started)
        found = self._known.get(key)
        if found is not None and (started or self._same(found)):
            return self._hashed(key, found)
        found = self._living(pid, started, 1)
        if found is None:
            group = cgroups.parse(f"0::{self._paths.path(cgroup)}")
            found = Process(
                pid, "", self._reader.unix_time(started // self._tick) if started else 0.0,
                uid=uid, user=user_name(uid), unit=group.unit, cgroup=group.path,
                container=self._container(group, 0),
            )  # fmt: skip
            if self._reads[1] >= READS_A_SECOND:
                return found  # the next event asks again
        self._keep(key, found)
        return found

    def _hashed(self, key: _Key, process: Process) -> Process:
        """With the digest of its executable, which becomes known some time after the process."""
        if process.sha256 or not self._reader.hashes.enabled or not self._same(process):
            return process
        found = self._reader.hashed(process)
        if found is not process:
            self._keep(key, found)
        return found

    def _same(self, known: Process) -> bool:
        """Whether the number is still that of the process we know."""
        stat = self._reader.stat(known.pid)
        return stat is not None and self._reader.start_time(stat) == known.started

    def _living(self, pid: int, started: int, ration: int, place: int = 0) -> Process | None:
        """From ``/proc``, when it is this very process and the ration is not used up.

        ``place``: where the program has its arguments. A clock tick is long enough for a number to be used again, and a
        process may become another program (exec) before it is read; neither has them in the same place.
        """
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._reads = second, [0, 0]
            self._chains.clear()
            self._within.clear()
        if self._reads[ration] >= READS_A_SECOND:
            return None
        self._reads[ration] += 1
        stat = self._reader.stat(pid)
        if stat is None or (started and stat.started != started // self._tick):
            return None
        if place and stat.arguments and stat.arguments != place:
            return None
        found = self._reader.read(pid)
        if started and self._reader.stat(pid) != stat:
            return None  # it ended, or became another program, while it was read: what was read is half of it
        # A process that is just ending has its number still, but neither program nor arguments.
        return found if found is not None and ((found.executable and found.command_line) or not started) else None

    def _parents(self, pid: int) -> tuple[ParentProcess, ...]:
        """The chain from the parent upwards, read once a second; a parent that is gone but was seen is known by name."""
        chain = self._chains.get(pid)
        if chain is None:
            if len(self._chains) >= CACHE_LIMIT:
                self._chains.clear()
            chain = self._reader.parents(pid)
            known = self._latest.get(pid)
            if not chain and known is not None:
                chain = (ParentProcess(pid, known.name), *known.parents)[:PARENTS]
            self._chains[pid] = chain
        return chain

    def _container(self, group: cgroups.Group, parent: int) -> Container | None:
        """Of a process that is gone, asked once a second for each group and parent."""
        key = (group.path, parent)
        if key not in self._within:
            if len(self._within) >= CACHE_LIMIT:
                self._within.clear()
            self._within[key] = self._reader.container(group, 0, parent)
        return self._within[key]

    def _keep(self, key: _Key, process: Process) -> None:
        if len(self._known) >= CACHE_LIMIT and key not in self._known:
            del self._known[next(iter(self._known))]
        if len(self._latest) >= CACHE_LIMIT and key[0] not in self._latest:
            del self._latest[next(iter(self._latest))]
        self._known[key] = self._latest[key[0]] = process
