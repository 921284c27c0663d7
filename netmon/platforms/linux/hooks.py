"""Puts the attribution programs into the kernel: as many as it takes, one by one, with the reasons of the others.

In: the compiled object. Out: an attached ``BpfObject`` and what is missing. Needs root, or CAP_BPF, CAP_PERFMON and
CAP_NET_ADMIN; without the last the control group hooks fall away and TCP is told by its changes of state; without
CAP_PERFMON the tracepoints do, and processes are read from ``/proc``. Rule: one that is refused never takes others with it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from netmon.bpf import BTF, BpfError, BpfObject

OBJECT = Path(__file__).parent / "attribution.bpf.o"
CGROUP = (
    "connect4", "connect6", "sendmsg4", "sendmsg6", "post_bind4", "post_bind6", "sock_create", "tcp_opened", "sock_release",
)  # fmt: skip
TRACING = ("tcp_received", "packet_sent")
STATES = "tcp_state"
SEED = "existing"
NEEDED = frozenset({"connect4", "connect6", "tcp_opened"})
"""Without all of these, TCP is told by its changes of state instead."""
LOST = {
    "sendmsg4": "processes behind unconnected IPv4 datagrams",
    "sendmsg6": "processes behind unconnected IPv6 datagrams",
    "post_bind4": "processes behind IPv4 servers that live only briefly",
    "post_bind6": "processes behind IPv6 servers that live only briefly",
    "sock_create": "processes behind ping, raw and SCTP sockets",
    "sock_release": "children of servers that only send and close",
    "tcp_received": "workers behind a listening process, until the next scan",
    "packet_sent": "processes behind short UDP, ping, raw and packet sockets",
    SEED: "listening processes older than netmon, until the next scan",
}


@dataclass(slots=True)
class Hooks:
    """What is attached."""

    code: BpfObject
    attached: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def cgroup_root(mounts: str = "/proc/self/mounts") -> str:
    """Where control groups version 2 are mounted, empty when they are not."""
    try:
        lines = Path(mounts).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    for line in lines:
        fields = line.split(" ")
        if len(fields) > 2 and fields[2] == "cgroup2":
            return fields[1].replace("\\040", " ")
    return ""


def attach(path: Path = OBJECT, group: str | None = None) -> Hooks:
    """Load and attach. Raises ``BpfError`` when nothing useful can be attached."""
    group = cgroup_root() if group is None else group
    notes: list[str] = []
    if not Path(BTF).exists():
        raise BpfError(f"the kernel has no type information ({BTF}: CONFIG_DEBUG_INFO_BTF)")
    if group:
        try:
            return _attached(path, group, notes)
        except BpfError as error:
            notes = [f"kernel events without control groups: {error}"]
    else:
        notes = [
            "kernel events without control groups: no cgroup2 file system is mounted (mount -t cgroup2 none /sys/fs/cgroup)"
        ]
    notes[0] += ": only TCP, and UDP, ping and raw sockets as the tables show them"
    return _attached(path, "", notes)


def _attached(path: Path, group: str, notes: list[str]) -> Hooks:
    wanted = {*CGROUP, *TRACING, SEED} if group else {"tcp_received", STATES, SEED}
    hooks = _loaded(path, wanted, NEEDED if group else frozenset({STATES}))
    hooks.notes = notes + hooks.notes
    code = hooks.code
    try:
        if group:
            descriptor = os.open(group, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                _each(hooks, [n for n in CGROUP if n in wanted], lambda name: code.attach_cgroup(name, descriptor))
            finally:
                os.close(descriptor)
            missing = NEEDED - hooks.attached
            if missing:
                raise BpfError(hooks.notes[-1])
        tracing = TRACING if group else ("tcp_received", STATES)
        _each(hooks, [n for n in tracing if n in wanted], code.attach)
        if not group and STATES not in hooks.attached:
            raise BpfError(hooks.notes[-1])
        if SEED in wanted:
            _each(hooks, [SEED], lambda name: _run(code, name))
    except BpfError:
        code.close()
        raise
    except OSError as error:
        code.close()
        raise BpfError(f"{group} cannot be opened: {error.strerror}") from error
    return hooks


def _run(code: BpfObject, name: str) -> None:
    code.run_iterator(name)


def _each(hooks: Hooks, names: list[str], attach_one: Callable[[str], None]) -> None:
    for name in names:
        try:
            attach_one(name)
            hooks.attached.add(name)
        except BpfError as error:
            hooks.notes.append(f"kernel events do not tell {LOST.get(name, name)}: {error}")


def _loaded(path: Path, wanted: set[str], needed: frozenset[str]) -> Hooks:
    """The object with every program of ``wanted`` that the verifier takes; the others are taken out of ``wanted``."""
    notes: list[str] = []
    tasks = 1
    while True:
        code = BpfObject.from_file(path)
        try:
            code.select(wanted)
            code.set_constants({"may_read_tasks": tasks, "own_process": os.getpid()})
            code.load()
        except BpfError as error:
            refused = code.refused()
            code.close()
            if refused in CGROUP and tasks:
                # First without looking into processes, which needs CAP_PERFMON.
                tasks = 0
                notes.append(f"names of processes come from /proc: kernel events may not read them ({error})")
                continue
            if not refused or refused in needed or refused not in wanted:
                raise
            wanted.discard(refused)
            notes.append(f"kernel events do not tell {LOST.get(refused, refused)}: {error}")
            continue
        except BaseException:
            code.close()
            raise
        return Hooks(code, set(), notes)
