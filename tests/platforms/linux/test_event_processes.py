"""Processes of kernel events: alive, gone, replaced, reused."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from netmon.platforms.linux.event_processes import RECORD, EventProcesses
from netmon.platforms.linux.processes import ProcessReader

TICK = 1_000_000_000 // os.sysconf("SC_CLK_TCK")


def record(
    pid: int,
    started: int,
    arguments: bytes,
    *,
    comm: bytes = b"app",
    parent: int = 1,
    groups: bytes = b"",
    place: int = 0,
) -> bytes:
    """As csrc/attribution.h lays it out."""
    return RECORD.pack(
        started * TICK + 5,
        77,
        place,
        pid,
        parent,
        0,
        0,
        comm,
        b"application-with-a-long-name",
        len(arguments),
        arguments,
        groups,
    )


def of(processes: EventProcesses, pid: int, started: int) -> Any:
    """The process of an event."""
    return processes.process(pid, started * TICK + 5, 0, 77)


def test_gone_before_it_could_be_read(proc: Any) -> None:
    """Name, arguments (secrets masked), parents, control group and start time come from the kernel's copy."""
    proc.process(7, b"bash", exe="/bin/bash", arguments=[b"bash"])
    processes = EventProcesses(ProcessReader(proc.root))
    groups = b"web.service".ljust(88, b"\0") + b"system.slice".ljust(88, b"\0")
    arguments = b"/opt/application-with-a-long-name\0--password=hunter2\0"
    processes.learn([record(50, 300, arguments, comm=b"application-wit", parent=7, groups=groups)])
    found = of(processes, 50, 300)
    assert found.name == "application-with-a-long-name"
    assert found.executable == "/opt/application-with-a-long-name"
    assert "hunter2" not in found.command_line
    assert [parent.name for parent in found.parents] == ["bash"]
    assert (found.cgroup, found.unit) == ("/system.slice/web.service", "web.service")
    assert found.started == 1_700_000_000 + 300 / os.sysconf("SC_CLK_TCK")
    assert of(processes, 50, 300) is found


def test_at_the_root_of_version_2_the_group_of_version_1_counts(proc: Any, tmp_path: Path) -> None:
    """Hybrid hierarchies: the kernel copied the group that the task has with a controller of version 1."""
    groups = (b"ab" * 32).ljust(88, b"\0") + b"docker".ljust(88, b"\0")
    raw = record(50, 300, b"app\0", groups=groups)
    started, _, *rest = RECORD.unpack(raw)
    processes = EventProcesses(ProcessReader(proc.root), str(tmp_path))
    processes.learn([RECORD.pack(started, tmp_path.stat().st_ino, *rest)])
    found = of(processes, 50, 300)
    assert found.cgroup == f"/docker/{'ab' * 32}"
    assert found.container is not None
    assert (found.container.runtime, found.container.identifier) == ("docker", "ab" * 32)


def test_alive_it_is_read(proc: Any) -> None:
    """/proc knows more than the kernel's copy."""
    proc.process(50, b"app", started=300, exe="/opt/app", arguments=[b"app", b"x"])
    processes = EventProcesses(ProcessReader(proc.root))
    processes.learn([record(50, 300, b"app\0")])
    assert of(processes, 50, 300).executable == "/opt/app"


def test_gone_while_it_was_read(proc: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of what /proc tells, with neither user nor control group, is worse than the kernel's copy."""
    proc.process(50, b"app", started=300, exe="/opt/app", arguments=[b"app", b"x"])
    reader = ProcessReader(proc.root)
    whole = reader.read

    def read(pid: int) -> Any:
        found = whole(pid)
        shutil.rmtree(Path(proc.root, str(pid)))
        return replace(found, uid=None, user="", cgroup="") if found is not None else None

    monkeypatch.setattr(reader, "read", read)
    processes = EventProcesses(reader)
    groups = b"web.service".ljust(88, b"\0")
    processes.learn([record(50, 300, b"app\0x\0", groups=groups)])
    found = of(processes, 50, 300)
    assert (found.uid, found.unit, found.command_line) == (0, "web.service", "app x")


def test_a_reused_number_is_another_process(proc: Any) -> None:
    """The start time decides, also while the later one lives."""
    proc.process(50, b"later", started=900, exe="/opt/later", arguments=[b"later"])
    processes = EventProcesses(ProcessReader(proc.root))
    processes.learn([record(50, 300, b"earlier\0", comm=b"earlier"), record(50, 900, b"later\0")])
    assert of(processes, 50, 300).command_line == "earlier"
    assert of(processes, 50, 900).executable == "/opt/later"


@pytest.mark.parametrize(("place", "seen"), [(0x7FFE0010, "/opt/later"), (0x7FFC0020, "earlier"), (0, "/opt/later")])
def test_within_one_clock_tick_the_place_of_the_arguments_tells(proc: Any, place: int, seen: str) -> None:
    """A number used again at once, or a program that started another: /proc shows what came later."""
    proc.process(50, b"later", started=300, exe="/opt/later", arguments=[b"later"], place=0x7FFE0010)
    processes = EventProcesses(ProcessReader(proc.root))
    processes.learn([record(50, 300, b"earlier\0", comm=b"earlier", place=place)])
    found = of(processes, 50, 300)
    assert (found.executable or found.command_line) == seen


def test_exec_makes_another_program_of_it(proc: Any) -> None:
    """The latest record of the same process counts."""
    processes = EventProcesses(ProcessReader(proc.root))
    processes.learn([record(50, 300, b"sh\0"), record(50, 300, b"curl\0x\0")])
    assert of(processes, 50, 300).command_line == "curl x"


def test_cut_arguments_do_not_show_half_a_secret(proc: Any) -> None:
    """The last of as many bytes as fit is left out."""
    processes = EventProcesses(ProcessReader(proc.root))
    processes.learn([record(50, 300, b"app\0" + b"y" * 388)])
    assert of(processes, 50, 300).command_line == "app ..."


def test_nothing_but_a_number(proc: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that neither the kernel copied nor /proc has keeps number and user."""
    processes = EventProcesses(ProcessReader(proc.root))
    found = of(processes, 51, 300)
    assert (found.pid, found.name, found.uid) == (51, "", 0)


def test_reading_is_rationed(proc: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a burst the kernel's copies stand in for /proc."""
    monkeypatch.setattr("netmon.platforms.linux.event_processes.READS_A_SECOND", 0)
    proc.process(50, b"app", started=300, exe="/opt/app", arguments=[b"app"])
    processes = EventProcesses(ProcessReader(proc.root))
    processes.learn([record(50, 300, b"app\0")])
    assert of(processes, 50, 300).executable == ""
    assert Path(proc.root, "50").exists()


def test_a_digest_that_becomes_known_later(proc: Any, tmp_path: Path) -> None:
    """The executable is hashed after the process was first told; a number that is another's by now has not its digest."""
    program = tmp_path / "program"
    program.write_bytes(b"program")
    proc.process(50, b"app", started=300, exe=str(program), arguments=[b"app"])
    reader = ProcessReader(proc.root)
    reader.hashes.enabled = True
    processes = EventProcesses(reader)
    processes.learn([record(51, 300, b"app\0")])
    assert of(processes, 50, 300).sha256 == ""
    assert reader.hashes.compute()
    assert of(processes, 50, 300).sha256 == hashlib.sha256(b"program").hexdigest()
    assert of(processes, 50, 300) is of(processes, 50, 300)
    proc.process(51, b"other", started=400, exe=str(program), arguments=[b"other"])
    assert of(processes, 51, 300).sha256 == ""


def test_lost_record_in_a_container(proc: Any, tmp_path: Path) -> None:
    """Of a process that the kernel could not tell and that is gone, the control group still tells the container."""
    group = tmp_path / "system.slice" / f"docker-{'ab' * 32}.scope"
    group.mkdir(parents=True)
    processes = EventProcesses(ProcessReader(proc.root), str(tmp_path))
    found = processes.process(50, 300 * TICK, 0, group.stat().st_ino)
    assert found.container is not None
    assert found.container.identifier == "ab" * 32
