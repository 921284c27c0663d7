"""Processes out of a proc tree."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.model.owner import Container, ParentProcess
from netmon.platforms.linux.containers import ContainerNames
from netmon.platforms.linux.processes import CACHE_LIMIT, ProcessReader, process_name

TICKS = os.sysconf("SC_CLK_TCK")


def test_everything_about_a_process(proc: Any) -> None:
    """All fields come from their files; the command line is masked."""
    proc.process(1, b"systemd", parent=0, exe="/usr/lib/systemd/systemd", arguments=[b"/sbin/init"])
    proc.process(50, b"bash", parent=1, exe="/usr/bin/bash", arguments=[b"-bash"])
    base = proc.process(
        77,
        b"curl",
        parent=50,
        started=5 * TICKS,
        exe="/usr/bin/curl",
        arguments=[b"curl", b"-u", b"a:b", b"https://example.org/"],
    )
    (base / "cwd").symlink_to("/home/alice")
    (base / "cgroup").write_text("0::/system.slice/job.service\n")
    process = ProcessReader(proc.root).read(77)
    assert process is not None
    assert (process.pid, process.name, process.executable) == (77, "curl", "/usr/bin/curl")
    assert process.started == 1700000005.0
    assert process.command_line == "curl -u *** https://example.org/"
    assert process.working_directory == "/home/alice"
    assert (process.uid, process.user, process.group) == (0, "root", "root")
    assert process.parents == (ParentProcess(50, "bash"), ParentProcess(1, "systemd"))
    assert (process.unit, process.cgroup) == ("job.service", "/system.slice/job.service")


@pytest.mark.parametrize(
    ("comm", "executable", "arguments", "name"),
    [
        (b"nginx", "/usr/sbin/nginx", [b"nginx: worker process"], "nginx"),
        (b"python3", "/usr/bin/python3.11", [b"python3", b"app.py"], "python3"),
        (b"NetworkManager-", "/usr/lib/NetworkManager-dispatcher", [], "NetworkManager-dispatcher"),
        (b"systemd-resolve", "/usr/lib/systemd/systemd-resolved", [], "systemd-resolved"),
        (
            b"a-very-long-scr",
            "/usr/bin/python3.11",
            [b"/usr/bin/python3", b"/usr/bin/a-very-long-script"],
            "a-very-long-script",
        ),
        (b"a-very-long-scr", "", [], "a-very-long-scr"),
        (b"exactly15bytes_", "/bin/exactly15bytes_", [], "exactly15bytes_"),
        (b"MainThread", "/usr/bin/node", [b"node", b"server.js"], "node"),
        (b"GeckoMain", "/usr/lib/firefox/firefox-bin", [b"firefox"], "firefox-bin"),
        (b"wget", "/bin/busybox", [b"wget", b"http://x"], "wget"),
        (b"gunicorn: maste", "/usr/bin/python3.11", [b"gunicorn: master [app]"], "gunicorn"),
        (b"upgraded", "/usr/bin/upgraded (deleted)", [], "upgraded"),
        (b"kworker/0:1", "", [], "kworker/0:1"),
        (b"bash", "/usr/bin/bash", [b"-bash"], "bash"),
        (b"pip", "/usr/bin/python3.11", [b"/venv/bin/python", b"/venv/bin/pip"], "pip"),
        (b"a\nb\x1b[2J", "", [], "a\\nb\\x1b[2J"),
    ],
)
def test_the_name_is_the_programs_in_full(comm: bytes, executable: str, arguments: list[bytes], name: str) -> None:
    """Cut names are completed, thread names replaced, scripts found, hostile bytes escaped."""
    assert process_name(comm, executable, arguments) == name


def test_a_name_with_parentheses_and_newlines_is_parsed(proc: Any) -> None:
    """The last parenthesis ends the name in the stat file, whatever the name holds."""
    proc.process(5, b"x) R 99 (\n", parent=1)
    process = ProcessReader(proc.root).read(5)
    assert process is not None
    assert process.name == "x) R 99 (\\n"


def test_exec_of_the_same_program_is_noticed(proc: Any) -> None:
    """Name, parent and start time stay (``python3 a.py`` becomes ``python3 b.py``), but the arguments lie elsewhere."""
    base = proc.process(5, b"python3", exe="/usr/bin/python3", arguments=[b"python3", b"a.py"])
    reader = ProcessReader(proc.root)
    first = reader.read(5)
    (base / "cmdline").write_bytes(b"python3\0b.py\0")
    assert reader.read(5) is first
    before, _, after = (base / "stat").read_bytes().rpartition(b")")
    fields = after.split()
    fields[45] = b"140737488347136"
    (base / "stat").write_bytes(before + b") " + b" ".join(fields))
    second = reader.read(5)
    assert second is not None
    assert second.title == "python3 b.py"


def test_a_process_that_is_gone(proc: Any) -> None:
    """No directory, an empty or a torn stat file: no process, no error."""
    reader = ProcessReader(proc.root)
    assert reader.read(4) is None
    base = proc.process(6)
    for torn in (b"", b"6", b"6 (app", b"6 (app) S", b") (", b"6 (app) " + b"x " * 40):
        (base / "stat").write_bytes(torn)
        assert reader.read(6) is None


def test_files_that_may_not_be_read_leave_fields_empty(proc: Any, not_permitted: set[str]) -> None:
    """Another user's process: what is public is shown, the rest is empty."""
    base = proc.process(8, b"secretive")
    not_permitted |= {str(base / name) for name in ("cmdline", "status", "cgroup")}
    process = ProcessReader(proc.root).read(8)
    assert process is not None
    assert (process.name, process.command_line, process.executable, process.uid, process.user) == (
        "secretive",
        "",
        "",
        None,
        "",
    )


def test_a_reused_number_is_a_new_process(proc: Any) -> None:
    """The start time tells two processes with one number apart; the first one is never shown again."""
    reader = ProcessReader(proc.root)
    proc.process(9, b"old", started=10)
    first = reader.read(9)
    proc.process(9, b"new", started=20)
    second = reader.read(9)
    assert first is not None
    assert second is not None
    assert (first.name, second.name) == ("old", "new")
    assert first.started != second.started


def test_an_unchanged_process_is_read_once_and_exec_is_noticed(proc: Any) -> None:
    """The same object comes back until name, parent or owner change."""
    reader = ProcessReader(proc.root)
    proc.process(9, b"sh")
    first = reader.read(9)
    assert reader.read(9) is first
    proc.process(9, b"curl")
    assert reader.read(9) is not first
    reader.forget_all_but(set())
    assert not reader._known


def test_the_cache_is_bounded(proc: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many processes come by, no more than the limit is kept."""
    monkeypatch.setattr("netmon.platforms.linux.processes.CACHE_LIMIT", 3)
    reader = ProcessReader(proc.root)
    for pid in range(10, 16):
        proc.process(pid)
        reader.read(pid)
    assert len(reader._known) == 3
    assert CACHE_LIMIT > 3


def test_parents_end_at_four_and_at_a_loop(proc: Any) -> None:
    """Long chains are cut; a parent that is itself ends after four as well."""
    for pid in range(20, 30):
        proc.process(pid, parent=pid - 1)
    reader = ProcessReader(proc.root)
    process = reader.read(29)
    assert process is not None
    assert [parent.pid for parent in process.parents] == [28, 27, 26, 25]
    proc.process(40, parent=40)
    process = reader.read(40)
    assert process is not None
    assert len(process.parents) == 4


def test_a_cut_command_line_shows_no_half_secret(proc: Any) -> None:
    """Only the first 4096 bytes are read; the argument that is cut there is left out."""
    proc.process(3, b"app", arguments=[b"app", b"x" * 4070, b"https://user:hunter2secret@example.org/"])
    process = ProcessReader(proc.root).read(3)
    assert process is not None
    assert "hunter2" not in process.command_line


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=16), st.text(max_size=30), st.lists(st.binary(max_size=30), max_size=4))
def test_any_name_is_printable(comm: bytes, executable: str, arguments: list[bytes]) -> None:
    """No process can name itself so that the terminal is harmed (the executable is already clean)."""
    assert process_name(comm, executable if executable.isprintable() else "", arguments).isprintable()


def test_a_process_in_a_container_has_the_containers_name(proc: Any, tmp_path: Path) -> None:
    """The control group names the container, the manager's file its name."""
    identifier = "ab" * 32
    base = proc.process(5)
    (base / "cgroup").write_text(f"0::/docker/{identifier}\n")
    folder = tmp_path / "var/lib/docker/containers" / identifier
    folder.mkdir(parents=True)
    (folder / "config.v2.json").write_text('{"Name": "/web", "Config": {"Image": "nginx:1"}}')
    process = ProcessReader(proc.root, ContainerNames(str(tmp_path))).read(5)
    assert process is not None
    assert process.container == Container("docker", identifier, name="web", image="nginx:1")


@pytest.mark.parametrize(("own", "expected"), [("user:[2]", True), ("user:[1]", False), ("", False)])
def test_user_namespace(proc: Any, own: str, expected: bool) -> None:
    """Another than netmon's is told; one that may not be read is not taken for another."""
    (proc.path / "self/ns/user").symlink_to("user:[1]")
    base = proc.process(50)
    if own:
        (base / "ns").mkdir()
        (base / "ns/user").symlink_to(own)
    process = ProcessReader(proc.root).read(50)
    assert process is not None
    assert process.own_user_namespace is expected
