"""With less than everything: what is lost is said in the doctor's report, in the summary, on the screen."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab import PATIENCE, ROOT, WAIT, end

from netmon.bpf import version
from netmon.platforms.linux.hooks import OBJECT, SINCE, STATES

NETMON = [sys.executable, "-P", "-m", "netmon"]
NOBODY = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--inh-caps", "+net_raw,+dac_read_search",
          "--ambient-caps", "+net_raw,+dac_read_search")  # fmt: skip
"""CAP_DAC_READ_SEARCH only lets it read a checkout below a private home."""
NO_STATES = version(os.uname().release) < version(SINCE[STATES]) and f"without them: they need Linux {SINCE[STATES]}"
"""What is said on kernels that have nothing to stand in for control groups."""
MODES = {
    "without CAP_BPF": (["drop", "cap_sys_admin,cap_bpf"], "not permitted: run with sudo, or with CAP_BPF"),
    "without CAP_PERFMON": (["drop", "cap_sys_admin,cap_perfmon"], "may not read them without CAP_PERFMON"),
    "without CAP_NET_ADMIN": (["drop", "cap_sys_admin,cap_net_admin"], NO_STATES or "who bound a port: no control groups"),
    "without CAP_SYS_PTRACE": (
        ["drop", "cap_sys_admin,cap_bpf,cap_sys_ptrace"], "not permitted to look into them: CAP_SYS_PTRACE is missing"
    ),
    "without type information": (["mount", "mount -t tmpfs none /sys/kernel/btf"], "the kernel has no type information"),
    "without control groups": (["no groups", "cap_sys_admin"], "no control groups: not permitted"),
    "in a container": (["container"], "netmon has a PID namespace of its own (--pid=host)"),
    "for an ordinary user": (["nobody"], "not permitted: run with sudo, or with CAP_BPF"),
    "switched off": (["plain", "--no-kernel-events"], "no-kernel-events"),
}  # fmt: skip
"""What is taken away, and what must be said."""
NO_GROUPS = "for at in $(awk '$3 == \"cgroup2\" { print $2 }' /proc/self/mounts); do umount -l $at; done"


def command(way: list[str], *words: str) -> list[str]:
    """netmon with these words and with less than everything."""
    kind, *more = way
    plain = [*NETMON, *words]
    if kind == "drop":
        return ["capsh", f"--drop={more[0]}", "--", "-c", "exec " + shlex.join(plain)]
    if kind == "mount":
        return ["unshare", "-m", "sh", "-c", f"{more[0]} && exec {shlex.join(plain)}"]
    if kind == "no groups":
        inner = shlex.join(["capsh", f"--drop={more[0]}", "--", "-c", "exec " + shlex.join(plain)])
        return ["unshare", "-m", "sh", "-c", f"{NO_GROUPS}; exec {inner}"]
    if kind == "container":
        script = f"mount -t tmpfs none /sys/fs/cgroup && exec {shlex.join(plain)}"
        return ["unshare", "-pfm", "--mount-proc", "sh", "-c", script]
    if kind == "nobody":
        return [*NOBODY, *plain]
    return [*plain, *more]


@pytest.fixture
def home() -> Iterator[str]:
    """A folder that is anybody's, below folders that anybody may enter."""
    with tempfile.TemporaryDirectory(prefix="netmon-home-") as folder:
        Path(folder).chmod(0o777)
        yield folder


@pytest.fixture
def takeable() -> None:
    """Skips where nothing can be taken away."""
    if os.geteuid() != 0 or not sys.platform.startswith("linux"):
        pytest.skip("capabilities are taken away from root on Linux")
    missing = [name for name in ("capsh", "setpriv", "unshare") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not installed: {' '.join(missing)}")
    if not OBJECT.exists():
        pytest.skip("the eBPF object was not built (clang, libbpf-dev)")


@pytest.fixture
def somebody(takeable: None) -> Iterator[None]:
    """A process of another user that has a socket: without CAP_SYS_PTRACE nobody may look into it."""
    listen = "import socket; one = socket.create_server(('127.0.0.1', 0)); print(flush=True); one.accept()"
    with subprocess.Popen([*NOBODY, sys.executable, "-c", listen], stdout=subprocess.PIPE, cwd="/") as process:
        assert process.stdout is not None and process.stdout.read(1)
        yield
        end(process)


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest, home: str, somebody: None) -> tuple[list[str], str, dict[str, str]]:
    """One of the modes, what it must say, and an environment in which anybody can run."""
    way, said = MODES[request.param]
    if way[0] == "mount" and not Path("/sys/kernel/btf").is_dir():
        pytest.skip("this kernel has no type information to hide")
    nowhere = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"), home)
    return way, said, {**os.environ, **nowhere, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color"}


def run(way: list[str], environment: dict[str, str], *words: str) -> str:
    """Standard output of netmon."""
    done = subprocess.run(
        command(way, *words), capture_output=True, text=True, timeout=60 * PATIENCE, env=environment, cwd="/", check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


def test_the_doctor_says_it(mode: tuple[list[str], str, dict[str, str]]) -> None:
    """netmon doctor: what does not work, and why."""
    way, said, environment = mode
    assert said in run(way, environment, "doctor", "-i", "lo")


def test_the_summary_says_it(mode: tuple[list[str], str, dict[str, str]]) -> None:
    """The last line of a headless run, which works all the same. What is over before the first look at sockets cannot say
    how that went, so a slow machine gets more time."""
    way, said, environment = mode
    for seconds in (1, 4, 16):
        duration = f"{seconds * PATIENCE}"
        lines = run(way, environment, "-i", "lo", "--json", "--no-resolve-dns", "--duration", duration).splitlines()
        summary = json.loads(lines[-1])
        assert summary["type"] == "summary"
        if any(said in note for note in summary.get("notes", ())):
            return
    pytest.fail(f"{said!r} is not among the notes: {summary}")


def test_the_screen_says_it(mode: tuple[list[str], str, dict[str, str]]) -> None:
    """The sidebar of the overview."""
    from pseudo_terminal import Session

    way, said, environment = mode
    session = Session((180, 70), command(way, "-i", "lo", "--no-resolve-dns"), **environment)
    try:

        def shown() -> bool:
            text = " ".join(line.rpartition("│")[2] for line in session.screen.display)
            return said.replace(" ", "") in text.replace(" ", "")

        session.until(shown, 15 * PATIENCE)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(session.process.pid, signal.SIGTERM)
        session.process.wait(WAIT)
        session.close()
