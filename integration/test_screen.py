"""The program on a pseudo-terminal: driven by keys, read back with pyte, ended in every way there is."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lab import NAME, ROOT, SERVER4, Lab
from pseudo_terminal import Session

NETMON = (sys.executable, "-P", "-m", "netmon")
FIXTURES = ROOT / "tests" / "fixtures"
Start = Callable[..., Session]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts programs on terminals of their own and ends them."""
    sessions: list[Session] = []

    def run(*command: str, size: tuple[int, int] = (120, 40), controlling: bool = True, **environment: str) -> Session:
        sessions.append(Session(size, list(command), controlling, **environment))
        return sessions[-1]

    yield run
    for session in sessions:
        session.close()


@pytest.fixture
def replayed(start: Start, tmp_path: Path) -> Session:
    """The Overview of a recorded file with one connection of each kind."""
    session = start(*NETMON, "-r", str(everything(tmp_path)), "--show-localhost")
    session.until(session.shows("SSH"))
    return session


def everything(folder: Path) -> Path:
    """One capture of most fixtures (classic pcap, same link type: their records in a row)."""
    names = ("http", "tls12", "tls13", "ssh", "quic", "ping", "refused")
    parts = [(FIXTURES / f"{name}.pcap").read_bytes() for name in names]
    path = folder / "everything.pcap"
    path.write_bytes(parts[0][:24] + b"".join(part[24:] for part in parts))
    return path


def body(session: Session) -> str:
    """The screen as one text."""
    return "\n".join(session.screen.display)


def test_overview_of_a_file(replayed: Session) -> None:
    """Every conversation of the file is a row with its application."""
    for word in ("SSH", "HTTP", "TLS", "QUIC", "ICMP", "192.0.2.2"):
        replayed.until(replayed.shows(word))
    assert replayed.screen.display[0].startswith("netmon") or "netmon" in replayed.screen.display[0]


def test_filter_narrows(replayed: Session) -> None:
    """What is typed after ``/`` narrows the rows while it is typed; Esc brings them back."""
    replayed.send(b"/app:ssh")
    replayed.until(lambda: ":2222" in body(replayed) and ":4433" not in body(replayed))
    replayed.send(b"\x1b")
    replayed.until(lambda: ":2222" in body(replayed) and ":4433" in body(replayed))


def test_details(replayed: Session) -> None:
    """Enter opens Details of the row, with what the protocol said; Esc goes back."""
    replayed.send(b"/app:ssh\r")
    replayed.until(lambda: ":2222" in body(replayed) and ":4433" not in body(replayed))
    replayed.send(b"\r")
    replayed.until(replayed.shows("OpenSSH"))
    replayed.until(replayed.shows("Connection"))
    replayed.send(b"\x1b")
    replayed.until(replayed.shows("STATE"))


def test_help(replayed: Session) -> None:
    """``?`` shows the keys, the same key or Esc hides them."""
    before = body(replayed)
    replayed.send(b"?")
    replayed.until(lambda: "quit" in body(replayed) and body(replayed) != before)
    replayed.send(b"\x1b")
    replayed.until(replayed.shows("STATE"))


def test_quit_takes_two_keys(replayed: Session) -> None:
    """One ``q`` asks, the second quits; the terminal is as it was."""
    replayed.send(b"q")
    replayed.until(replayed.shows("again"))
    assert replayed.process.poll() is None
    replayed.send(b"q")
    replayed.until(replayed.ended)
    assert replayed.process.returncode == 0
    assert replayed.restored()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_restore_the_terminal(replayed: Session, number: signal.Signals) -> None:
    """Whatever signal asks it to end, the terminal is as it was and nothing is said."""
    os.kill(replayed.process.pid, number)
    replayed.until(replayed.ended)
    assert replayed.process.returncode == 0
    assert replayed.restored()
    assert b"Traceback" not in replayed.raw


def test_ctrl_c(replayed: Session) -> None:
    """Ctrl-C ends the program, once is enough."""
    replayed.send(b"\x03")
    replayed.until(replayed.ended)
    assert replayed.restored()
    assert b"Traceback" not in replayed.raw


def test_a_crash_restores_the_terminal(start: Start) -> None:
    """An exception nobody expected: the terminal is as it was, the traceback below it, exit status 1."""
    crash = (
        "import netmon.tasks.replay as replay, netmon.cli as cli, sys, trio\n"
        "async def advance(self, limit):\n"
        "    await trio.sleep(0.7)\n"
        "    raise RuntimeError('planted crash')\n"
        "replay.Replay.advance = advance\n"
        "sys.exit(cli.main(sys.argv[1:]))"
    )
    session = start(sys.executable, "-c", crash, "-r", str(FIXTURES / "ssh.pcap"))
    session.until(lambda: "netmon" in body(session))
    session.until(session.ended)
    assert session.process.returncode == 1
    assert b"planted crash" in session.raw.split(b"\x1b[?1049l")[-1]
    assert session.modes_restored()


def test_suspend_and_continue(start: Start) -> None:
    """Ctrl-Z gives the terminal to the shell, ``fg`` brings the screen back, and it still quits cleanly."""
    program = " ".join(NETMON)
    shell = f"{program} -r {FIXTURES}/ssh.pcap --show-localhost; echo BACK-IN-THE-SHELL; fg >/dev/null; exit 0"
    session = start("bash", "-mc", shell)
    session.until(session.shows("SSH"))
    session.send(b"\x1a")
    session.until(lambda: b"BACK-IN-THE-SHELL" in session.raw)
    stopped = session.raw.rindex(b"BACK-IN-THE-SHELL")
    assert b"\x1b[?1049l" in session.raw[:stopped][-400:]
    session.until(lambda: b"SSH" in session.raw[stopped:])
    session.send(b"qq")
    session.until(session.ended)
    assert session.modes_restored()


def test_resize_storm(replayed: Session) -> None:
    """Sizes from 20x5 to 300x80 in quick succession: no crash, and the last one is drawn to its corner."""
    for size in ((80, 24), (300, 80), (20, 5), (81, 25), (1, 1), (200, 50), (40, 10), (300, 80), (20, 5), (100, 30)) * 3:
        replayed.resize(size)
        replayed.pump(0.02)
    replayed.until(lambda: "help" in replayed.screen.display[29] and "SSH" in body(replayed))
    assert replayed.process.poll() is None
    replayed.send(b"qq")
    replayed.until(replayed.ended)
    assert replayed.restored()


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (300, 80)])
def test_sizes(start: Start, tmp_path: Path, size: tuple[int, int]) -> None:
    """From the smallest usual terminal to the largest, rows and key bar are there."""
    session = start(*NETMON, "-r", str(everything(tmp_path)), "--show-localhost", size=size)
    session.until(lambda: "SSH" in body(session) and "help" in session.screen.display[size[1] - 1])


def test_nothing_is_printed_without_a_terminal(tmp_path: Path) -> None:
    """With standard output in a pipe there is no screen: text, not escape sequences."""
    from netmon_run import text_of

    text = text_of("-r", str(everything(tmp_path)))
    assert "\x1b" not in text and "# 8 connections" in text


@pytest.mark.root
def test_live(network: Lab, start: Start) -> None:
    """Live: connections appear as they open, with the program that holds the socket, and the terminal comes back."""
    session = start(*network.client.command(*NETMON, "-i", "veth0", "--no-resolve-dns"))
    session.until(session.shows("veth0"))
    client = network.client.start("ssh-keyscan", "-t", "ed25519", "-p", "2222", "-T", "5", SERVER4)
    holder = network.client.start(
        sys.executable, "-c",
        f"import socket, time; s = socket.create_connection(('{SERVER4}', 8080)); "
        f"s.sendall(b'GET / HTTP/1.1\\r\\nHost: {NAME}\\r\\n\\r\\n'); time.sleep(20)",
    )  # fmt: skip
    session.until(lambda: "HTTP" in body(session) and ":8080" in body(session), 15)
    session.until(session.shows("python"), 15)
    client.wait(10)
    time.sleep(0.1)  # noqa: TID251  # a second frame
    session.send(b"qq")
    session.until(session.ended)
    holder.kill()
    holder.wait()
    assert session.process.returncode == 0
    assert session.restored()


@pytest.mark.parametrize("controlling", [True, False])
def test_a_terminal_that_goes_away(start: Start, tmp_path: Path, controlling: bool) -> None:
    """It ends, also where no signal tells it that nobody is looking any more."""
    session = start(*NETMON, "-r", str(everything(tmp_path)), controlling=controlling)
    session.until(session.shows("SSH"))
    session.hang_up()
    assert session.process.wait(20) == 0


def test_a_capture_on_standard_input(start: Start, tmp_path: Path) -> None:
    """It is shown as it comes, keys come from the terminal, and there is no way back in it."""
    path, rest = everything(tmp_path), tmp_path / "rest"
    first = (FIXTURES / "http.pcap").stat().st_size
    sender = f"head -c {first} {path}; until [ -e {rest} ]; do sleep 0.1; done; tail -c +{first + 1} {path}"
    session = start("sh", "-c", f"({sender}) | {' '.join(NETMON)} -r - --show-localhost", size=(160, 40))
    session.until(session.shows("HTTP"))
    assert "QUIC" not in body(session)
    rest.touch()
    session.until(session.shows("QUIC"))
    session.until(session.shows("a pipe is read once"))
    session.send(b"<<")
    session.send(b"?")
    session.until(session.shows("quit"))
    session.send(b"\x1b")
    session.until(session.shows("QUIC"))
    session.send(b"qq")
    session.until(session.ended)
    assert session.process.returncode == 0
    assert session.restored()
