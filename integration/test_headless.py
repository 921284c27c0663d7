"""Runs without a screen, as scripts and pipelines use them: a process of its own, its output, its exit status."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import pty
import select
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from lab import NAME, ONCE, ROOT, SERVER4, Lab, wait_until
from netmon_run import PYTHON, Live, handles, parse

FIXTURES = ROOT / "tests" / "fixtures"
HTTP = str(FIXTURES / "http.pcap")


def netmon(*arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    """Run to the end."""
    command = [PYTHON, "-P", "-m", "netmon", *arguments]
    return subprocess.run(command, capture_output=True, timeout=60, check=False, **options)  # type: ignore[call-overload,no-any-return]


def many(path: Path, megabytes: int) -> Path:
    """A capture of that size: the frames of a fixture over and over."""
    whole = Path(HTTP).read_bytes()
    path.write_bytes(whole[:24] + whole[24:] * (megabytes * 1_000_000 // len(whole)))
    return path


def zstandard(data: bytes) -> bytes:
    return pytest.importorskip("zstandard").compress(data)  # type: ignore[no-any-return]


def lz4(data: bytes) -> bytes:
    return pytest.importorskip("lz4.frame").compress(data)  # type: ignore[no-any-return]


@pytest.mark.parametrize("compress", [bytes, gzip.compress, bz2.compress, lzma.compress, zstandard, lz4])
def test_standard_input(compress: Callable[[bytes], bytes]) -> None:
    """``-r -`` reads a capture from a pipe, compressed or not, and tells what reading the file tells."""
    plain = parse(netmon("-r", HTTP, "--json").stdout.decode(), 0)
    done = netmon("-r", "-", "--json", input=compress(Path(HTTP).read_bytes()))
    result = parse(done.stdout.decode(), done.returncode, done.stderr.decode())
    assert (result.status, result.errors) == (0, "")
    assert result.connections == plain.connections
    assert result.summary["source"] == "-"


@pytest.mark.parametrize("output", ["--json", "--csv", "--text"])
def test_broken_pipe_is_quiet(tmp_path: Path, output: str) -> None:
    """``netmon | head -1`` ends without a word and without an error."""
    path = many(tmp_path / "many.pcap", 5)
    process = subprocess.Popen(
        [PYTHON, "-P", "-m", "netmon", "-r", str(path), output], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout and process.stderr
    assert process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(20) == 0
    process.stderr.close()


def test_interrupted_file_flushes_and_summarises() -> None:
    """SIGINT while a file is read: what was read is written, with a summary that says so; exit status 130."""
    process = subprocess.Popen(
        [PYTHON, "-P", "-m", "netmon", "-r", "-", "--json"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin
    process.stdin.write(Path(HTTP).read_bytes())
    process.stdin.flush()
    wait_until(lambda: handles(process.pid, signal.SIGTERM), "netmon's signal handler")
    time.sleep(0.5)  # noqa: TID251  # a pipe that stalls is read after 200 ms
    process.send_signal(signal.SIGINT)
    # Standard input stays open: netmon must not wait for its end.
    assert process.wait(10) == 130
    assert process.stdout and process.stderr
    result = parse(process.stdout.read().decode(), 130)
    assert result.summary["interrupted"] is True
    assert result.summary["packets"] == 12
    assert len(result.connections) == 1
    assert process.stderr.read() == b""
    for pipe in (process.stdin, process.stdout, process.stderr):
        pipe.close()


def test_progress_bar(tmp_path: Path) -> None:
    """A file that takes a while shows a bar on a terminal, and wipes it; standard output holds only records."""
    path = many(tmp_path / "many.pcap", 60)
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [PYTHON, "-P", "-m", "netmon", "-r", str(path), "--json", "--meter", "reference", "--duration", "4"],
        stdout=subprocess.PIPE, stderr=slave,
    )  # fmt: skip
    os.close(slave)
    shown = b""
    assert process.stdout
    while process.poll() is None or select.select([master], [], [], 0)[0]:
        if select.select([master], [], [], 0.1)[0]:
            try:
                shown += os.read(master, 4096)
            except OSError:
                break
    output = process.stdout.read()
    process.stdout.close()
    process.wait(10)
    os.close(master)
    assert b"many.pcap [" in shown and b"%" in shown
    assert shown.endswith(b"\r\x1b[K")
    assert all(json.loads(line) for line in output.splitlines())


def test_no_bar_without_a_terminal(tmp_path: Path) -> None:
    """Standard error stays empty in a pipeline."""
    done = netmon("-r", str(many(tmp_path / "many.pcap", 20)), "--json", "--meter", "reference", "--duration", "2.5")
    assert done.stderr == b""


@pytest.mark.root
def test_once(network: Lab) -> None:
    """``--once`` looks for two seconds, writes every connection once, and ends by itself."""
    live = Live(network.client, "-i", "veth0", "--no-resolve-dns", "--once")
    network.curl(f"http://{NAME}:8080/index.html")
    result = live.wait()
    assert (result.status, result.errors) == (0, "")
    assert [one["fields"]["http_path"] for one in result.find(application="HTTP")] == [["/index.html"]]
    assert set(result.events.values()) <= {"closed", "active"}


@pytest.mark.root
def test_duration_and_assertions(network: Lab) -> None:
    """A run of a given time in CI: the assertion holds, the denial fails, exit status 1 says so."""
    asserted = ("--assert", "app:dns", "--assert-none", "dport:53")
    live = Live(network.client, "-i", "veth0", "--no-resolve-dns", "--duration", "1.5", *asserted)
    network.client.run("dig", f"@{SERVER4}", *ONCE, NAME, "A")
    result = live.wait()
    assert result.status == 1
    assert result.errors.count("\n") == 1
    assert "--assert-none 'dport:53': matched by udp" in result.errors


@pytest.mark.root
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_summarise(network: Lab, number: signal.Signals) -> None:
    """Whatever asks a live run to end, the summary is its last line and the exit status is 0."""
    live = Live(network.client, "-i", "veth0", "--no-resolve-dns")
    network.client.run("ping", "-c", "1", SERVER4)
    time.sleep(0.3)  # noqa: TID251  # the packet passes the capture buffer
    result = live.stop(number)
    assert (result.status, result.errors) == (0, "")
    assert result.summary["packets"] >= 2
    assert result.find(protocol="icmp")


@pytest.mark.root
@pytest.mark.parametrize("meter", ["native", "auto"])
def test_the_last_packets_count(network: Lab, meter: str) -> None:
    """What the kernel still holds in a half-full block when the run ends is counted, and read."""
    live = Live(network.client, "-i", "veth0", "--meter", meter, "--no-resolve-dns")
    network.client.run("ping", "-c", "3", "-i", "0.02", SERVER4)
    (ping,) = live.stop().find(protocol="icmp")
    assert (ping["packets_out"], ping["packets_in"], ping["response_ms"][0]["count"]) == (3, 3, 3)
