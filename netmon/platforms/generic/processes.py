"""Processes as psutil sees them. A field that may not be read stays empty; a process that is gone is ``None``."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

from netmon.model.owner import ParentProcess, Process
from netmon.platforms.interpreters import script_of
from netmon.platforms.secrets import mask
from netmon.platforms.text import PATH_LIMIT, clean

CACHE_LIMIT = 16_384
PARENTS = 4
_T = TypeVar("_T")


class ProcessReader:
    """Reads processes and remembers them by number, start time and parent, bounded."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[float, int, Process]] = {}

    def read(self, pid: int) -> Process | None:
        """The process, or ``None`` when it is gone."""
        import psutil

        try:
            handle = psutil.Process(pid)
            started = handle.create_time()
            parent = _or(handle.ppid, 0)
        except psutil.NoSuchProcess:
            self._known.pop(pid, None)
            return None
        except (psutil.Error, OSError, ValueError, OverflowError):
            return None
        known = self._known.get(pid)
        if known is not None and known[:2] == (started, parent):
            return known[2]
        process = _build(handle, started)
        if len(self._known) >= CACHE_LIMIT:
            del self._known[next(iter(self._known))]
        self._known[pid] = (started, parent, process)
        return process


def _build(handle: Any, started: float) -> Process:
    uid = _or(lambda: handle.uids().effective, None)
    gid = _or(lambda: handle.gids().effective, None)
    words: list[str] = _or(handle.cmdline, [])
    arguments = [word.encode("utf-8", "surrogateescape") for word in words]
    executable = clean(_or(handle.exe, ""), PATH_LIMIT)
    program = _file_name(executable or (words[0] if words else ""))
    return Process(
        pid=handle.pid,
        name=clean(_or(handle.name, "")) or program,
        started=round(started, 2),
        executable=executable,
        command_line=mask(arguments),
        working_directory=clean(_or(handle.cwd, ""), PATH_LIMIT),
        uid=uid,
        user=clean(_or(handle.username, "")),
        group=_group_name(gid) if gid is not None else "",
        parents=_parents(handle),
        script=script_of(program, arguments),
    )


def _file_name(path: str) -> str:
    """Windows may refuse a program's name and path, and tell its command line all the same."""
    return clean(path.replace("\\", "/").rpartition("/")[2])


def _parents(handle: Any) -> tuple[ParentProcess, ...]:
    found: list[ParentProcess] = []
    above: list[Any] = _or(handle.parents, [])
    for parent in above[:PARENTS]:
        found.append(ParentProcess(parent.pid, clean(_or(parent.name, ""))))
    return tuple(found)


def _or(question: Callable[[], _T], otherwise: _T) -> _T:
    """The answer, or ``otherwise`` when it is refused, unknown on this system, or the process is gone."""
    import psutil

    try:
        answer = question()
    except (psutil.Error, OSError, AttributeError, NotImplementedError, UnicodeError, ValueError):
        return otherwise
    return otherwise if answer is None else answer


def _group_name(gid: int) -> str:
    try:
        import grp

        return clean(grp.getgrgid(gid).gr_name)
    except (ImportError, KeyError, OSError, OverflowError):
        return ""


def own_user() -> int | None:
    """The user netmon runs as, where the system has numbers for users."""
    geteuid = getattr(os, "geteuid", None)
    return geteuid() if geteuid else None
