"""Processes through psutil."""

from __future__ import annotations

import os
from typing import Any

import psutil
import pytest

from netmon.platforms.generic.processes import ProcessReader, own_user


def test_this_process() -> None:
    """What psutil tells of the process the test runs in."""
    process = ProcessReader().read(os.getpid())
    assert process is not None
    assert process.pid == os.getpid()
    assert process.uid == own_user()
    assert process.executable
    assert process.parents[0].pid == os.getppid()
    assert process.script  # pytest's, as a file or "-m pytest"


def test_a_process_that_is_gone() -> None:
    """A number nobody has, and one that cannot be, give ``None``."""
    reader = ProcessReader()
    assert reader.read(2**22 + 5) is None
    assert reader.read(-1) is None


def test_refused_and_hostile_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fields that are refused stay empty, texts are cleaned, secrets masked; unchanged processes are read once."""

    class Handle:
        def __init__(self, pid: int) -> None:
            self.pid = pid

        def create_time(self) -> float:
            return 5.0

        def ppid(self) -> int:
            return 1

        def name(self) -> str:
            return "\x1b[2J"

        def cmdline(self) -> list[str]:
            return ["app", "--password=hunter2", "\udcff"]

        def parents(self) -> list[Any]:
            raise psutil.NoSuchProcess(self.pid)

        def __getattr__(self, attribute: str) -> Any:
            def refuse() -> None:
                raise psutil.AccessDenied(self.pid)

            return refuse

    monkeypatch.setattr(psutil, "Process", Handle)
    reader = ProcessReader()
    process = reader.read(9)
    assert process is not None
    assert (process.name, process.command_line) == ("\\x1b[2J", "app --password=*** \\xff")
    assert (process.executable, process.uid, process.user, process.parents) == ("", None, "", ())
    assert reader.read(9) is process
