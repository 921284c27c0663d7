"""Puts the attribution programs into the kernel: as many as it takes, one by one, with the reasons of the others.

In: the compiled object. Out: an attached ``BpfObject`` and what is missing. Needs root, or CAP_BPF, CAP_PERFMON and
CAP_NET_ADMIN; without the last the control group hooks fall away and TCP is told by its changes of state; without
CAP_PERFMON the tracepoints do, and processes are read from ``/proc``. Rule: one that is refused never takes others with it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from netmon.bpf import BTF, BpfError, BpfObject, locked_down, log, reason, version

OBJECT = Path(__file__).parent / "attribution.bpf.o"
PLAIN = Path(__file__).parent / "attribution.without_perfmon.bpf.o"
"""The control group hooks alone, which look into no process."""
CGROUP = (
    "connect4", "connect6", "sendmsg4", "sendmsg6", "post_bind4", "post_bind6", "sock_create", "tcp_opened", "sock_release",
)  # fmt: skip
TRACING = ("tcp_received", "packet_sent")
STATES = "tcp_state"
SEED = "existing"
_UNKNOWN_FUNCTION = re.compile(r"\b(?:(?:unknown|invalid) func|cannot use helper)\b")
"""How the verifier calls a helper that this kernel, or this kind of program in it, has not."""
FSOPEN, FSCONFIG, FSMOUNT = 430, 431, 432
"""System calls (Linux 5.2), with the same numbers on every architecture."""
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
SINCE = {
    **dict.fromkeys(("post_bind4", "post_bind6", "sock_create", "sock_release"), "5.9"),
    **dict.fromkeys((*TRACING, STATES, SEED), "5.11"),
}
"""The first Linux that takes them; the others need no more than the maps, 5.8."""


@dataclass(slots=True)
class Hooks:
    """What is attached."""

    code: BpfObject
    attached: set[str] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)
    missing: dict[str, list[str]] = field(default_factory=dict)
    """Reason -> what the kernel does not tell because of it."""
    group: int = -1
    """The root control group, -1 when the hooks do without."""

    @property
    def notes(self) -> list[str]:
        """What is lost and why, one line for each reason."""
        lost = [f"kernel events do not tell {'; '.join(what)}: {why}" for why, what in self.missing.items()]
        return [*self.remarks, *lost]

    def lack(self, name: str, error: BpfError) -> None:
        """A program is not there."""
        self.missing.setdefault(_why_not(name, error), []).append(LOST.get(name, name))

    def close(self) -> None:
        """Detach; idempotent."""
        self.code.close()
        if self.group >= 0:
            os.close(self.group)
            self.group = -1


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


def open_cgroup_root() -> int:
    """A descriptor of the root control group: where it is mounted, else on a mount of our own that nobody else sees
    (``ip netns exec`` hides the mounts below /sys; systems with control groups version 1 have none). Raises ``OSError``."""
    root = cgroup_root()
    if root:
        return os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    library = ctypes.CDLL(None, use_errno=True)
    context = _call(library, FSOPEN, b"cgroup2", 1)  # FSOPEN_CLOEXEC
    try:
        _call(library, FSCONFIG, context, 6, None, None, 0)  # FSCONFIG_CMD_CREATE
        return _call(library, FSMOUNT, context, 1, 0)  # FSMOUNT_CLOEXEC
    finally:
        os.close(context)


def _call(library: ctypes.CDLL, number: int, *arguments: object) -> int:
    result: int = library.syscall(number, *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def attach(path: Path = OBJECT, open_group: Callable[[], int] = open_cgroup_root) -> Hooks:
    """Load and attach. Raises ``BpfError`` when nothing useful can be attached."""
    if not Path(BTF).exists():
        raise BpfError(f"the kernel has no type information ({BTF}: CONFIG_DEBUG_INFO_BTF)")
    try:
        group = open_group()
    except OSError as error:
        why = f"{reason(error.errno or 0)} (mount -t cgroup2 none /sys/fs/cgroup)"
    else:
        try:
            hooks = _attached(path, group)
            hooks.group = group
            return hooks
        except BpfError as error:
            os.close(group)
            why = _why(error)
    try:
        hooks = _attached(path, None)
    except BpfError as error:
        also = _why(error)
        raise BpfError(also if also == why else f"no control groups: {why}; without them: {also}", error.number) from error
    hooks.remarks.insert(0, f"kernel events do not tell who bound a port: no control groups: {why}")
    return hooks


def _why(error: BpfError) -> str:
    """The reason without the name of our object or program, which means nothing to people."""
    return str(error).partition(": ")[2] or str(error)


def _why_not(name: str, error: BpfError) -> str:
    """Of one program: which kernel it needs, or what keeps this one from giving it a function that it calls."""
    if any(_UNKNOWN_FUNCTION.search(line) for line in log()):
        if name in SINCE and version(os.uname().release) < version(SINCE[name]):
            return f"they need Linux {SINCE[name]}"
        if locked_down():
            return "this kernel is locked down (confidentiality): no program may read its memory"
    return _why(error)


def _attached(path: Path, group: int | None) -> Hooks:
    wanted = {*CGROUP, *TRACING, SEED} if group is not None else {*TRACING, STATES, SEED}
    needed = NEEDED if group is not None else frozenset({STATES})
    hooks = _loaded(path, wanted, needed, without_groups=group is None)
    code = hooks.code
    if group is not None:
        directory = group
        _each(hooks, [n for n in CGROUP if n in wanted], lambda name: code.attach_cgroup(name, directory))
    _each(hooks, [n for n in (*TRACING, STATES) if n in wanted], code.attach)
    if needed - hooks.attached:
        code.close()
        raise BpfError(hooks.notes[-1])
    if SEED in wanted:
        _each(hooks, [SEED], lambda name: _run(code, name))
    return hooks


def _run(code: BpfObject, name: str) -> None:
    code.run_iterator(name)


def _each(hooks: Hooks, names: list[str], attach_one: Callable[[str], None]) -> None:
    for name in names:
        try:
            attach_one(name)
            hooks.attached.add(name)
        except BpfError as error:
            hooks.lack(name, error)


def _loaded(path: Path, wanted: set[str], needed: frozenset[str], *, without_groups: bool) -> Hooks:
    """The object with every program of ``wanted`` that the verifier takes; the others are taken out of ``wanted``."""
    found = Hooks(BpfObject.from_file(path))
    while True:
        code = found.code
        try:
            code.select(wanted)
            code.set_constants({"own_process": os.getpid(), "without_groups": int(without_groups)})
            code.load()
        except BpfError as error:
            refused = code.refused()
            code.close()
            if refused in CGROUP and path != PLAIN:
                # First without looking into processes, which needs CAP_PERFMON.
                path = PLAIN
                why = "on a kernel that is locked down (confidentiality)" if locked_down() else "without CAP_PERFMON"
                found.remarks.append(f"names of processes come from /proc: kernel events may not read them {why}")
                for name in sorted(wanted - {*CGROUP}):
                    found.lack(name, BpfError(f"{name} is refused: {reason(errno.EPERM)}", errno.EPERM))
                wanted &= {*CGROUP}
            elif refused in needed:
                raise BpfError(f"{refused}: {_why_not(refused, error)}", error.number) from error
            elif not refused or refused not in wanted:
                raise
            else:
                wanted.discard(refused)
                found.lack(refused, error)
            found.code = BpfObject.from_file(path)
            continue
        except BaseException:
            code.close()
            raise
        return found
