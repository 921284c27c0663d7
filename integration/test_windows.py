"""netmon in Windows' Python, under Wine (``scripts/try-windows``): real sockets, real answers of IP Helper."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TRY = Path(__file__).parent.parent / "scripts" / "try-windows"


def on_windows(*arguments: str) -> str:
    """What Windows' Python prints; a failure fails the test with its message."""
    done = subprocess.run([sys.executable, TRY, *arguments], capture_output=True, text=True, timeout=180, check=False)
    assert not done.returncode, done.stderr
    return done.stdout


pytestmark = pytest.mark.skipif(
    subprocess.run([sys.executable, TRY, "--ready"], check=False).returncode != 0,
    reason="Windows' Python is not prepared: scripts/try-windows -V fetches it",
)
PROGRAM = """
import json, os, socket
from netmon.platforms.select import select_platform
system = select_platform()
listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
server, _ = listener.accept()
client.send(b"x"); server.recv(1)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 0)); udp.sendto(b"x", udp.getsockname()); udp.recv(1)
ports = {"listener": listener.getsockname()[1], "client": client.getsockname()[1], "udp": udp.getsockname()[1]}
table, network, own = system.sockets(), system.network(), system.process(os.getpid())
print(json.dumps({
    "name": system.name, "pid": os.getpid(), "ports": ports,
    "sockets": [
        [s.protocol, s.local.hex(), s.local_port, s.remote.hex(), s.remote_port, s.state, s.pid] for s in table.sockets
    ],
    "named": {pid: process.name for pid, process in table.processes.items()},
    "own": [own.name, own.command_line, own.user, own.started],
    "interfaces": {one.name: [one.index, one.loopback, len(one.prefixes)] for one in network.interfaces},
    "default": network.default_interface, "gateways": [one.hex() for one in network.gateways], "notes": network.notes,
}))
"""


def test_sockets_processes_interfaces_and_routes() -> None:
    """Every socket is there, those that data went through with their process; interfaces have Windows' numbers; a default
    route names its interface or it is said that there is none."""
    told: dict[str, Any] = json.loads(on_windows("-c", PROGRAM))
    here, ports, pid = "7f000001", told["ports"], told["pid"]
    sockets = [tuple(row) for row in told["sockets"]]
    assert told["name"] == "windows"
    assert (6, here, ports["listener"], "", 0, "LISTEN") in [row[:6] for row in sockets]
    assert (6, here, ports["client"], here, ports["listener"], "ESTABLISHED", pid) in sockets
    assert (17, here, ports["udp"], "", 0, "", pid) in sockets
    assert told["named"] == {str(pid): "python.exe"}
    assert told["own"][0] == "python.exe"
    assert told["own"][3] > 1_000_000_000
    assert told["interfaces"]["lo"][1:] == [True, 2]
    assert all(index for index, *_ in told["interfaces"].values())
    if told["default"]:
        assert (told["default"] in told["interfaces"], told["notes"]) == (True, [])
    else:
        assert told["notes"]


def test_doctor_says_what_there_is_not() -> None:
    """Each line has an answer; the screen and live capture are refused with a reason, not with a traceback."""
    done = subprocess.run(
        [sys.executable, TRY, "-m", "netmon", "doctor"], capture_output=True, text=True, timeout=180, check=False
    )
    assert "Traceback" not in done.stdout + done.stderr
    assert "NO  terminal       no screen: Python has no" in done.stdout
    assert "processes      IP Helper (psutil)" in done.stdout
    assert "ok  user" in done.stdout


@pytest.mark.parametrize("name", ["http.pcap", "dns.pcapng", "fragments.pcap", "ping.pcap", "vlan.pcap"])
def test_capture_files(name: str) -> None:
    """What is told of a file is the same, byte for byte, as here with the same meter; only why it is that meter differs."""
    path = Path("tests", "fixtures", name)
    options = ["-r", str(path), "--json", "--no-resolve-dns"]
    here = subprocess.run(
        [sys.executable, "-P", "-m", "netmon", *options, "--meter", "reference"],
        capture_output=True, text=True, timeout=180, check=True, cwd=TRY.parent.parent,
    ).stdout.splitlines()  # fmt: skip
    there = on_windows("--netmon", *options).splitlines()
    assert there[:-1] == here[:-1]
    assert len(here) > 1
    mine, other = json.loads(here[-1]), json.loads(there[-1])
    for summary in (mine, other):
        del summary["meter_reason"]
    assert other == mine
