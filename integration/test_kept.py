"""What is kept between runs, for whom, and what a configuration file changes, on a pseudo-terminal."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from crowd import crowd
from pseudo_terminal import Session

from netmon.views.theme import THEMES, Role

NETMON = (sys.executable, "-P", "-m", "netmon")
SIZE = (150, 34)
NOBODY = 65_534
Start = Callable[..., Session]


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return crowd(tmp_path_factory.mktemp("crowd") / "crowd.pcap")


@pytest.fixture
def start(capture: Path) -> Iterator[Start]:
    """Starts the program on the crowd; every run is ended."""
    sessions: list[Session] = []

    def run(*arguments: str, **environment: str) -> Session:
        sessions.append(Session(SIZE, [*NETMON, "-r", str(capture), *arguments], **environment))
        sessions[-1].until(lambda: sessions[-1].shows("end of the file")() and sessions[-1].shows(":443")())
        return sessions[-1]

    yield run
    for session in sessions:
        session.close()


def quit_(session: Session) -> None:
    session.send(b"qq")
    session.until(session.ended)
    assert session.process.returncode == 0


def heads(session: Session) -> str:
    return session.screen.display[2]


def test_columns_sorting_and_theme_are_kept(start: Start, tmp_path: Path) -> None:
    """The next run looks as this one did; what the configuration says comes before it."""
    first = start(XDG_STATE_HOME=str(tmp_path))
    first.send(b"T")
    first.until(lambda: "theme " in first.screen.display[-1])
    theme = first.screen.display[-1].split("theme ")[1].split()[0]
    first.send(b"C \x1b")
    first.until(lambda: "CLIENT" not in heads(first) and "Columns" not in heads(first))
    first.send(b"s")
    first.until(lambda: "TOTAL▾" not in heads(first))
    shown = heads(first)[: shown_until(heads(first))]
    quit_(first)
    kept = json.loads((tmp_path / "netmon" / "state.json").read_text())
    assert kept["theme"] == theme and "client" not in [column.split(":")[0] for column in kept["columns"]]
    second = start(XDG_STATE_HOME=str(tmp_path))
    second.until(lambda: heads(second).startswith(shown))
    assert f"38;5;{THEMES[theme].colours[Role.ACCENT]}m".encode() in second.raw
    quit_(second)
    (tmp_path / "c.toml").write_text('theme = "nord"\nsort = "-remote"\n')
    third = start("--config", str(tmp_path / "c.toml"), XDG_STATE_HOME=str(tmp_path))
    third.until(lambda: "REMOTE ▾" in heads(third))
    assert f"38;5;{THEMES['nord'].colours[Role.ACCENT]}m".encode() in third.raw


def shown_until(line: str) -> int:
    """Where the table's titles end and the sidebar begins."""
    return line.index("│") if "│" in line else len(line)


@pytest.mark.parametrize("data", [b"\xff\xfe garbage", b'{"theme": 7, "columns": {"a": 1}, "sort": ["x"]}', b"{" * 5000])
def test_a_damaged_state_file_is_survived(start: Start, tmp_path: Path, data: bytes) -> None:
    """The run begins as if there was none, and writes it anew."""
    path = tmp_path / "netmon" / "state.json"
    path.parent.mkdir()
    path.write_bytes(data)
    session = start(XDG_STATE_HOME=str(tmp_path))
    session.until(lambda: "TOTAL▾" in heads(session))
    session.send(b"T")
    session.until(lambda: "theme " in session.screen.display[-1])
    quit_(session)
    assert json.loads(path.read_text())["theme"] in THEMES


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="acts as root for somebody else")
def test_under_sudo_the_files_are_those_of_the_person(start: Start, tmp_path: Path) -> None:
    """Created for them, owned by them, for their eyes only; nothing is written where they could have planted a link."""
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    session = start(XDG_STATE_HOME=str(home), SUDO_UID=str(NOBODY), SUDO_GID=str(NOBODY))
    session.send(b"T")
    session.until(lambda: "theme " in session.screen.display[-1])
    quit_(session)
    for path, mode in ((home / "netmon", 0o700), (home / "netmon" / "state.json", 0o600)):
        found = path.stat()
        assert (found.st_uid, found.st_mode & 0o777) == (NOBODY, mode), path
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    (home / "netmon" / "state.json").unlink()
    (home / "netmon" / "state.json").symlink_to(victim)
    session = start(XDG_STATE_HOME=str(home), SUDO_UID=str(NOBODY), SUDO_GID=str(NOBODY))
    session.send(b"T")
    session.until(lambda: "theme " in session.screen.display[-1])
    quit_(session)
    assert victim.read_text() == "untouched"
    assert not (home / "netmon" / "state.json").is_symlink()


def test_other_keys(start: Start, tmp_path: Path) -> None:
    """A key from the configuration works, is on the key bar and in the help, and the usual one does nothing."""
    (tmp_path / "c.toml").write_text('[keys]\ngroup = "F5"\nhelp = ["Ctrl+G"]\nstep = "y"\nquit = "Q"\nfilter = "f"\n')
    session = start("--config", str(tmp_path / "c.toml"))
    session.until(lambda: "F5 group" in session.screen.display[-1] and "Ctrl+G help" in session.screen.display[-1])
    session.send(b"a?q")
    session.pump(0.2)
    assert "press again" not in session.screen.display[-1] and "Program" not in "".join(session.screen.display)
    session.send(b"\x1b[15~")
    session.until(lambda: "group: process" in session.screen.display[-1])
    session.send(b"\x07")
    session.until(lambda: any("Ctrl+G" in line and "this help" in line for line in session.screen.display))
    session.until(lambda: any("Filter (f)" in line for line in session.screen.display))
    session.send(b"QQ")
    session.until(session.ended)
    assert session.process.returncode == 0
