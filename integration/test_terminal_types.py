"""The program on terminals of every usual type, on light ones, on one that does not read, and with hostile names."""

from __future__ import annotations

import re
import socket
import struct
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from crowd import crowd
from lab import Lab
from pseudo_terminal import Session

from netmon.views.theme import THEMES, Role

NETMON = (sys.executable, "-P", "-m", "netmon")
SIZE = (120, 34)
Start = Callable[..., Session]


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return crowd(tmp_path_factory.mktemp("crowd") / "crowd.pcap")


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts programs on terminals of their own and ends them."""
    sessions: list[Session] = []

    def run(*arguments: str, **environment: str) -> Session:
        sessions.append(Session(SIZE, [*NETMON, *arguments], **environment))
        return sessions[-1]

    yield run
    for session in sessions:
        session.close()


def selected(session: Session) -> str:
    """The row under the cursor, without its mark."""
    return next((line[1:60] for line in session.screen.display if line[0] in "▌>"), "")


@pytest.mark.parametrize(
    "term",
    [
        "xterm",
        "xterm-256color",
        "tmux-256color",
        "screen",
        "linux",
        "xterm-kitty",
        "alacritty",
        "foot",
        "a-type-of-the-future",
    ],
)
def test_fit_types(start: Start, capture: Path, term: str) -> None:
    """Rows, arrow keys as the type has them and as others send them, an end that gives the terminal back."""
    session = start("-r", str(capture), TERM=term)
    session.until(lambda: "198.51.100.6" in selected(session) and "help" in session.screen.display[-1])
    for key, wanted in ((b"\x1b[B", "198.51.100.5"), (b"\x1bOB", "198.51.100.4"), (b"\x1b[1;5A", "198.51.100.5")):
        session.send(key)
        session.until(lambda wanted=wanted: wanted in selected(session))  # type: ignore[misc]
    session.send(b"qq")
    session.until(session.ended)
    assert session.process.returncode == 0 and session.modes_restored()
    assert b"\x1b[?2004l" in session.raw[-400:]


@pytest.mark.parametrize("term", ["dumb", "vt100", ""])
def test_unfit_types(start: Start, capture: Path, term: str) -> None:
    """One line that says what to do, exit status 1, and the terminal untouched."""
    session = start("-r", str(capture), TERM=term)
    session.until(session.ended)
    assert session.process.returncode == 1
    text = re.sub(rb"\x1b\[[0-9;?]*[a-zA-Z]|\x1b\].*?\x1b\\", b"", session.raw).strip()
    assert text.startswith(b"netmon: TERM=") and text.endswith(b"or use --text") and b"\n" not in text


def test_unfit_type_headless(capture: Path) -> None:
    """Without a screen the type does not matter."""
    from netmon_run import text_of

    assert "61 connections" in text_of("-r", str(capture), "--text")


@pytest.mark.parametrize(("answer", "theme"), [(b"ffff/ffff/ffff", "muted-light"), (b"0000/0000/0000", "muted")])
def test_background(start: Start, capture: Path, answer: bytes, theme: str) -> None:
    """A terminal that says its background is light gets the light theme."""
    session = start("-r", str(capture))
    session.until(lambda: b"\x1b]11;?" in session.raw)
    session.send(b"\x1b]11;rgb:" + answer + b"\x1b\\\x1b[?62c")
    session.until(lambda: "198.51.100.6" in selected(session))
    assert f"38;5;{THEMES[theme].colours[Role.ACCENT]}m".encode() in session.raw


def test_late_answers_press_no_keys(start: Start, capture: Path) -> None:
    """Over a slow line the answer comes when keys are expected: nothing in it is one."""
    session = start("-r", str(capture))
    session.until(lambda: "198.51.100.6" in selected(session) and "help" in session.screen.display[-1])
    session.until(session.shows(":40040"))
    session.pump(0.2)
    before = list(session.screen.display)
    session.send(b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62;22c\x1b]11;rgb:1111/2222/3333\x07")
    session.pump(0.3)
    assert session.screen.display == before
    session.send(b"j")
    session.until(lambda: "198.51.100.5" in selected(session))


@pytest.mark.parametrize(("arguments", "environment"), [(("--no-color",), {}), ((), {"NO_COLOR": "1"})])
def test_no_colours(start: Start, capture: Path, arguments: tuple[str, ...], environment: dict[str, str]) -> None:
    """None are sent; the selection is still seen."""
    session = start("-r", str(capture), *arguments, **environment)
    session.until(lambda: "198.51.100.6" in selected(session))
    drawn = session.raw.split(b"\x1b[?2004h")[1]  # before it curses sets up and clears; our first frame clears again
    renditions = {code for found in re.findall(rb"\x1b\[([0-9;]*)m", drawn) for code in found.split(b";")}
    assert renditions and renditions <= {b"", b"0", b"1", b"2", b"4", b"7"}


def test_ascii(start: Start, capture: Path) -> None:
    """With --ascii nothing beyond ASCII is sent, whatever is pressed."""
    session = start("-r", str(capture), "--ascii")
    session.until(lambda: "198.51.100.6" in selected(session))
    for key in (b"2", b"3", b"4", b"5", b"?", b"\x1b", b"1", b"C"):
        session.send(key)
        session.pump(0.1)
    assert session.raw.isascii()


@pytest.mark.parametrize(
    ("environment", "why"),
    [
        ({"TERM": "linux"}, "Linux console"),
        ({"LC_ALL": "C"}, "the locale is C"),
        ({"LC_ALL": "", "LANG": "C"}, "the locale is C"),
        ({"LC_ALL": "", "LANG": "POSIX"}, "the locale is POSIX"),
    ],
)
def test_terminals_that_have_only_ascii(start: Start, capture: Path, environment: dict[str, str], why: str) -> None:
    """They get nothing else, and are told why."""
    session = start("-r", str(capture), **environment)
    session.until(lambda: "198.51.100.6" in selected(session) and why in session.screen.display[-1])
    for key in (b"4", b"2", b"1"):
        session.send(key)
        session.pump(0.1)
    assert session.raw.isascii()


EVIL = "\x1b[2J\x1b]0;title\x07\x1b[?1049l\x00\u202egpj.exe\u200b\u0085".encode() + b"\x9b31m"


def hostile(path: Path) -> Path:
    """An SSH banner and an HTTP client that are nobody's friends: controls, direction overrides, invisible characters."""
    request = b"GET / HTTP/1.1\r\nHost: evil.example\r\nUser-Agent: evil" + EVIL + b"\r\n\r\n"
    ends = socket.inet_aton("192.0.2.1") + socket.inet_aton("198.51.100.9")
    records = b""
    for port, payload in ((80, request), (22, b"SSH-2.0-evil" + EVIL + b"\r\n")):
        for number, (flags, data) in enumerate(((2, b""), (16, payload))):
            tcp = struct.pack("!HHIIBBHHH", 50_000, port, 1 + bool(number), 1, 0x50, flags, 65_535, 0, 0) + data
            packet = bytes(12) + b"\x08\0" + struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + ends + tcp
            records += struct.pack("<IIII", 1_700_000_000, number, len(packet), len(packet)) + packet
    path.write_bytes(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1) + records)
    return path


def test_hostile_names(start: Start, tmp_path: Path) -> None:
    """On every view nothing of them reaches the terminal as a control; the window's title and the screen are ours."""
    session = start("-r", str(hostile(tmp_path / "evil.pcap")))
    session.until(lambda: session.shows("SSH")() and session.shows("evil.ex")())
    for keys in (b"2", b"\x1b[C", b"3", b"4", b"5", b"1"):
        session.send(keys)
        session.pump(0.15)
    session.send(b"/gpj\r")
    session.until(lambda: "2 of 2" in session.screen.display[-1])  # what they said is there, as text
    assert session.screen.title != "title"
    frames = session.raw.split(b"\x1b[?2004h")[1]
    for forbidden in (b"\x1b]0;", b"\x9b31m", b"\x1b[?1049l", b"\x07", b"\x00", *map(str.encode, "\u202e\u200b\u0085")):
        assert forbidden not in frames, forbidden
    assert session.screen.display[0].startswith(" netmon")


@pytest.mark.root
def test_a_terminal_that_does_not_read(network: Lab) -> None:
    """The capture goes on while nobody takes the frames; afterwards everything is there and nothing was dropped."""
    command = network.client.command(*NETMON, "-i", "veth0", "--no-resolve-dns", "--refresh-interval", "50")
    session = Session((120, 40), command)
    try:
        session.until(session.shows("veth0"))
        before = len(session.raw)
        for _ in range(20):
            network.curl("-o", "/dev/null", "http://server.example:8080/index.html")
        network.client.run("sleep", "1")
        assert len(session.raw) == before
        opened = re.compile(r"opened +(\d+)")

        def all_there() -> bool:
            found = opened.search("\n".join(session.screen.display))
            return found is not None and int(found[1]) >= 20

        session.until(all_there)
        assert any(re.search(r"dropped +0\b", line) for line in session.screen.display)
        session.send(b"qq")
        session.until(session.ended)
        assert session.restored()
    finally:
        session.close()
