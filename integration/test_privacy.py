"""Privacy mode for real: whatever a plain run tells about who is who, a private one does not, on any view or output."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from crowd import crowd
from lab import ROOT
from pseudo_terminal import Session

from netmon.views.columns import CATALOGUE
from netmon.views.grouping import GROUPINGS

NETMON = (sys.executable, "-P", "-m", "netmon")
FIXTURES = ROOT / "tests" / "fixtures"
NAMES = re.compile(
    rb"\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9a-f]{2}:){5}[0-9a-f]{2}|[0-9a-f]{1,4}:[0-9a-f:]*::?[0-9a-f]{1,4}|[\w.-]+\.example\b"
)
"""What names somebody: addresses of all kinds, and the made-up hosts of the captures."""
KEY = "5" * 64
"""A stand-in keeps its scope, and documentation networks have few addresses: with another key one may by chance be another's
real address, which would be no leak but look like one."""
KEPT = re.compile(rb"127\.0\.0\.1|0\.0\.0\.0|00:00:00:00:00:00|ff(?::ff){5}|\d+\.\d+\.\d+\.\d+ipv4|1\.3\.6\.1")


@pytest.fixture(scope="module")
def captures(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The crowd, and the recorded conversations, under a name that must not be told either."""
    folder = tmp_path_factory.mktemp("planted-folder")
    everything = folder / "planted.pcap"
    parts = [
        (FIXTURES / f"{name}.pcap").read_bytes() for name in ("http", "tls12", "tls13", "ssh", "quic", "ping", "refused")
    ]
    everything.write_bytes(
        parts[0][:24] + b"".join(part[24:] for part in parts) + crowd(folder / "crowd.pcap").read_bytes()[24:]
    )
    (folder / "key").write_text(KEY)
    return [everything, FIXTURES / "dns.pcapng", FIXTURES / "vlan.pcap"]


def private(captures: list[Path]) -> list[str]:
    """The options of a private run."""
    return ["--privacy", "--privacy-key", str(captures[0].parent / "key")]


def run(path: Path, *options: str) -> bytes:
    """Standard output and standard error of a run."""
    command = [*NETMON, "-r", str(path), "--show-localhost", "--log-level", "debug", *options]
    done = subprocess.run(command, capture_output=True, timeout=60, cwd=ROOT, check=True)
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def told(captures: list[Path]) -> set[bytes]:
    """Everything a plain run tells about who is who."""
    found = {name for path in captures for name in NAMES.findall(run(path, "--json"))}
    found = {name for name in found if not KEPT.fullmatch(name)}
    assert {b"192.0.2.1", b"2001:db8::1", b"198.51.100.6", b"server.example", b"one.crowd.example"} <= found
    assert any(name.count(b":") == 5 for name in found)
    return found | {b"planted", socket.gethostname().encode()}


def leaks(output: bytes, told: set[bytes]) -> list[bytes]:
    """What of it stands in an output, as a word."""
    return sorted(name for name in told if re.search(rb"(?<![\w.:-])" + re.escape(name) + rb"(?![\w:-]|\.\w)", output))


@pytest.mark.parametrize("output", ["--json", "--csv", "--text"])
def test_outputs(captures: list[Path], told: set[bytes], output: str) -> None:
    """Records, summary, and netmon's own log, secrets asked for as well."""
    for path in captures:
        text = run(path, output, *private(captures), "--show-secrets")
        assert len(text) > 300
        assert leaks(text, told) == []


def test_the_log_beside_the_screen(captures: list[Path], told: set[bytes], tmp_path: Path) -> None:
    """--json-log and --log-file of a private run."""
    log, own = tmp_path / "log", tmp_path / "own"
    run(captures[0], "--text", *private(captures), "--json-log", str(log), "--log-file", str(own))
    assert log.stat().st_size > 1000
    assert leaks(log.read_bytes() + own.read_bytes(), told) == []


def test_the_key_makes_stand_ins_stable(captures: list[Path], tmp_path: Path) -> None:
    """The same in every run with the same key, which is made once and is private; others without one."""
    key = tmp_path / "key"
    first, second = (run(captures[0], "--json", "--privacy-key", str(key), "--privacy") for _ in range(2))
    assert first == second
    assert key.stat().st_mode & 0o777 == 0o600
    assert first != run(captures[0], "--json", "--privacy")
    ends = {json.loads(line).get("dst_ip") for line in first.splitlines() if line.startswith(b'{"type":"connection"')}
    assert len(ends) >= 9  # still told apart


@pytest.fixture
def screen(captures: list[Path], tmp_path: Path) -> Iterator[Session]:
    """A private run on a large screen with every column there is."""
    configuration = tmp_path / "config.toml"
    configuration.write_text(f"columns = {json.dumps([column.key for column in CATALOGUE])}\n")
    words = ["--config", str(configuration), "-r", str(captures[0]), "--show-localhost", *private(captures)]
    session = Session((400, 100), [*NETMON, *words])
    session.until(session.shows("end of the file"))
    yield session
    session.close()


def test_every_view(screen: Session, told: set[bytes]) -> None:
    """Every view, grouping, column, and Details of every kind of connection: all that was ever sent is clean."""
    screen.until(screen.shows("SSH"))
    keys = [
        b"d",
        b"d",
        b"p",
        b"i",
        b"t",
        b"t",
        *[b"a"] * len(GROUPINGS),
        b"r",
        b"C",
        b"\x1b",
        b"3",
        b"i",
        b"4",
        b"5",
        b"?",
        b"\x1b",
    ]
    for key in keys:
        screen.send(key)
        screen.pump(0.06)
    screen.send(b"1rg")
    for word in (b"ssh", b"quic", b"http", b"tls", b"icmp", b"dns", b"tcp"):
        screen.send(b"/app:" + word + b"\r2")
        screen.until(screen.shows("Connection"))
        screen.pump(0.1)
        screen.send(b"c1")
        screen.pump(0.06)
    screen.send(b"/stand\t\t")
    screen.pump(0.1)
    text = re.sub(rb"\x1b\[\d+;\d+H", b"\n", screen.raw)
    text = re.sub(rb"\x1b\[[0-9;?]*[a-zA-Z]", b"", text)
    assert len(text) > 20_000
    assert leaks(text, told) == []
