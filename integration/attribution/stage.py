"""Where the actors play: the two hosts of the lab, netmon on both, a log for each scenario."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lab import CLIENT4, PATIENCE, SERVER4, Host, Lab, LabError, lab, run, wait_until
from netmon_run import Live, Result

HERE = Path(__file__).resolve().parent
TCP_PORT, FORK_PORT, UDP_PORT, LITE_PORT, MPTCP_PORT = "7001", "7002", "7003", "7004", "7005"
INNER_PORT, PUBLISHED_PORT, SCTP_PORT = "7006", "7007", "7008"
INNER_HOST, INNER_GATEWAY = "198.51.100.2", "198.51.100.1"


@dataclass
class Stage:
    """Hosts, actors and logs."""

    lab: Lab
    folder: Path
    logs: dict[str, Path] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def actor(self, name: str) -> str:
        """A copy of the actor called ``name``."""
        path = self.folder / name
        if not path.exists():
            shutil.copy(self.folder / "actor", path)
        return str(path)

    def log(self, scenario: str, name: str) -> str:
        """The log of a scenario whose programs are called ``name``."""
        self.logs[scenario] = self.folder / f"{scenario}.log"
        self.names[scenario] = name
        return str(self.logs[scenario])

    def play(self, scenario: str, name: str, *words: str, host: Host | None = None, timeout: float = 60.0) -> int:
        """Run an actor to its end on the client; its exit status."""
        where = host or self.lab.client
        command = [self.actor(name), self.log(scenario, name), *words]
        return subprocess.run(where.command(*command), check=False, timeout=timeout * PATIENCE).returncode

    def play_for(self, scenario: str, teller: str, name: str, *words: str) -> None:
        """Run an actor called ``name`` that has another one, called ``teller``, do what is told."""
        command = [self.actor(name), self.log(scenario, teller), *words]
        subprocess.run(self.lab.client.command(*command), check=False, timeout=60 * PATIENCE)

    def serve(self, scenario: str, name: str, *words: str, host: Host | None = None) -> subprocess.Popen[bytes]:
        """Start a server; ended with the lab."""
        where = host or self.lab.server
        return where.start(self.actor(name), self.log(scenario, name), *words)


def build(folder: Path) -> None:
    """Compile the actor. Raises ``LabError``."""
    compiler = shutil.which("gcc") or shutil.which("cc") or shutil.which("clang")
    if compiler is None:
        raise LabError("no C compiler")
    run(compiler, "-O2", "-pthread", str(HERE / "actor.c"), "-o", str(folder / "actor"), timeout=60)


@contextlib.contextmanager
def stage() -> Iterator[Stage]:
    """The lab with a third host behind the client, reached through NAT."""
    with lab() as it:
        build(it.folder)
        inner = Host(f"nm{os.getpid()}c", "eth0")
        run("ip", "netns", "add", inner.namespace)
        try:
            run("ip", "link", "add", "inner0", "netns", it.client.namespace, "type", "veth", "peer", "eth0", "netns",
                inner.namespace)  # fmt: skip
            for host, device, address in ((it.client, "inner0", INNER_GATEWAY), (inner, "eth0", INNER_HOST)):
                host.run("ip", "addr", "add", f"{address}/24", "dev", device)
                host.run("ip", "link", "set", device, "up")
                host.run("ethtool", "-K", device, "tso", "off", "gso", "off", "gro", "off", "tx", "off", check=False)
            # Ports that the client itself does not use, so that NAT leaves them as they are.
            inner.run("sysctl", "-qw", "net.ipv4.ip_local_port_range=20000 29999")
            inner.run("ip", "route", "add", "default", "via", INNER_GATEWAY)
            it.client.run("sysctl", "-qw", "net.ipv4.ip_forward=1")
            for host in (it.client, it.server):
                host.run("sysctl", "-qw", "net.ipv4.tcp_fastopen=3")
            it.client.run("nft", "add table ip nat; add chain ip nat post { type nat hook postrouting priority 100 ; };"
                          "add chain ip nat pre { type nat hook prerouting priority -100 ; };"
                          "add rule ip nat post oifname veth0 masquerade;"
                          f"add rule ip nat pre tcp dport {PUBLISHED_PORT} dnat to {INNER_HOST}:{INNER_PORT}")  # fmt: skip
            yield Stage(it, it.folder, names={"inner": inner.namespace})
        finally:
            run("ip", "netns", "del", inner.namespace, check=False)


class Watch:
    """netmon on one host, ready when the kernel tells it of sockets."""

    def __init__(self, host: Host, *options: str) -> None:
        self.live = Live(host, "--no-resolve-dns", "--show-localhost", "--no-dpi", *options)
        self.pid = self.live._process.pid
        wait_until(self._attached, "netmon's kernel events")

    def _attached(self) -> bool:
        """Links of eBPF programs are descriptors of the process."""
        for pid in (self.pid, *_children(self.pid)):
            folder = Path(f"/proc/{pid}/fd")
            try:
                if any("bpf_link" in str(link.readlink()) for link in folder.iterdir()):
                    time.sleep(0.3 * PATIENCE)  # noqa: TID251  # the last hooks, and the first scan
                    return True
            except OSError:
                continue
        return False

    def stop(self) -> Result:
        """Everything it saw."""
        return self.live.stop(signal.SIGINT)


def _children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in path.read_text().split()] if path.exists() else []


__all__ = ["CLIENT4", "SERVER4", "Stage", "Watch", "stage"]
