"""A process that is gone: the kernel copied its control group of version 1 (hybrid), on real hierarchies."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab import PATIENCE

from netmon.errors import NetmonError
from netmon.platforms.linux import event_processes
from netmon.platforms.linux.kernel_events import KernelEvents, open_kernel_events
from netmon.platforms.linux.processes import ProcessReader

IDENTIFIER = "ef" * 32
CLIENT = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))"


def hierarchies() -> list[Path]:
    """Where controllers of version 1 are mounted."""
    try:
        mounts = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    except OSError:
        return []
    return [
        Path(at) for _, at, kind, options, *_ in mounts if kind == "cgroup" and {"pids", "memory"} & {*options.split(",")}
    ]


@pytest.fixture(params=("pids", "memory"))
def group(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A control group of version 1, named as Docker names its containers'."""
    found = [path for path in hierarchies() if request.param in path.name.split(",")]
    if not found or os.geteuid() != 0:
        pytest.skip(f"no hierarchy of version 1 with the controller {request.param}, or not root")
    path = found[0] / "docker" / IDENTIFIER
    path.mkdir(parents=True)
    yield path
    path.rmdir()
    path.parent.rmdir()


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> Iterator[KernelEvents]:
    """Kernel events whose processes are never looked for in /proc."""
    monkeypatch.setattr(event_processes, "READS_A_SECOND", 0)
    try:
        found = open_kernel_events(ProcessReader())
    except NetmonError as error:
        pytest.skip(str(error))
    if found.notes:
        found.close()
        pytest.skip(found.notes[0])
    yield found
    found.close()


def test_the_container_of_a_process_that_is_gone(group: Path, events: KernelEvents) -> None:
    """Its identifier is that of the directory it was in."""

    def enter() -> None:
        (group / "cgroup.procs").write_text(str(os.getpid()))

    child = subprocess.Popen([sys.executable, "-S", "-c", CLIENT], preexec_fn=enter)
    assert child.wait(20 * PATIENCE) == 0
    for _ in range(int(20 * PATIENCE)):
        select.select([events.fileno()], [], [], 1.0)
        told = [one.process for one in events.drain() if one.process.pid == child.pid]
        if told:
            container = told[0].container
            assert container is not None, told[0]
            assert (container.runtime, container.identifier) == ("docker", IDENTIFIER)
            return
    pytest.fail("the kernel told nothing of the process")
