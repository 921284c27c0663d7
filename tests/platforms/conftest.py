"""A proc file system made of ordinary files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from netmon.platforms.linux.processes import user_name

TCP_HEADER = b"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"


class FakeProc:
    """Builds a tree like ``/proc`` under ``root``; see proc(5) for the formats."""

    def __init__(self, root: Path) -> None:
        self.path = root
        self.root = str(root)
        (root / "net").mkdir(parents=True)
        (root / "self" / "ns").mkdir(parents=True)
        (root / "self" / "ns" / "net").symlink_to("net:[1]")
        (root / "stat").write_text("cpu  1 2 3\nbtime 1700000000\nprocesses 5\n")

    def process(
        self,
        pid: int,
        comm: bytes = b"app",
        *,
        parent: int = 1,
        started: int = 100,
        exe: str = "",
        arguments: Sequence[bytes] = (),
        place: int = 0,
    ) -> Path:
        """A process; everything else is added by the test."""
        base = self.path / str(pid)
        (base / "fd").mkdir(parents=True, exist_ok=True)
        fields = [b"S", str(parent).encode(), *[b"0"] * 17, str(started).encode(), *[b"0"] * 25, b"%d" % place, *[b"0"] * 4]
        (base / "stat").write_bytes(str(pid).encode() + b" (" + comm + b") " + b" ".join(fields) + b"\n")
        (base / "status").write_bytes(b"Name:\tx\nUid:\t1\t0\t0\t0\nGid:\t1\t0\t0\t0\n")
        if exe:
            (base / "exe").unlink(missing_ok=True)
            (base / "exe").symlink_to(exe)
        (base / "cmdline").write_bytes(b"".join(argument + b"\0" for argument in arguments))
        return base

    def descriptor(self, pid: int, number: int, target: str) -> None:
        """An open descriptor."""
        link = self.path / str(pid) / "fd" / str(number)
        link.unlink(missing_ok=True)
        link.symlink_to(target)

    def namespace(self, pid: int, number: int) -> None:
        """The network namespace of a process."""
        folder = self.path / str(pid) / "ns"
        folder.mkdir(exist_ok=True)
        (folder / "net").symlink_to(f"net:[{number}]")

    def table(self, name: str, *rows: str, base: str = "net") -> None:
        """A socket table of ``local remote state inode`` rows."""
        lines = []
        for number, row in enumerate(rows):
            local, remote, state, inode = row.split()
            queues = "00000000:00000000 00:00000000 00000000"
            lines.append(f"{number:4d}: {local} {remote} {state} {queues}  1000        0 {inode} 1 0 100 0 0\n")
        path = self.path / base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(TCP_HEADER + "".join(lines).encode())


@pytest.fixture
def proc(tmp_path: Path) -> FakeProc:
    """An empty proc tree."""
    return FakeProc(tmp_path / "proc")


@pytest.fixture
def jane(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every user but root is jane."""
    users = {
        False: SimpleNamespace(pw_name="root", pw_dir="/root"),
        True: SimpleNamespace(pw_name="jane", pw_dir="/home/jane"),
    }
    user_name.cache_clear()
    monkeypatch.setattr("pwd.getpwuid", lambda uid: users[uid != 0])
    yield
    user_name.cache_clear()


@pytest.fixture
def not_permitted(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Paths that ``os.open`` refuses (tests may run as root, whom no file mode stops)."""
    refused: set[str] = set()
    real = os.open

    def refusing(path: str, flags: int, *arguments: int, **named: int) -> int:
        if str(path) in refused:
            raise PermissionError(13, "Permission denied", path)
        return real(path, flags, *arguments, **named)

    monkeypatch.setattr(os, "open", refusing)
    return refused
