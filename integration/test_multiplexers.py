"""Every key of the key map inside a real tmux and a real GNU screen; and at every usual size, with sizes that change."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from crowd import crowd
from pseudo_terminal import Session
from test_keys import CASES, KEYS, SIZE, Table, pressed

from netmon.views.action import Action

SIZES = ((80, 24), (120, 40), (200, 50))
TMUX = """set -g status off
set -g prefix C-]
set -g escape-time 10
set -g set-clipboard on
set -g default-terminal tmux-256color
set -as terminal-features ",xterm*:clipboard:256:RGB"
"""
SCREEN = """startup_message off
escape ^]]
defutf8 on
altscreen on
maptimeout 10
term screen-256color
"""
ENDS = {Action.QUIT, Action.QUIT_NOW, Action.SUSPEND}
Begin = Callable[..., Session]


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return crowd(tmp_path_factory.mktemp("crowd") / "crowd.pcap")


@pytest.fixture(scope="module")
def begin(tmp_path_factory: pytest.TempPathFactory, capture: Path) -> Iterator[Begin]:
    """Starts netmon in one of them on a terminal of some size; ends all of it."""
    folder = tmp_path_factory.mktemp("multiplexers")
    (folder / "tmux").write_text(TMUX)
    (folder / "screen").write_text(SCREEN)
    sessions: list[tuple[Session, list[str]]] = []

    def start(kind: str, size: tuple[int, int], **environment: str) -> Session:
        if shutil.which(kind) is None:
            pytest.skip(f"{kind} is not installed")
        name = f"netmon-{os.getpid()}-{len(sessions)}"
        program = [sys.executable, "-P", "-m", "netmon", "-r", str(capture)]
        if kind == "tmux":
            command = ["tmux", "-u", "-L", name, "-f", str(folder / kind), "new-session", shlex.join(program)]
            finish = ["tmux", "-L", name, "kill-server"]
        else:
            command = ["screen", "-U", "-c", str(folder / kind), "-S", name, *program]
            finish = ["screen", "-S", name, "-X", "quit"]
        session = Session(size, command, TMUX="", SCREENDIR=str(folder), **environment)
        sessions.append((session, finish))
        session.until(lambda: "help" in session.screen.display[-1] and session.shows("end of the file")())
        return session

    folder.chmod(0o700)
    yield start
    for session, finish in sessions:
        subprocess.run(finish, check=False, capture_output=True, env=os.environ | {"SCREENDIR": str(folder)}, timeout=10)
        session.close()


@pytest.fixture(scope="module", params=["tmux", "screen"])
def inside(request: pytest.FixtureRequest, begin: Begin) -> tuple[str, Session]:
    """One program in each for all keys that it survives."""
    return request.param, begin(request.param, SIZE)


@pytest.mark.parametrize(
    ("action", "key"),
    [pytest.param(action, key, id=f"{action.value}-{key}") for action, key in KEYS if action in CASES],
)
def test_key_inside(inside: tuple[str, Session], action: Action, key: str) -> None:
    """It does what it does on a terminal of its own."""
    _kind, session = inside
    table = Table(session)
    table.home()
    if action is Action.COPY:  # they pass it on in words of their own
        table.press(key, lambda: "copied 198.51.100.6:443" in table.bottom())
        session.until(lambda: b"MTk4LjUxLjEwMC42OjQ0Mw==" in session.raw)
    else:
        CASES[action](table, key)


def sane(session: Session, size: tuple[int, int]) -> Callable[[], bool]:
    """The whole screen is ours: title on top, keys or a line being typed at the bottom, nothing of another size."""

    def check() -> bool:
        lines = session.screen.display
        edge = session.screen.buffer[size[1] - 1]
        typed = any(edge[x].data.strip() for x in range(size[0]))
        return len(lines) == size[1] and lines[0].startswith(" netmon  1 ") and typed

    return check


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("kind", ["tmux", "screen"])
def test_all_keys_at_every_size(begin: Begin, kind: str, size: tuple[int, int]) -> None:
    """One after the other, on whatever view the last one has led to; the program is there at the end, and ends when told."""
    session = begin(kind, size)
    for action, key in KEYS:
        if action in ENDS:
            continue
        session.send(pressed(key))
        session.pump(0.06)
        session.until(sane(session, size))
        if action in (Action.FILTER, Action.SEARCH, Action.COLUMNS, Action.HELP):
            session.send(b"\x1b")
            session.pump(0.1)
    session.send(b"\x1b")
    session.pump(0.1)
    session.send(b"1r")
    session.until(lambda: "quit" in session.screen.display[-1])
    session.send(b"qq")
    session.until(session.ended)


@pytest.mark.parametrize("kind", ["tmux", "screen"])
def test_sizes_that_change(begin: Begin, kind: str) -> None:
    """A window dragged about: after the last change the screen is whole, whatever came before."""
    session = begin(kind, (120, 40))
    for width in (*range(120, 40, -7), *range(40, 201, 11)):
        session.resize((width, 12 + width % 30))
        session.pump(0.01)
    for size in (*SIZES, (60, 12), (100, 30)):
        session.resize(size)
        session.until(sane(session, size))
        session.until(lambda: "198.51.100" in "\n".join(session.screen.display))
