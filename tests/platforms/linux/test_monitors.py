"""Containers told by the monitor above them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from netmon.model.owner import Container
from netmon.platforms.linux.containers import ContainerNames
from netmon.platforms.linux.monitors import ANCESTRY, monitored
from netmon.platforms.linux.processes import ProcessReader

ID = "0123456789abcdef" * 4
CONMON = [
    "/usr/bin/conmon", "--api-version", "1", "-c", ID, "-u", ID, "-r", "/usr/bin/crun",
    "-b", f"/home/jane/.local/share/containers/storage/vfs-containers/{ID}/userdata", "-n", "web", "--full-attach",
    "--exit-command-arg", "-c", "--exit-command-arg", "x",
]  # fmt: skip
"""Podman 4.3."""
GROUP = "0::/user.slice/user-1000.slice/session-3.scope\n"


def mount_namespace(base: Path, number: int) -> None:
    (base / "ns").mkdir(exist_ok=True)
    (base / "ns" / "mnt").symlink_to(f"mnt:[{number}]")


def started(proc: Any, arguments: list[str], name: bytes = b"conmon") -> None:
    """conmon (10), the container's shell (20) and what that runs (30), and what conmon runs outside (40)."""
    base = proc.process(10, name, parent=1, arguments=[word.encode() for word in arguments])
    mount_namespace(base, 1)
    for pid, comm, parent, namespace in ((20, b"sh", 10, 2), (30, b"nc", 20, 2), (40, b"podman", 10, 1), (50, b"a", 40, 1)):
        mount_namespace(proc.process(pid, comm, parent=parent), namespace)


def found(proc: Any, pid: int, parent: int) -> Container | None:
    told = monitored(proc.root, ProcessReader(proc.root).stat, pid, parent)
    return told.container if told else None


def test_inside_and_outside(proc: Any) -> None:
    """Processes below conmon are in its container unless they share its mount namespace; conmon itself is not."""
    started(proc, CONMON)
    expected = Container("podman", ID, name="web")
    assert [found(proc, pid, parent) for pid, parent in ((20, 10), (30, 20))] == [expected, expected]
    assert [found(proc, pid, parent) for pid, parent in ((10, 1), (40, 10), (50, 40))] == [None, None, None]


def test_gone(proc: Any) -> None:
    """Of a process that is gone (no number) the parent tells: conmon, or one inside; one outside does not."""
    started(proc, CONMON)
    assert found(proc, 0, 10) == found(proc, 0, 20) == Container("podman", ID, name="web")
    assert found(proc, 0, 40) is None
    assert found(proc, 0, 99) is None


def test_namespace_that_may_not_be_read(proc: Any) -> None:
    """Without the mount namespace of either, nothing is claimed."""
    started(proc, CONMON)
    (proc.path / "20/ns/mnt").unlink()
    assert found(proc, 30, 20) is None
    (proc.path / "20/ns/mnt").symlink_to("mnt:[2]")
    (proc.path / "10/ns/mnt").unlink()
    assert found(proc, 30, 20) is None


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["/usr/bin/conmon"],
        ["/usr/bin/conmon", "-c"],
        ["/usr/bin/conmon", "-c", "../../etc", "-n", "web"],
        ["/usr/bin/conmon", "-c", ID.upper()],
        ["/usr/bin/other", "-c", ID, "-n", "web"],
    ],
)
def test_other_arguments(proc: Any, arguments: list[str]) -> None:
    """A program that is not conmon, or names no container, tells nothing."""
    started(proc, arguments)
    assert found(proc, 30, 20) is None


def test_hostile_name(proc: Any) -> None:
    """What the arguments say is made fit to be shown."""
    started(proc, ["conmon", "--cid", ID, "--name", "\x1b[2J"])
    assert found(proc, 20, 10) == Container("podman", ID, name="\\x1b[2J")


def test_depth(proc: Any) -> None:
    """The walk upwards is bounded, and ends in a circle, too."""
    started(proc, CONMON)
    for pid in range(100, 100 + ANCESTRY):
        proc.process(pid, b"sh", parent=pid - 1 if pid > 100 else 20)
    assert found(proc, 0, 100 + ANCESTRY - 3) is not None
    assert found(proc, 0, 100 + ANCESTRY - 2) is None
    proc.process(60, b"a", parent=61)
    proc.process(61, b"b", parent=60)
    assert found(proc, 60, 61) is None


@pytest.mark.usefixtures("jane")
def test_process_of_rootless_podman(proc: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the group of its user's session; the image is in the home of conmon's user."""
    monkeypatch.setattr("netmon.platforms.linux.monitors._owner", lambda path: 1000)
    stored = tmp_path / "host/home/jane/.local/share/containers/storage/vfs-containers/containers.json"
    stored.parent.mkdir(parents=True)
    stored.write_text(f'[{{"id": "{ID}", "names": ["web"], "metadata": "{{\\"image-name\\": \\"localhost/tiny:1\\"}}"}}]')
    started(proc, CONMON)
    (proc.path / "30/cgroup").write_text(GROUP)
    process = ProcessReader(proc.root, ContainerNames(str(tmp_path / "host"))).read(30)
    assert process is not None
    assert process.container == Container("podman", ID, name="web", image="localhost/tiny:1")
    assert process.unit == "session-3.scope"


def test_group_of_another_runtime(proc: Any) -> None:
    """What the control group says of other runtimes stands."""
    started(proc, CONMON)
    (proc.path / "30/cgroup").write_text(f"0::/system.slice/docker-{ID}.scope\n")
    process = ProcessReader(proc.root, ContainerNames(str(proc.path))).read(30)
    assert process is not None
    assert process.container == Container("docker", ID)
