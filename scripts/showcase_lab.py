"""A workstation's afternoon in two network namespaces: what the pictures in docs/ are taken of.

Real programs (curl, wget, git, node, ssh, iperf3, dig, ping, HTTP/3) talk to real servers (nginx, dnsmasq, sshd, ...)
behind a link with distance (integration/slow_link.py). Addresses are private ones and those for benchmarks (RFC 1918,
RFC 2544), because those for documentation are not looked up, and of 2e00::/16, which nobody has, because private ones are
nowhere; names are for documentation (RFC 2606).
Nothing leaves the namespaces; everything is ended and removed on exit.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "integration")]

from lab import Lab, end, lab, run, wait_until
from showcase_scene import cards, container

CLIENT, GATEWAY = "10.20.0.15", "10.20.0.1"
CLIENT6, GATEWAY6 = "2e00:10::15", "2e00:10::1"

HOSTS = {
    "gateway.lan": (GATEWAY, 0.6),
    "www.example.com": ("198.18.7.10", 11.0),
    "api.example.com": ("198.18.7.11", 12.5),
    "cdn-3.example.net": ("198.19.40.20", 8.0),
    "git.example.org": ("198.19.40.40", 24.0),
    "mirror.example.net": ("198.19.40.21", 31.0),
    "build-7.example.org": ("198.18.7.77", 38.0),
    "backup.example.net": ("198.19.40.90", 19.0),
    "speed.example.net": ("198.19.40.99", 9.0),
    "old.example.com": ("198.18.7.250", 92.0),
}
"""Name: address and round trip in milliseconds."""
SIX = {
    "www.example.com": ("2e00:20::10", 11.0),
    "api.example.com": ("2e00:20::11", 12.5),
    "cdn-3.example.net": ("2e00:30::20", 8.0),
    "git.example.org": ("2e00:40::40", 24.0),
}
DEVICE = "eth0"

NODE_SERVER = """
const http = require('http');
http.createServer((q, s) => setTimeout(() => s.end('x'.repeat(900)), 20)).listen(3000, '0.0.0.0');
"""
NODE_CLIENT = """
const https = require('https');
const agent = new https.Agent({keepAlive: true, rejectUnauthorized: false, maxSockets: 2});
const ask = () => https.get({host: 'api.example.com', path: '/v1/events?limit=50', agent}, r => r.resume());
setInterval(() => ask().on('error', () => {}), 400);
"""
WORKER = """
import http.client, ssl, sys, time
context = ssl._create_unverified_context()
while True:
    client = http.client.HTTPSConnection('api.example.com', context=context)
    for number in range(40):
        client.request('GET', f'/v1/catalogue/{number}')
        client.getresponse().read()
        time.sleep(0.25)
"""
LOOPS = {
    "git": "while :; do git ls-remote https://git.example.org/tools/netmon.git; sleep 2; done",
    "dig": "while :; do for q in 'www.example.com A' 'git.example.org AAAA' 'gone.example.com A' 'example.net MX'; do"
    " dig +tries=1 $q; sleep 1; done; done",
    "feed": "while :; do curl -sk https://www.example.com/feed.xml -o /dev/null; sleep 3; done",
    "refused": "while :; do curl -s http://old.example.com:8080/; sleep 7; done",
}


def _network(it: Lab) -> None:
    """The server's addresses move behind the slow link; names are served by dnsmasq and known to the client's programs."""
    server, client = it.server, it.client
    delays = [f"{address}={late}" for address, late in (*HOSTS.values(), *SIX.values())]
    server.run("ip", "addr", "flush", "dev", "veth0")
    server.run("sysctl", "-qw", "net.ipv6.conf.veth0.disable_ipv6=1", "net.ipv4.conf.veth0.arp_ignore=8")
    server.start(sys.executable, str(ROOT / "integration" / "slow_link.py"), "veth0", "wan0", *delays)
    wait_until(lambda: server.run("ip", "link", "show", "wan0", check=False) != "", "the slow link")
    server.run("ip", "addr", "add", f"{GATEWAY}/24", "dev", "wan0")
    server.run("ip", "addr", "add", f"{GATEWAY6}/64", "dev", "wan0", "nodad")
    for address, _ in HOSTS.values():
        if address != GATEWAY:
            server.run("ip", "addr", "add", f"{address}/32", "dev", "lo")
    for address, _ in SIX.values():
        server.run("ip", "addr", "add", f"{address}/128", "dev", "lo")
    client.run("ip", "link", "set", "veth0", "down")
    client.run("ip", "link", "set", "veth0", "name", DEVICE)
    client.device = DEVICE
    client.run("ip", "addr", "flush", "dev", DEVICE)
    cards(it)
    client.run("ip", "link", "set", DEVICE, "up")
    server.run("ip", "link", "set", "wan0", "up")
    client.run("ip", "addr", "add", f"{CLIENT}/24", "dev", DEVICE)
    client.run("ip", "addr", "add", f"{CLIENT6}/64", "dev", DEVICE, "nodad", check=False)
    client.run("ip", "route", "replace", "default", "via", GATEWAY)
    client.run("ip", "-6", "route", "replace", "default", "via", GATEWAY6)
    records = [f"--host-record={name},{address}" for name, (address, _) in HOSTS.items() if name not in SIX]
    records += [f"--host-record={name},{HOSTS[name][0]},{address}" for name, (address, _) in SIX.items()]
    records += [f"--host-record=workstation.lan,{CLIENT},{CLIENT6}"]
    server.start(
        "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root",
        f"--listen-address={GATEWAY}", "--bind-interfaces", "--pid-file", "--local=/com/", "--local=/net/", "--local=/org/",
        "--local=/arpa/", "--mx-host=example.net,mirror.example.net", *records,
    )  # fmt: skip
    wait_until(lambda: server.listens(53, udp=True), "dnsmasq")


def _servers(it: Lab) -> None:
    """nginx on 80 and 443, sshd on 22, iperf3, HTTP/3 on UDP 443."""
    folder, www = it.folder, it.folder / "www"
    names = ",".join(f"DNS:{name}" for name in HOSTS)
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=example.com", "-addext",
        f"subjectAltName={names}", "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"))  # fmt: skip
    www.mkdir()
    (www / "v1" / "catalogue").mkdir(parents=True)
    for name, size in (("debian-13.2.0-amd64-netinst.iso", 400_000_000), ("packages.tar.zst", 200_000_000)):
        with (www / name).open("wb") as file:
            file.truncate(size)
    (www / "feed.xml").write_bytes(b"<item/>" * 9000)
    (www / "v1" / "events").write_bytes(b'{"id":1}' * 1500)
    for number in range(40):
        (www / "v1" / "catalogue" / str(number)).write_bytes(b'{"name":"thing"}' * 300)
    bare = www / "tools" / "netmon.git"
    run("git", "init", "-q", "--bare", str(bare))
    run("git", "-C", str(bare), "update-server-info")
    (folder / "nginx.conf").write_text(
        f"""daemon off; user root; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.err;
        events {{ worker_connections 256; }}
        http {{ access_log off; keepalive_requests 100000;
          client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
          uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
          server {{ listen 80; listen [::]:80; listen 443 ssl http2; listen [::]:443 ssl http2; root {www};
            ssl_protocols TLSv1.2 TLSv1.3;
            ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem; }} }}"""
    )
    it.server.start("/usr/sbin/nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"))
    for host, key in (("host", "host_key"), ("user", "user_key")):
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", host, "-f", str(folder / key))
    Path("/run/sshd").mkdir(exist_ok=True)
    for side in (it.server, it.client):
        side.start(
            "/usr/sbin/sshd", "-D", "-f", "/dev/null", "-h", str(folder / "host_key"), "-p", "22", "-o", "PidFile=none",
            "-o", f"AuthorizedKeysFile={folder}/user_key.pub", "-o", "StrictModes=no", "-o", "PermitRootLogin=yes",
        )  # fmt: skip
    it.server.start("iperf3", "-s")
    it.server.start(
        sys.executable, str(ROOT / "integration" / "quic_peer.py"), "serve", HOSTS["www.example.com"][0], "443",
        str(folder / "cert.pem"), str(folder / "key.pem"),
    )  # fmt: skip
    for port, udp in ((443, False), (443, True), (22, False), (5201, False)):
        wait_until(lambda port=port, udp=udp: it.server.listens(port, udp=udp), f"the server of port {port}")  # type: ignore[misc]


def programs(it: Lab, contained: Callable[[], None]) -> None:
    """What runs on the workstation, one of it in the container that ``contained`` enters, and one who visits it."""
    folder, client = it.folder, it.client
    (folder / "sync-catalogue.py").write_text(WORKER)
    (folder / "server.js").write_text(NODE_SERVER)
    (folder / "client.js").write_text(NODE_CLIENT)
    environment = os.environ | {"GIT_SSL_NO_VERIFY": "1", "HOME": str(folder)}
    options = ("-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={folder}/known")
    ssh = ("ssh", "-i", str(folder / "user_key"), *options)
    image = "https://cdn-3.example.net/debian-13.2.0-amd64-netinst.iso"
    client.start("sh", "-c", f"while :; do curl -sk --limit-rate 1300k {image} -o /dev/null; done", cwd=folder)
    archive = "http://mirror.example.net/packages.tar.zst"
    fetch = f"while :; do wget -q --limit-rate=300k {archive} -O /dev/null; done"
    client.start("sh", "-c", fetch, cwd=folder, preexec_fn=contained)
    client.start("node", "server.js", cwd=folder)
    client.start("node", "client.js", cwd=folder)
    client.start(shutil.which("python3", path="/usr/bin") or sys.executable, "sync-catalogue.py", cwd=folder)
    client.start(*ssh, "root@build-7.example.org", "while :; do date; ps ax | head -20; sleep 0.4; done")
    pump = "while :; do head -c 20000 /dev/urandom; sleep 0.1; done"
    client.start("sh", "-c", f"({pump}) | {' '.join(ssh)} root@backup.example.net 'cat >/dev/null'")
    client.start("iperf3", "-c", "speed.example.net", "-b", "2M", "-t", "3000")
    client.start("ping", "-n", "-i", "0.5", "www.example.com")
    quic = f"{sys.executable} {ROOT}/integration/quic_peer.py get {HOSTS['www.example.com'][0]} 443 www.example.com"
    client.start("sh", "-c", f"while :; do {quic}; sleep 1.5; done")
    for script in LOOPS.values():
        client.start("sh", "-c", script, env=environment, cwd=folder)
    visit = f"while :; do curl -s http://{CLIENT}:3000/status --interface 198.18.7.77; sleep 6; done"
    it.server.start("sh", "-c", visit)
    it.server.start(*ssh, "-b", "198.18.7.77", f"root@{CLIENT}", "while :; do uptime; sleep 0.5; done")


@contextlib.contextmanager
def showcase() -> Iterator[tuple[Lab, Callable[[], None]]]:
    """The servers, and what ``programs`` needs to start on the workstation."""
    with lab() as it, contextlib.ExitStack() as stack:
        folder = Path("/etc/netns") / it.client.namespace
        folder.mkdir(parents=True)
        stack.callback(shutil.rmtree, folder)
        (folder / "resolv.conf").write_text(f"nameserver {GATEWAY}\noptions single-request\n")
        _network(it)
        _servers(it)
        contained = stack.enter_context(container())
        try:
            yield it, contained
        finally:
            _stop(it)


def _stop(it: Lab) -> None:
    """End whatever still runs in the two namespaces: loops have children of their own."""
    for host in (it.client, it.server):
        for process in reversed(host.processes):
            end(process)
        for pid in run("ip", "netns", "pids", host.namespace, check=False).split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), 9)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that everything is removed then, too
    with showcase() as (here, entering):
        programs(here, entering)
        subprocess.run(here.client.command(*sys.argv[1:]) if sys.argv[1:] else ["sleep", "infinity"], check=False)
