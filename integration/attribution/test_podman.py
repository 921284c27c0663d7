"""A real container of Podman's without a control group of its own: conmon above it tells which it is."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab_needs import missing_tools

from netmon.platforms.linux.processes import ProcessReader

LIMITS = ("--ulimit", "nofile=512:512", "--ulimit", "nproc=512:512")
"""Podman's own need CAP_SYS_RESOURCE."""
UNIFIED = ("unshare", "-m", "sh", "-c", 'mount -t cgroup2 none /sys/fs/cgroup && exec "$@"', "sh")
"""crun refuses a hybrid hierarchy."""


@pytest.fixture
def podman(tmp_path: Path) -> Iterator[list[str]]:
    """Podman with storage of its own, whose path may have 50 characters, and an image that has nothing but busybox."""
    missing = missing_tools("podman", "conmon", "crun", "busybox", "unshare")
    if missing or os.geteuid():
        pytest.skip(f"not installed: {' '.join(missing)}" if missing else "needs root")
    place = tempfile.mkdtemp(prefix="netmon-")
    command = [
        *UNIFIED, "podman", "--root", f"{place}/root", "--runroot", f"{place}/run", "--tmpdir", f"{place}/tmp",
        "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs", "--events-backend", "none", "--runtime", "crun",
    ]  # fmt: skip
    image = tmp_path / "image.tar"
    with tarfile.open(image, "w") as archive:
        for folder in ("bin", "proc", "sys", "dev", "etc"):
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(entry)
        program = Path("/bin/busybox").read_bytes()
        entry = tarfile.TarInfo("bin/sleep")
        entry.mode, entry.size = 0o755, len(program)
        archive.addfile(entry, io.BytesIO(program))
    made = subprocess.run(
        [*command, "import", str(image), "localhost/netmon-test:1"], check=False, capture_output=True, text=True
    )
    assert not made.returncode, made.stderr
    yield command
    subprocess.run([*command, "rm", "-f", "-t", "0", "-a"], check=False, capture_output=True)
    subprocess.run([*command, "rmi", "-f", "-a"], check=False, capture_output=True)
    shutil.rmtree(place, ignore_errors=True)


def test_without_a_control_group(podman: list[str]) -> None:
    """Identifier and name are Podman's own; conmon itself is in no container."""
    run = [*podman, "run", "-d", "--name", "groupless", "--cgroups=disabled", "--network=host", *LIMITS]
    started = subprocess.run(
        [*run, "localhost/netmon-test:1", "/bin/sleep", "60"], check=False, capture_output=True, text=True
    )
    if started.returncode:
        pytest.skip(f"Podman cannot run a container here: {started.stderr.strip()}")
    shown = subprocess.run([*podman, "inspect", "groupless"], check=True, capture_output=True, text=True)
    told = json.loads(shown.stdout)[0]
    process = ProcessReader().read(told["State"]["Pid"])
    assert process is not None
    assert process.container is not None
    assert (process.container.runtime, process.container.identifier) == ("podman", told["Id"])
    assert process.container.name == "groupless"
    conmon = ProcessReader().read(process.parents[0].pid)
    assert conmon is not None
    assert (conmon.name, conmon.container) == ("conmon", None)
