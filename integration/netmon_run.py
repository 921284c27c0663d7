"""Running netmon as its users do: a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lab import PATIENCE, ROOT, Host, end, wait_until

PYTHON = sys.executable
Record = dict[str, Any]


@dataclass
class Result:
    """What a headless run wrote."""

    status: int
    connections: dict[str, Record] = field(default_factory=dict)
    """Last record of each id, in order of first appearance."""
    events: dict[str, str] = field(default_factory=dict)
    """Last event of each id."""
    summary: Record = field(default_factory=dict)
    errors: str = ""

    def by_tuple(self) -> dict[tuple[str, frozenset[tuple[str, int]]], list[Record]]:
        """Records by protocol and both ends, whichever way round."""
        table: dict[tuple[str, frozenset[tuple[str, int]]], list[Record]] = {}
        for record in self.connections.values():
            ends = frozenset(((record["src_ip"], record.get("src_port", 0)), (record["dst_ip"], record.get("dst_port", 0))))
            table.setdefault((record["protocol"], ends), []).append(record)
        return table

    def find(self, **wanted: object) -> list[Record]:
        """Records with these values."""
        return [one for one in self.connections.values() if all(one.get(key) == value for key, value in wanted.items())]


def parse(output: str, status: int, errors: str = "") -> Result:
    """JSON lines to a result."""
    result = Result(status, errors=errors)
    for line in output.splitlines():
        record = json.loads(line)
        if record["type"] == "connection":
            result.connections[record["id"]] = record
            result.events[record["id"]] = record["event"]
        elif record["type"] == "summary":
            result.summary = record
    return result


def replay(path: str, *options: str, timeout: float = 60.0) -> Result:
    """netmon over a capture file."""
    command = [PYTHON, "-P", "-m", "netmon", "-r", path, "--json", "--no-resolve-dns", "--show-localhost", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, cwd=ROOT, check=False)
    return parse(done.stdout, done.returncode, done.stderr)


def text_of(*arguments: str) -> str:
    """Standard output of a run."""
    command = [PYTHON, "-P", "-m", "netmon", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=ROOT, check=True).stdout


def handles(pid: int, number: int) -> bool:
    """Whether a process has set a handler for a signal (Linux)."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)


class Live:
    """netmon capturing live inside a host."""

    def __init__(self, host: Host, *options: str) -> None:
        before = host.packet_sockets()
        self._process = host.start(
            PYTHON,
            "-P",
            "-m",
            "netmon",
            "--json",
            *options,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )
        wait_until(lambda: self._process.poll() is not None or host.packet_sockets() > before, "netmon's capture")
        wait_until(lambda: self._process.poll() is not None or handles(self._process.pid, signal.SIGTERM), "its event loop")

    def stop(self, number: int = signal.SIGINT) -> Result:
        """Interrupt it as a person would, and read what it wrote."""
        self._process.send_signal(number)
        return self.wait()

    def wait(self) -> Result:
        """Let it end by itself, and read what it wrote."""
        output, errors = self._process.communicate(timeout=30 * PATIENCE)
        return parse(output, end(self._process), errors)
