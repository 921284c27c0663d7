"""Protocol plug-ins as their users have them: a package, installed with pip, found by a netmon of its own process."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conversations import CLIENT, SERVER, Conversations
from lab import ROOT
from netmon_run import Result, parse

EXAMPLE = Path(__file__).with_name("plugin_example")
BREW = b"BREW coffee://guest:secret-bean@pot-1/brew?sugar=2 HTCPCP/1.0\r\nAccept-Additions: cream;milk\r\n\r\n"
TEAPOT = b"HTCPCP/1.0 418 I'm a teapot\r\n\r\n"
MISBEHAVING = """
import sys

from netmon.protocols.plugin import Claim, Finding, Confidence, Field, Status, Update


class Bad:
    transports = frozenset(("tcp", "udp"))
    ports = frozenset((9999,))

    def __init__(self, label, word):
        self.label, self.word = label, word

    def claims(self, context, client, server):
        if self.word == b"claim":
            raise ValueError(client)
        return Claim.YES if client.startswith(self.word) else Claim.NO

    def start(self, context):
        return Inspector(self.label)


class Inspector:
    def __init__(self, label):
        self.label = label

    def feed(self, side, data, timestamp_ns):
        if data.startswith(b"raise"):
            raise RuntimeError(data)
        if data.startswith(b"exit"):
            sys.exit(3)
        if data.startswith(b"loop"):
            while True:
                pass
        if data.startswith(b"print"):
            print("printed-word")
        return "DONE" if data.startswith(b"type") else Status.ALWAYS

    def gap(self, side, length):
        return Status.MORE

    def update(self):
        values = tuple(range(1000)) if self.label == "Endless" else ([],)
        field = Field("x", "X", values)
        return Update(Finding(self.label, Confidence.CONTENT, fields=(field,)))


PROTOCOLS = (
    Bad("Claims", b"claim"), Bad("Raises", b"raise"), Bad("Exits", b"exit"), Bad("Types", b"type"),
    Bad("Unhashable", b"list"), Bad("Endless", b"endless"), Bad("Prints", b"print"), Bad("Loops", b"loop"),
)
"""

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("setuptools.command.bdist_wheel") is None,
    reason="setuptools here is too old to build a wheel without help",
)


def install(package: Path, target: Path) -> None:
    """pip, without a network."""
    options = ("--quiet", "--disable-pip-version-check", "--no-index", "--no-build-isolation", "--no-deps")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, "--target", str(target), str(package)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def netmon(target: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A run that sees what is installed in ``target``."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(target), str(ROOT)))}
    command = [sys.executable, "-P", "-m", "netmon", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)


def played(target: Path, made: Conversations) -> Result:
    """The conversations through netmon."""
    path = made.write(target.parent / "made.pcap")
    done = netmon(target, "-r", str(path), "--json")
    return parse(done.stdout, done.returncode, done.stderr)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the example is installed."""
    folder = tmp_path_factory.mktemp("plugin")
    shutil.copytree(EXAMPLE, folder / "source", ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
    install(folder / "source", folder / "site")
    return folder / "site"


@pytest.mark.parametrize("segment", [1400, 1])
def test_recognised(example: Path, segment: int) -> None:
    """On a port nobody knows, in whole segments and in single bytes; nobody else's conversations change."""
    made = Conversations()
    port = made.tcp(8418 if segment > 1 else 50_123, [(CLIENT, BREW), (SERVER, TEAPOT)], segment)
    made.tcp(8080, [(CLIENT, b"GET /pot HTTP/1.1\r\nHost: example.org\r\n\r\n"), (SERVER, b"HTTP/1.1 204 No\r\n\r\n")])
    result = played(example, made)
    assert (result.status, result.errors) == (0, "")
    (coffee,) = result.find(src_port=port)
    assert coffee["application"] == "HTCPCP"
    assert coffee["confidence"] == "content"
    assert coffee["fields"] == {"htcpcp_method": ["BREW"], "htcpcp_pot": ["pot-1"], "htcpcp_status": [418]}
    assert coffee["response_ms"][0]["what"] == "htcpcp"
    assert "secret-bean" not in str(result.connections)
    assert [one["fields"]["http_path"] for one in result.find(application="HTTP")] == [["/pot"]]
    assert "notes" not in result.summary


def test_filtered_by_its_fields(example: Path) -> None:
    """A plug-in's label and fields are as good as anybody's in filters."""
    made = Conversations()
    made.tcp(50_123, [(CLIENT, BREW), (SERVER, TEAPOT)])
    path = made.write(example.parent / "filtered.pcap")
    done = netmon(example, "-r", str(path), "--json", "--assert", "app:htcpcp", "--assert-none", "app:http")
    assert done.returncode == 0, done.stderr


def test_doctor_lists_it(example: Path) -> None:
    """With the distribution it is from."""
    assert "HTCPCP (netmon-htcpcp 1.0)" in netmon(example, "doctor").stdout


@pytest.fixture(scope="module")
def misbehaving(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Plug-ins that raise, end the program, answer with wrong types and without end, or cannot even be loaded."""
    folder = tmp_path_factory.mktemp("misbehaving")
    source = folder / "source"
    source.mkdir()
    (source / "bad_one.py").write_text(MISBEHAVING)
    (source / "bad_import.py").write_text("import sys\nsys.exit(5)\n")
    (source / "bad_kind.py").write_text("PROTOCOL = 42\n")
    (source / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
        '[project]\nname = "bad-plugins"\nversion = "0.1"\n[tool.setuptools]\npy-modules = '
        '["bad_one", "bad_import", "bad_kind"]\n[project.entry-points."netmon.protocols"]\n'
        'one = "bad_one"\nimport = "bad_import"\nkind = "bad_kind"\ngone = "no_such_module"\n'
    )
    install(source, folder / "site")
    return folder / "site"


def test_misbehaving_is_fenced(misbehaving: Path) -> None:
    """The run goes on, other conversations are recognised as ever, each kind of misbehaviour is announced and counted, and
    what the plug-in raised (it may quote a payload) is not repeated."""
    made = Conversations()
    words = (b"raise-planted-word", b"exit", b"type", b"list", b"endless", b"print", b"loop")
    ports = [made.tcp(9999, [(CLIENT, word)]) for word in words for _ in range(2)]
    banner = b"SSH-2.0-OpenSSH_9.6\r\n"
    ssh = made.tcp(2222, [(SERVER, banner), (CLIENT, banner)])
    result = played(misbehaving, made)
    assert result.status == 0
    assert [one["application"] for one in result.find(src_port=ssh)] == ["SSH"]
    for port in ports:
        (one,) = result.find(src_port=port)
        assert one.get("confidence", "port") == "port" and "fields" not in one
    notes = "\n".join(result.summary["notes"])
    assert "plug-in import (bad_import) was not loaded: RuntimeError: SystemExit in a plug-in" in notes
    assert "plug-in kind (bad_kind) was not loaded: TypeError: label is missing" in notes
    assert "plug-in gone (no_such_module) was not loaded: ModuleNotFoundError" in notes
    for label in ("Claims", "Raises", "Exits", "Types", "Unhashable", "Endless", "Prints", "Loops"):
        assert re.search(rf"inspection of {label} failed \d+ times \(see the log\)", notes), label
    assert "inspection of Raises failed 2 times" in notes
    assert "inspection of Loops failed 1 times" in notes
    assert "plug-in protocol Loops was dropped: a call took more than 2 s" in notes
    assert "printed-word" not in result.errors + notes
    assert result.errors.count("protocol Raises failed in feed (RuntimeError at ") == 1
    assert "planted-word" not in result.errors + notes
