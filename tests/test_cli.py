"""Arguments and failures: one clear line on standard error, the right exit status, never a traceback."""

from __future__ import annotations

import ctypes
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from netmon import __version__
from netmon.cli import main

FIXTURES = Path(__file__).resolve().parent / "fixtures"
DNS = str(FIXTURES / "dns.pcapng")
HTTP = str(FIXTURES / "http.pcap")

Captured = pytest.CaptureFixture[str]


def run(*arguments: str) -> int:
    """``netmon`` with these arguments, in this process; the exit status."""
    try:
        return main(arguments)
    except SystemExit as leaving:
        return int(leaving.code or 0)


def one_line(captured: Captured) -> str:
    """Standard error, which must be one line that begins with the program's name; nothing on standard output."""
    output, errors = captured.readouterr()
    assert output == ""
    assert errors.startswith("netmon: ") and errors.endswith("\n") and errors.count("\n") == 1, errors
    return errors[len("netmon: ") : -1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--duration", "0"], "'0' is not a number of seconds above 0"),
        (["--duration", "nan"], "'nan' is not a number of seconds above 0"),
        (["--refresh-interval", "-5"], "'-5' is not a whole number above 0"),
        (["--buffer-size", "4096"], "at most 2047 MB"),
        (["--speed", "fast", "-r", "x"], "'fast' is not a speed"),
        (["--speed", "3"], "--speed goes with -r FILE"),
        (["--json", "--csv"], "not allowed with argument --json"),
        (["--meter", "abacus"], "invalid choice: 'abacus'"),
        (["frobnicate"], "invalid choice: 'frobnicate'"),
        (["--frobnicate"], "unrecognized arguments: --frobnicate"),
        (["-r"], "expected one argument"),
        (["-r", "x", "-i", "eth0"], "-r and -i exclude each other"),
        (["-r", DNS, "--theme", "beige"], "no theme named 'beige'; there are: muted"),
        (["-r", DNS, "--log-file", "/nonexistent/log"], "cannot write the log /nonexistent/log: No such file or directory"),
    ],
)
def test_wrong_usage(arguments: list[str], said: str, capsys: Captured) -> None:
    """A wrong argument is told in one line; exit status 2."""
    assert run(*arguments) == 2
    assert said in one_line(capsys)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-r", "/nonexistent.pcap"], "/nonexistent.pcap: no such file"),
        (["-r", "/"], "/: is a directory, not a capture file"),
        (["-r", __file__], "neither pcap nor pcapng"),
        (["-r", os.devnull], "/dev/null: is empty"),
        (["-r", DNS, "-f", "tcp prot 5"], "capture filter 'tcp prot 5': can't parse filter expression: syntax error"),
        (["-r", DNS, "--json-log", "/nonexistent/log"], "cannot write /nonexistent/log: No such file or directory"),
        (["-i", "nosuch0", "--once"], "nosuch0: no such interface; there are: "),
    ],
)
def test_what_cannot_be_done(arguments: list[str], said: str, capsys: Captured) -> None:
    """A file, a filter or an interface that does not work is told in one line; exit status 1."""
    assert run(*arguments) == 1
    assert said in one_line(capsys)


@pytest.mark.parametrize("option", ["--filter", "--assert", "--assert-none"])
def test_bad_filter_has_a_caret(option: str, capsys: Captured) -> None:
    """A filter that does not parse is shown with a caret under the fault, before anything is opened; exit status 2."""
    assert run("-r", "/nonexistent.pcap", option, "app:dns and (dport:53") == 2
    output, errors = capsys.readouterr()
    first, shown, fault = errors.splitlines()
    assert (output, first, shown) == ("", f"netmon: {option} is not understood", "  app:dns and (dport:53")
    assert fault.lstrip().startswith("^ ")


@pytest.mark.skipif(sys.platform != "linux", reason="drops Linux capabilities")
def test_no_permission() -> None:
    """A user who may not capture is told the exact line to run; exit status 1."""
    libc = ctypes.CDLL(None)

    def may_not_capture() -> None:  # not even as root: CAP_NET_RAW and CAP_NET_ADMIN leave the bounding set
        for capability in (13, 12):
            libc.prctl(24, capability, 0, 0, 0)

    done = subprocess.run(
        [sys.executable, "-P", "-m", "netmon", "-i", "lo", "--once", "--text"],
        capture_output=True, text=True, check=False, preexec_fn=may_not_capture,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("netmon: lo: this user may not capture; run netmon with sudo")
    assert done.stderr.count("\n") == 1


def test_truncated_file(tmp_path: Path, capsys: Captured) -> None:
    """A file whose tail is torn: what was read is written, what was cut off is said, exit status 0."""
    path = tmp_path / "torn.pcap"
    path.write_bytes(Path(HTTP).read_bytes()[:-7])
    assert run("-r", str(path), "--json") == 0
    output, errors = capsys.readouterr()
    summary = json.loads(output.splitlines()[-1])
    assert summary["packets"] == 11
    assert errors.startswith(f"netmon: {path}: ") and errors.count("\n") == 1
    assert summary["truncated"] in errors


def test_damaged_file(tmp_path: Path, capsys: Captured) -> None:
    """A file that is damaged in the middle: what came before is written, with a summary; exit status 1."""
    path = tmp_path / "damaged.pcap"
    path.write_bytes(Path(HTTP).read_bytes() + b"\xff" * 64)
    assert run("-r", str(path), "--json") == 1
    output, errors = capsys.readouterr()
    connection, error, summary = map(json.loads, output.splitlines())
    assert (connection["type"], error["type"], summary["packets"]) == ("connection", "error", 12)
    assert errors == f"netmon: {error['error']}\n"
    assert errors.startswith(f"netmon: {path}: ") and errors.count("\n") == 1


def test_json(capsys: Captured) -> None:
    """Connections, then a summary, one JSON object a line; exit status 0, standard error empty."""
    assert run("-r", DNS, "--json") == 0
    output, errors = capsys.readouterr()
    records = [json.loads(line) for line in output.splitlines()]
    assert [record["type"] for record in records] == ["connection"] * 4 + ["summary"]
    assert errors == ""


def test_compressed(tmp_path: Path, capsys: Captured) -> None:
    """A compressed capture is read as it is."""
    path = tmp_path / "http.pcap.gz"
    path.write_bytes(gzip.compress(Path(HTTP).read_bytes()))
    assert run("-r", str(path), "--text") == 0
    assert "1 connections, 12 packets" in capsys.readouterr().out


def test_filter_narrows(capsys: Captured) -> None:
    """``--filter`` writes only what matches; the packet counts of the summary stay those of the file."""
    assert run("-r", DNS, "--json", "--filter", "proto:tcp") == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [record.get("protocol") for record in records] == ["tcp", None]
    assert (records[-1]["connections"], records[-1]["packets"]) == (1, 16)


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--assert", "app:dns"], 0, ""),
        (["--assert", "app:dns", "--assert", "app:ssh"], 1, "assertion failed: --assert 'app:ssh': no connection matched"),
        (["--assert-none", "dport:23"], 0, ""),
        (
            ["--assert-none", "dport:53"],
            1,
            "assertion failed: --assert-none 'dport:53': matched by udp 192.0.2.1 > 192.0.2.2",
        ),
        (["--filter", "app:ssh", "--assert", "app:dns"], 0, ""),
    ],
)
def test_assertions(arguments: list[str], status: int, said: str, capsys: Captured) -> None:
    """Assertions decide the exit status, look past the output filter, and write nothing else by themselves."""
    assert run("-r", DNS, *arguments) == status
    output, errors = capsys.readouterr()
    assert output == ""
    assert said in errors and errors.count("\n") == (1 if said else 0)


def test_log_is_private(tmp_path: Path, capsys: Captured) -> None:
    """The JSON log can be read by its owner only, is appended to, and is never reached through a symbolic link."""
    log = tmp_path / "log.jsonl"
    assert [run("-r", HTTP, "--text", "--json-log", str(log)) for _ in range(2)] == [0, 0]
    assert log.stat().st_mode & 0o777 == 0o600
    kinds = [json.loads(line)["type"] for line in log.read_text().splitlines()]
    assert kinds == ["connection", "summary"] * 2
    link = tmp_path / "link.jsonl"
    link.symlink_to(log)
    capsys.readouterr()
    assert run("-r", HTTP, "--text", "--json-log", str(link)) == 1
    assert f"cannot write {link}" in one_line(capsys)


def test_version(capsys: Captured) -> None:
    """``--version`` names program and version."""
    assert run("--version") == 0
    assert capsys.readouterr().out == f"netmon {__version__}\n"
