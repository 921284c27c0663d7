"""Processes from ``/proc/<pid>`` (proc(5)).

In: a process number. Out: a ``Process`` or ``None`` when it is gone. Files that may not be read leave their fields empty.
``root`` is the proc mount, so that tests pass a tree of their own. What was read is kept per process and read again when its
start time, name, parent, owner or the place of its arguments changed (exec, reparenting, a dropped privilege);
``/proc/<pid>/stat`` is read every time, so a reused number can never show the former process.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from netmon.model.owner import Container, ParentProcess, Process
from netmon.platforms.interpreters import script_of
from netmon.platforms.secrets import mask
from netmon.platforms.text import PATH_LIMIT, clean

from . import cgroups
from .containers import ContainerNames
from .files import read_bytes
from .hashes import Hashes
from .monitors import monitored
from .network_helpers import PROGRAMS, network_namespace
from .owners import namespace_of
from .rights import capability_names, lacking_names, last_capability, security_label

CACHE_LIMIT = 16_384
PARENTS = 4
COMMAND_BYTES = 4096
COMM_LENGTH = 15
"""TASK_COMM_LEN - 1: a name of this length has probably been cut."""


class Stat(NamedTuple):
    """The parts of ``/proc/<pid>/stat`` that identify a process."""

    comm: bytes
    parent: int
    started: int
    """Clock ticks after boot."""
    arguments: int
    """Where they are in memory (``arg_start``): another place after exec; 0 for processes one may not look into."""


class ProcessReader:
    """Reads processes under ``root`` and remembers them, bounded."""

    def __init__(self, root: str = "/proc", containers: ContainerNames | None = None, hashes: Hashes | None = None) -> None:
        self._root = root
        self._containers = containers or ContainerNames()
        self._boot = _boot_time(root)
        self._ticks = os.sysconf("SC_CLK_TCK")
        self._known: dict[int, tuple[Stat, int, Process]] = {}
        self._last_capability = last_capability(root)
        self._user_namespace = namespace_of(root, "self", "user")
        self.hashes = hashes or Hashes()
        """Of executables; shared between readers."""

    def read(self, pid: int) -> Process | None:
        """The process, or ``None`` when it is gone."""
        stat = self.stat(pid)
        if stat is None:
            self._known.pop(pid, None)
            return None
        owner = self._owner(pid)
        known = self._known.get(pid)
        if known is not None and known[0] == stat and known[1] == owner:
            return known[2]
        process = self._build(pid, stat)
        if len(self._known) >= CACHE_LIMIT:
            del self._known[next(iter(self._known))]
        self._known[pid] = (stat, owner, process)
        return process

    def hashed(self, process: Process) -> Process:
        """The process with the digest of its executable, if that has become known since it was read."""
        known = self._known.get(process.pid)
        digest = "" if process.sha256 else self.hashes.known(f"{self._root}/{process.pid}/exe")
        if not digest:
            return process
        found = replace(process, sha256=digest)
        if known is not None and known[2] is process:
            self._known[process.pid] = (known[0], known[1], found)
        return found

    def forget_all_but(self, alive: set[int]) -> None:
        """Drops what is remembered of processes that no longer exist."""
        for pid in self._known.keys() - alive:
            del self._known[pid]

    def stat(self, pid: int) -> Stat | None:
        """Identity of a process, ``None`` when it is gone."""
        raw = read_bytes(f"{self._root}/{pid}/stat", 2048)
        # The name is in parentheses and may itself hold parentheses, spaces and newlines: the last ")" ends it.
        opening, closing = raw.find(b"("), raw.rfind(b")")
        fields = raw[closing + 2 :].split()
        if opening < 0 or closing < opening or len(fields) < 20:
            return None
        try:
            arguments = int(fields[45]) if len(fields) > 45 else 0
            return Stat(raw[opening + 1 : closing], int(fields[1]), int(fields[19]), arguments)
        except ValueError:
            return None

    def start_time(self, stat: Stat) -> float:
        """Unix time at which the process was started."""
        return self.unix_time(stat.started)

    def since_boot(self, seconds: float) -> float:
        """Unix time of the clock tick that was so many seconds (CLOCK_BOOTTIME) after boot."""
        return self.unix_time(int(seconds * self._ticks))

    def unix_time(self, ticks: int) -> float:
        """Unix time of so many clock ticks after boot."""
        return round(self._boot + ticks / self._ticks, 2)

    def _owner(self, pid: int) -> int:
        try:
            return os.stat(f"{self._root}/{pid}").st_uid  # noqa: PTH116 - per process and scan; a Path costs more than the call
        except OSError:
            return -1

    def _build(self, pid: int, stat: Stat) -> Process:
        base = f"{self._root}/{pid}"
        executable = _link(f"{base}/exe")
        arguments = _arguments(f"{base}/cmdline")
        uid, gid, capabilities = _identity(f"{base}/status")
        name = process_name(stat.comm, executable, arguments)
        group = cgroups.parse(clean_lines(read_bytes(f"{base}/cgroup", 16_384)))
        return Process(
            pid=pid,
            name=name,
            started=self.start_time(stat),
            executable=executable,
            command_line=mask(arguments),
            working_directory=_link(f"{base}/cwd"),
            uid=uid,
            user=user_name(uid) if uid is not None else "",
            group=group_name(gid) if gid is not None else "",
            parents=self.parents(stat.parent),
            unit=group.unit,
            cgroup=group.path,
            container=self.container(group, pid, stat.parent) or self._served(stat.comm, arguments, uid),
            script=script_of(executable.rpartition("/")[2], arguments),
            capabilities=capability_names(capabilities, self._last_capability),
            lacking=lacking_names(capabilities, self._last_capability),
            own_user_namespace=namespace_of(self._root, str(pid), "user") not in (0, self._user_namespace),
            label=security_label(read_bytes(f"{base}/attr/current", 512)),
            sha256=self.hashes.known(f"{base}/exe"),
        )

    def container(self, group: cgroups.Group, pid: int, parent: int) -> Container | None:
        """The container of a process, by its control group, else by the monitor above it, which also knows whose it is.
        ``pid`` is 0 for one that is gone."""
        if group.container is None or group.container.runtime == "podman":
            found = monitored(self._root, self.stat, pid, parent)
            if found is not None:
                return self._containers.complete(found.container, group.path, found.user)
        return self._containers.complete(group.container, group.path)

    def _served(self, comm: bytes, arguments: list[bytes], user: int | None) -> Container | None:
        """The container whose packets the process carries from outside."""
        namespace = network_namespace(arguments) if comm in PROGRAMS and user is not None else ""
        return self._containers.of_network(namespace, user or 0) if namespace else None

    def parents(self, pid: int) -> tuple[ParentProcess, ...]:
        """This process and those above it, at most four."""
        found: list[ParentProcess] = []
        while pid > 0 and len(found) < PARENTS:
            stat = self.stat(pid)
            if stat is None:
                break
            base = f"{self._root}/{pid}"
            name = process_name(stat.comm, _link(f"{base}/exe"), _arguments(f"{base}/cmdline"))
            found.append(ParentProcess(pid, name))
            pid = stat.parent
        return tuple(found)


def process_name(comm: bytes, executable: str, arguments: list[bytes]) -> str:
    """The program's name in full.

    ``comm`` is the main thread's name: at most 15 bytes, and whatever the program made of it (``MainThread``). It counts
    when the executable or one of the first arguments is called so, or begins with it when it was cut; a script started by
    its ``#!`` line is found through the arguments. Otherwise the program renamed its thread: the executable's name counts.
    """
    name = clean(comm)
    program = executable.rpartition("/")[2].removesuffix(" (deleted)")
    words = [clean(argument[:512].rpartition(b"/")[2].partition(b" ")[0]) for argument in arguments[:3]]
    if ": " in name:  # a process title ("gunicorn: master"): the program is what stands before it
        name = name.partition(": ")[0]
        return name or program
    cut = len(comm) >= COMM_LENGTH
    for candidate in (program, *words):
        candidate = candidate.removesuffix(":").lstrip("-")
        if candidate == name or (cut and candidate.startswith(name)):
            return candidate
    return program or name


def clean_lines(raw: bytes) -> str:
    """Text of a kernel file, lines kept."""
    return raw.decode("utf-8", "backslashreplace")


def _link(path: str) -> str:
    try:
        return clean(os.fsencode(os.readlink(path)), PATH_LIMIT)  # noqa: PTH115
    except (OSError, ValueError):
        return ""


def _arguments(path: str) -> list[bytes]:
    raw = read_bytes(path, COMMAND_BYTES)
    if not raw:
        return []
    arguments = raw.rstrip(b"\0").split(b"\0")
    if len(raw) == COMMAND_BYTES and len(arguments) > 1:
        arguments[-1] = b"..."  # cut in the middle: half a secret would not be recognised as one
    return arguments


def _identity(path: str) -> tuple[int | None, int | None, int | None]:
    """Effective user, group and capabilities."""
    found: dict[bytes, int] = {}
    for line in read_bytes(path, 4096).split(b"\n"):
        key, _, value = line.partition(b":")
        try:
            if key in (b"Uid", b"Gid"):
                found[key] = int(value.split()[1])
            elif key == b"CapEff":
                found[key] = int(value, 16)
        except (IndexError, ValueError):
            continue
    return found.get(b"Uid"), found.get(b"Gid"), found.get(b"CapEff")


def _boot_time(root: str) -> float:
    text = ""
    try:
        text = Path(root, "stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    for line in text.splitlines():
        if line.startswith("btime "):
            value = line[6:].strip()
            return float(value) if value.isdigit() else 0.0
    return 0.0


@lru_cache(maxsize=1024)
def user_name(uid: int) -> str:
    """Name of a user, empty when there is none."""
    try:
        import pwd

        return clean(pwd.getpwuid(uid).pw_name)
    except (ImportError, KeyError, OSError, OverflowError):
        return ""


@lru_cache(maxsize=1024)
def group_name(gid: int) -> str:
    """Name of a group, empty when there is none."""
    try:
        import grp

        return clean(grp.getgrgid(gid).gr_name)
    except (ImportError, KeyError, OSError, OverflowError):
        return ""
