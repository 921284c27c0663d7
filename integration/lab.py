"""Two hosts on one machine: network namespaces joined by a veth pair, with real servers and clients in them.

Everything is named after this process and removed on exit; traffic stays inside the namespaces. Offloads are off, so a
packet on the tap is a packet on the wire and counters of different tools can be compared to the byte.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLIENT4, SERVER4 = "192.0.2.1", "192.0.2.2"
CLIENT6, SERVER6 = "2001:db8::1", "2001:db8::2"
NAME = "server.example"
PATIENCE = float(os.environ.get("NETMON_LAB_PATIENCE", "1"))
"""How much longer than usual everything may take: an emulated machine is slow (scripts/try-kernel sets this)."""
WAIT = 10.0 * PATIENCE
ONCE = ("+tries=1", f"+time={5 * PATIENCE:.0f}")
"""dig asks no second time, which would be another packet."""
_numbers = itertools.count()


class LabError(RuntimeError):
    """A part of the lab did not come up."""


def missing_tools(*names: str) -> list[str]:
    """Those that are not installed; sbin folders are looked into as well."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    return [name for name in names if shutil.which(name, path=path) is None]


def wait_until(condition: object, what: str, seconds: float = WAIT) -> None:
    """Poll a callable until it is true; ``LabError`` when it is not in time."""
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise LabError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.02)  # noqa: TID251  # real processes take real time


def run(*command: str, check: bool = True, timeout: float = 30.0) -> str:
    """Standard output of a command; ``LabError`` with its standard error when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout * PATIENCE, check=False)
    if check and done.returncode:
        raise LabError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


@dataclass
class Host:
    """One namespace."""

    namespace: str
    device: str
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def command(self, *words: str) -> list[str]:
        """The command as it runs inside."""
        return ["ip", "netns", "exec", self.namespace, *words]

    def run(self, *words: str, check: bool = True, timeout: float = 30.0) -> str:
        """Run to its end inside."""
        return run(*self.command(*words), check=check, timeout=timeout)

    def start(self, *words: str, **options: object) -> subprocess.Popen[bytes]:
        """Start inside; ended with the lab."""
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.DEVNULL)
        options.setdefault("stderr", subprocess.DEVNULL)
        process = subprocess.Popen(self.command(*words), **options)  # type: ignore[call-overload]
        self.processes.append(process)
        return process  # type: ignore[no-any-return]

    def listens(self, port: int, *, udp: bool = False) -> bool:
        """Somebody listens on this port."""
        return bool(self.run("ss", "-Hlnu" if udp else "-Hlnt", f"sport = :{port}").strip())

    def packet_sockets(self) -> int:
        """How many packet sockets (captures) are open inside."""
        return max(0, len(self.run("cat", "/proc/net/packet").splitlines()) - 1)

    def counters(self) -> dict[str, int]:
        """The device's own counters."""
        stats = json.loads(self.run("ip", "-j", "-s", "link", "show", "dev", self.device))[0]["stats64"]
        return {
            "bytes": stats["rx"]["bytes"] + stats["tx"]["bytes"],
            "packets": stats["rx"]["packets"] + stats["tx"]["packets"],
        }


def end(process: subprocess.Popen[bytes], how: int = signal.SIGTERM, seconds: float = WAIT) -> int:
    """End a process that was started here, by its id; its exit status."""
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(seconds)
    return process.returncode


@dataclass
class Lab:
    """The two hosts and a folder for their files."""

    client: Host
    server: Host
    folder: Path

    def serve_web(self) -> None:
        """nginx: HTTP on 8080, HTTPS on 8443, HTTP/2 in clear on 8082."""
        self.certificate()
        www = self.folder / "www"
        www.mkdir(exist_ok=True)
        (www / "index.html").write_text("hello\n")
        (www / "large").write_bytes(bytes(range(256)) * 4096)
        (self.folder / "nginx.conf").write_text(
            f"""daemon off; user root; worker_processes 1; pid {self.folder}/nginx.pid; error_log {self.folder}/nginx.err;
            events {{ worker_connections 256; }}
            http {{ access_log off;
              client_body_temp_path {self.folder}/t1; proxy_temp_path {self.folder}/t2; fastcgi_temp_path {self.folder}/t3;
              uwsgi_temp_path {self.folder}/t4; scgi_temp_path {self.folder}/t5;
              server {{ listen 8082 http2; root {www}; }}
              server {{ listen 8080; listen [::]:8080; listen 8443 ssl; listen [::]:8443 ssl; root {www};
                ssl_protocols TLSv1.2 TLSv1.3;
                ssl_certificate {self.folder}/cert.pem; ssl_certificate_key {self.folder}/key.pem; }} }}"""
        )
        self.server.start("/usr/sbin/nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"))
        wait_until(lambda: self.server.listens(8443), "nginx")

    def serve_ssh(self) -> None:
        """sshd on 2222."""
        key = self.folder / "host_key"
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key))
        Path("/run/sshd").mkdir(exist_ok=True)
        self.server.start("/usr/sbin/sshd", "-D", "-f", "/dev/null", "-h", str(key), "-p", "2222", "-o", "PidFile=none")
        wait_until(lambda: self.server.listens(2222), "sshd")

    def serve_names(self) -> None:
        """dnsmasq on 53: the server's name, a few others, no upstream."""
        self.server.start(
            "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root",
            f"--listen-address={SERVER4}", f"--listen-address={SERVER6}", "--bind-interfaces", "--pid-file",
            "--local=/example/", f"--host-record={NAME},{SERVER4},{SERVER6}", f"--cname=www.example,{NAME}",
        )  # fmt: skip
        wait_until(lambda: self.server.listens(53, udp=True), "dnsmasq")

    def serve_iperf(self) -> None:
        """iperf3 on 5201."""
        self.server.start("iperf3", "-s", "-p", "5201")
        wait_until(lambda: self.server.listens(5201), "iperf3")

    def serve_quic(self) -> None:
        """An aioquic HTTP/3 server on UDP 4433."""
        self.certificate()
        self.server.start(
            sys.executable, str(ROOT / "integration" / "quic_peer.py"), "serve", SERVER4, "4433",
            str(self.folder / "cert.pem"), str(self.folder / "key.pem"),
        )  # fmt: skip
        wait_until(lambda: self.server.listens(4433, udp=True), "the QUIC server")

    def join_vlan(self) -> None:
        """Both hosts in VLAN 100 as well, as 198.51.100.1 and .2 on ``vlan100``."""
        for host, address in ((self.client, "198.51.100.1/24"), (self.server, "198.51.100.2/24")):
            host.start(sys.executable, str(ROOT / "integration" / "vlan_link.py"), host.device, "vlan100", "100")
            wait_until(lambda host=host: host.run("ip", "link", "show", "vlan100", check=False) != "", "the VLAN link")
            host.run("ip", "link", "set", "vlan100", "mtu", "1496", "up")
            host.run("ip", "addr", "add", address, "dev", "vlan100")

    def certificate(self) -> None:
        """A self-signed certificate for the server's name."""
        if not (self.folder / "cert.pem").exists():
            run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", f"/CN={NAME}",
                "-addext", f"subjectAltName=DNS:{NAME}", "-keyout", str(self.folder / "key.pem"),
                "-out", str(self.folder / "cert.pem"))  # fmt: skip

    def curl(self, *words: str) -> str:
        """curl on the client, with the server's name known."""
        names = [word for port in (8080, 8082, 8443) for word in ("--resolve", f"{NAME}:{port}:{SERVER4}")]
        return self.client.run("curl", "-sS", "-k", "--max-time", f"{10 * PATIENCE}", *names, *words)

    def traffic(self) -> None:
        """One conversation of each kind, in order."""
        self.client.run("ping", "-c", "3", "-i", "0.05", SERVER4)
        self.client.run("ping", "-6", "-c", "2", "-i", "0.05", SERVER6)
        self.client.run("dig", f"@{SERVER4}", *ONCE, NAME, "A")
        self.client.run("dig", f"@{SERVER4}", *ONCE, "+tcp", NAME, "AAAA")
        self.client.run("dig", f"@{SERVER4}", *ONCE, "missing.example", "A")
        self.client.run("dig", f"@{SERVER6}", *ONCE, "www.example", "A")
        self.curl(f"http://{NAME}:8080/index.html?token=planted-secret")
        self.curl("-o", "/dev/null", f"https://{NAME}:8443/large")
        self.client.run("ssh-keyscan", "-p", "2222", "-T", f"{5 * PATIENCE:.0f}", SERVER4)
        self.client.run("iperf3", "-c", SERVER4, "-p", "5201", "-n", "2M")
        self.client.run(
            "curl", "-sS", "--max-time", f"{2 * PATIENCE}", f"http://{SERVER4}:9/", check=False
        )  # refused: a reset

    def quic(self) -> None:
        """One HTTP/3 request."""
        self.client.run(sys.executable, str(ROOT / "integration" / "quic_peer.py"), "get", SERVER4, "4433", NAME)


@contextlib.contextmanager
def lab() -> Iterator[Lab]:
    """The two hosts, up and addressed; everything is ended and removed on exit."""
    tag = f"nm{os.getpid()}n{next(_numbers)}"
    client, server = Host(f"{tag}a", "veth0"), Host(f"{tag}b", "veth0")
    with tempfile.TemporaryDirectory(prefix="netmon-lab-") as folder, contextlib.ExitStack() as stack:
        for host in (client, server):
            run("ip", "netns", "add", host.namespace)
            stack.callback(run, "ip", "netns", "del", host.namespace, check=False)
        stack.callback(_end_all, [client, server])
        ends = ("veth0", "netns", client.namespace, "type", "veth", "peer", "veth0", "netns", server.namespace)
        run("ip", "link", "add", *ends)
        for host, four, six in ((client, CLIENT4, CLIENT6), (server, SERVER4, SERVER6)):
            host.run("sysctl", "-qw", "net.ipv4.ping_group_range=0 2147483647", check=False)
            host.run("ethtool", "-K", "veth0", "tso", "off", "gso", "off", "gro", "off", "tx", "off", check=False)
            host.run("ip", "link", "set", "lo", "up")
            host.run("ip", "link", "set", "veth0", "up")
            host.run("ip", "addr", "add", f"{four}/24", "dev", "veth0")
            host.run("ip", "addr", "add", f"{six}/64", "dev", "veth0", "nodad")
        client.run("ip", "route", "add", "default", "via", SERVER4)
        Path(folder).chmod(0o755)
        yield Lab(client, server, Path(folder))


def _end_all(hosts: Sequence[Host]) -> None:
    for host in hosts:
        for process in reversed(host.processes):
            end(process)
