"""What the actors do. Each scenario leaves its deeds in its own log; sizes come from the caller."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from lab import CLIENT4, PATIENCE, SERVER4, SERVER6, WAIT, Host, LabError, wait_until
from stage import (
    FORK_PORT,
    INNER_HOST,
    INNER_PORT,
    LITE_PORT,
    MPTCP_PORT,
    PUBLISHED_PORT,
    SCTP_PORT,
    TCP_PORT,
    UDP_PORT,
    Stage,
)
from truth import Deed

LONG = "a-client-with-a-long-program-name"
IDENTIFIER = "0123456789abcdef" * 4
RUNTIMES = {
    "docker": f"system.slice/docker-{IDENTIFIER}.scope",
    "podman": f"machine.slice/libpod-{IDENTIFIER}.scope/container",
    "containerd": f"system.slice/nerdctl-{IDENTIFIER}.scope",
    "cri-o": f"kubepods.slice/kubepods-pod11111111_2222_3333_4444_555555555555.slice/crio-{IDENTIFIER}.scope",
    "kubernetes": f"kubepods/besteffort/pod11111111-2222-3333-4444-555555555555/{IDENTIFIER}",
    "lxc": "lxc.payload.web",
    "nspawn": "machine.slice/systemd-nspawn@web.service",
}


@dataclass(frozen=True)
class Sizes:
    """How much of everything."""

    short_lived: int = 200
    forked: int = 100
    burst: int = 2000
    burst_seconds: float = 0.5
    steady_seconds: int = 1


FULL = Sizes(short_lived=1000, forked=1000, burst=10_000, burst_seconds=2.0, steady_seconds=6)
SMALL = Sizes() if PATIENCE == 1 else Sizes(short_lived=60, forked=40, burst=300)
"""For a test: what a machine of this speed plays in a minute or two."""


def servers(stage: Stage) -> None:
    """Both kinds of TCP server and the datagram one."""
    stage.serve("server", "the-plain-server", "server", "::", TCP_PORT)
    stage.serve("fork-server", "the-forking-server", "fork-server", "0.0.0.0", FORK_PORT)
    stage.serve("udp-server", "the-datagram-server", "udp-server", "0.0.0.0", UDP_PORT)
    stage.serve("udp6-server", "the-datagram6-server", "udp-server", SERVER6, UDP_PORT)
    if Path("/proc/net/udplite").exists():
        stage.serve("udplite-server", "the-udplite-server", "udplite-udp-server", "0.0.0.0", LITE_PORT)
    mptcp = Path("/proc/sys/net/mptcp").exists()
    if mptcp:
        stage.serve("mptcp-server", "the-mptcp-server", "mptcp-server", "0.0.0.0", MPTCP_PORT)
    stage.serve("local-server", "the-local-server", "server", "127.0.0.1", TCP_PORT, host=stage.lab.client)
    multipath = [(stage.lab.server, MPTCP_PORT, False)] if mptcp else []
    for host, port, udp in (
        (stage.lab.server, TCP_PORT, False), (stage.lab.server, FORK_PORT, False), *multipath,
        (stage.lab.server, UDP_PORT, True), (stage.lab.client, TCP_PORT, False),
    ):  # fmt: skip
        wait_until(lambda host=host, port=port, udp=udp: host.listens(int(port), udp=udp), f"port {port}")


def older_than_netmon(stage: Stage) -> Path:
    """A connection made before netmon starts; it moves once the file is there that is returned."""
    name = "older-client"
    signal = stage.folder / "go"
    log = stage.log("connection older than netmon", name)
    stage.lab.client.start(stage.actor(name), log, "paused", str(signal), SERVER4, FORK_PORT)
    wait_until(lambda: f":{FORK_PORT}" in stage.lab.client.run("ss", "-Htn", "state", "established"), "the older connection")
    return signal


def many(stage: Stage, sizes: Sizes) -> None:
    """Short-lived, forked, threaded, burst."""
    stage.play("gone before the first refresh", "first-client", "client", SERVER4, TCP_PORT, "800", "900")
    client = stage.actor(LONG)
    log = stage.log("short-lived clients", LONG)
    words = (client, log, "client", SERVER4, TCP_PORT, "500", "700")
    stage.lab.client.run(stage.actor("spawner"), log, "spawn", str(sizes.short_lived), *words, timeout=120)
    log = stage.log("clients of a forking server", "another-client")
    words = (stage.actor("another-client"), log, "client", SERVER4, FORK_PORT, "300", "900")
    stage.lab.client.run(stage.actor("spawner"), log, "spawn", str(sizes.forked), *words, timeout=120)
    stage.play("threads with names of their own", "threaded-client", "threads", SERVER4, TCP_PORT)
    stage.play("steady for some seconds", "steady-client", "steady", SERVER4, FORK_PORT, str(sizes.steady_seconds))
    stage.play("burst", "bursting-client", "burst", SERVER4, TCP_PORT, str(sizes.burst), str(sizes.burst_seconds))


def datagrams(stage: Stage) -> list[str]:
    """UDP both ways, raw, packets; the scenarios that this kernel has not."""
    stage.play("UDP, not connected", "udp-client", "udp", SERVER4, UDP_PORT)
    stage.play("UDP, connected", "udp-connected-client", "udp-connected", SERVER4, UDP_PORT)
    stage.play("UDP over IPv6", "udp6-client", "udp", SERVER6, UDP_PORT)
    lite = "udplite-server" in stage.logs
    if lite:
        stage.play("UDP-Lite", "udplite-client", "udplite-udp", SERVER4, LITE_PORT)
    stage.play("raw protocol 253", "raw-sender", "raw", SERVER4)
    stage.play("packet socket", "packet-sender", "packet", "veth0", CLIENT4, SERVER4, "9999")
    return [] if lite else ["UDP-Lite"]


def paths(stage: Stage) -> list[str]:
    """Other ways into the kernel; the scenarios that this kernel has not."""
    skipped = []
    stage.play("sendfile", "sendfile-client", "sendfile", SERVER4, TCP_PORT)
    stage.play("splice", "splice-client", "splice", SERVER4, TCP_PORT)
    if stage.play("io_uring", "uring-client", "io_uring", SERVER4, TCP_PORT) == 77:
        skipped.append("io_uring")
        del stage.logs["io_uring"]
    stage.play("TCP Fast Open", "fast-client", "fast-open", SERVER4, TCP_PORT)
    if "mptcp-server" not in stage.logs:
        skipped.append("MPTCP")
    elif stage.play("MPTCP", "mptcp-client", "mptcp-client", SERVER4, MPTCP_PORT, "4000", "5000"):
        skipped.append("MPTCP")
        del stage.logs["MPTCP"], stage.logs["mptcp-server"]
    stage.play("IPv6", "six-client", "client", SERVER6, TCP_PORT, "4000", "5000")
    stage.play("IPv4-mapped IPv6", "mapped-client", "client", f"::ffff:{SERVER4}", TCP_PORT, "4000", "5000")
    stage.play("loopback", "loopback-client", "client", "127.0.0.1", TCP_PORT, "4000", "5000")
    return skipped


def sctp(stage: Stage) -> bool:
    """An association with several addresses on either side; whether this kernel has SCTP."""
    if not Path("/proc/net/sctp").exists():
        return False
    stage.serve("sctp-server", "the-sctp-server", "sctp-server", "::", SCTP_PORT)
    wait_until(lambda: f" {SCTP_PORT} " in stage.lab.server.run("cat", "/proc/net/sctp/eps"), "the SCTP server")
    stage.play("SCTP", "sctp-client", "sctp-client", SERVER4, SCTP_PORT, "300000", "400000")
    stage.play("SCTP over IPv6", "sctp6-client", "sctp-client", SERVER6, SCTP_PORT, "30000", "40000")
    return True


def pings(stage: Stage) -> list[Deed]:
    """ping by ICMP and ICMPv6 sockets; each its own process."""
    deeds = []
    for option, host, protocol in (("-4", SERVER4, "icmp"), ("-6", SERVER6, "icmpv6")):
        process = stage.lab.client.start("ping", option, "-c", "2", "-i", "0.1", "-s", "100", host)
        process.wait(WAIT)
        deeds.append(Deed("client", process.pid, protocol, "-", 0, host, 0, 216, 216, "ping"))
    return deeds


def containers(stage: Stage, group_root: str) -> list[str]:
    """A client in a control group named as each runtime names them; the scenarios that could be played."""
    played = []
    for runtime, path in RUNTIMES.items():
        group = Path(group_root, path)
        group.mkdir(parents=True, exist_ok=True)
        scenario = f"container: {runtime}"
        name = f"in-{runtime}"
        command = [stage.actor(name), stage.log(scenario, name), "client", SERVER4, TCP_PORT, "600", "600"]

        def enter(group: Path = group) -> None:
            Path(group, "cgroup.procs").write_text(str(os.getpid()))

        subprocess.run(stage.lab.client.command(*command), check=True, timeout=2 * WAIT, preexec_fn=enter)
        played.append(scenario)
        while group != Path(group_root):
            try:
                group.rmdir()
            except OSError:
                break
            group = group.parent
    return played


def behind_nat(stage: Stage) -> None:
    """A client and a server in a namespace behind the client's host: masqueraded, and by a published port."""
    inner = Host(stage.names["inner"], "eth0")
    stage.play("other namespace", "inner-client", "client", SERVER4, TCP_PORT, "3000", "2000", host=inner)
    server = stage.serve("published-server", "inner-server", "server", INNER_HOST, INNER_PORT, host=inner)
    stage.lab.client.processes.append(server)  # ended with the lab
    wait_until(lambda: inner.listens(int(INNER_PORT)), "the published server")
    stage.play("published-client", "outer-client", "client", CLIENT4, PUBLISHED_PORT, "1200", "3400", host=stage.lab.server)


def reuse_of_a_number(stage: Stage, number: str = "") -> bool:
    """Two programs, one after the other, with the same process number; ``False`` where the kernel does not let us.

    ``number`` tells several such pairs apart.
    """
    control = Path("/proc/sys/kernel/ns_last_pid")
    names = ("first-of-its-number", "second-of-its-number")
    logs = [stage.log(f"number used again: {name.partition('-')[0]}{number}", name) for name in names]
    commands = [
        stage.lab.client.command(stage.actor(name), log, "client", SERVER4, TCP_PORT, "111", "222")
        for name, log in zip(names, logs, strict=True)
    ]
    for wanted in range(30_000, 30_050):  # any may be another program's, or be taken before we have it
        numbers = []
        for command in commands:
            try:
                control.write_text(str(wanted - 1))
            except OSError:
                return False
            process = subprocess.Popen(command)
            process.wait(WAIT)
            numbers.append(process.pid)
        if numbers == [wanted, wanted]:
            return True
        for log in logs:
            Path(log).unlink(missing_ok=True)
    raise LabError("a process number cannot be had twice")
