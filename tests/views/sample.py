"""A snapshot as a busy workstation would give: 40 varied connections, for golden screens and trying things out.

Everything is made up: documentation addresses (RFC 5737, RFC 3849), well-known public names, invented processes.
"""

# ruff: noqa: E501 (one connection is one line or two, so that the whole reads as a table)

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from netmon.model.connection import Connection, Direction, Name, Staleness
from netmon.model.finding import Confidence, Field, Finding, Secrecy
from netmon.model.flow import MeterTotals
from netmon.model.frame import CaptureStatistics
from netmon.model.health import ResponseTime, Rtt, TcpHealth
from netmon.model.network import Interface, InterfaceCounters, Neighbour
from netmon.model.owner import Container, Match, Owner, ParentProcess, Process
from netmon.model.snapshot import Snapshot, SystemStatus
from netmon.model.status import Playback, QueueStatistics
from netmon.model.surroundings import Place
from netmon.model.track import track_of
from netmon.views.view import View

Open = Callable[..., View]
"""The ``open_view`` fixture."""

NOW = 1_764_000_207.0
LOCAL = "192.168.1.10"
LOCAL6 = "2001:db8:1:2:a00:27ff:fe4e:66a1"


def process(pid: int, name: str, **more: object) -> Owner:
    """A process of alice's desktop session."""
    values: dict[str, object] = {
        "executable": f"/usr/bin/{name}",
        "command_line": name,
        "working_directory": "/home/alice",
        "uid": 1000,
        "user": "alice",
        "group": "alice",
        "started": NOW - 4000,
        "parents": (ParentProcess(2101, "bash"), ParentProcess(2090, "gnome-terminal"), ParentProcess(1, "systemd")),
    } | more
    return Owner(Process(pid, name, **values), Match.EXACT)  # type: ignore[arg-type]


FIREFOX = process(
    4803,
    "firefox",
    executable="/usr/lib/firefox/firefox",
    command_line="/usr/lib/firefox/firefox -contentproc -childID 3 -isForBrowser -prefsLen 32017",
    parents=(ParentProcess(1822, "gnome-shell"), ParentProcess(1401, "systemd"), ParentProcess(1, "systemd")),
    unit="app-firefox.scope",
)
CURL = process(106312, "curl", command_line="curl -sSL https://github.com/example/archive.tar.gz -o archive.tar.gz")
CURL2 = process(106315, "curl", command_line="curl -I https://github.com")
SSHD = process(2210, "sshd", executable="/usr/sbin/sshd", uid=0, user="root", group="root", unit="ssh.service")
DIG = process(106324, "dig", command_line="dig A example.com @1.1.1.1")
NGINX = process(
    1190,
    "nginx",
    uid=33,
    user="www-data",
    group="www-data",
    unit="nginx.service",
    container=Container("docker", "3f9c1a2b4d5e6f708192a3b4c5d6e7f8", "shop-web-1", "nginx:1.27"),
    parents=(ParentProcess(1174, "containerd-shim-runc-v2"), ParentProcess(1, "systemd")),
)
POSTGRES = process(
    1301,
    "postgres",
    uid=999,
    user="postgres",
    group="postgres",
    container=Container("containerd", "aa77", "db", "postgres:16", "db-0", "shop"),
)
RESOLVED = process(612, "systemd-resolved", uid=101, user="systemd-resolve", group="systemd-resolve")
CHRONYD = process(701, "chronyd", uid=105, user="_chrony", group="_chrony", unit="chrony.service")
PYTHON = process(55123, "python3", command_line="python3 /srv/jobs/sync_the_whole_catalogue_with_a_long_name.py --verbose")
MOSQUITTO = process(880, "mosquitto", uid=112, user="mosquitto", group="mosquitto", unit="mosquitto.service")
QBT = process(60001, "qbittorrent")
VPN = process(950, "wg-quick", uid=0, user="root", group="root")
PING = process(106400, "ping")


def finding(label: str, summary: str = "", host: str = "", **more: object) -> Finding:
    """What inspection would have said."""
    values: dict[str, object] = {"hostname": host, "hostname_source": "sni" if host else "", "summary": summary} | more
    return Finding(label, values.pop("confidence", Confidence.CONTENT), **values)  # type: ignore[arg-type]


def tls(host: str, *risks: str, alpn: str = "h2", label: str = "TLS") -> Finding:
    """A finished TLS or QUIC handshake."""
    fields = (
        Field("sni", "Server name", (host,)),
        Field("tls_version", "Version", ("TLS 1.3",)),
        Field("tls_alpn", "ALPN", (alpn,), multiple=True),
        Field("tls_cipher", "Cipher", ("TLS_AES_128_GCM_SHA256",)),
        Field("ja4", "JA4", ("t13d1516h2_8daaf6152771_02713d6af862",)),
        Field("session", "session", ("0123456789abcdef",), secrecy=Secrecy.SECRET),
    )
    return finding(label, f"{host} {alpn}", host, fields=fields, risks=risks, state="ESTABLISHED")


def wave(size: float, phase: float, seconds: int = 60) -> tuple[int, ...]:
    """A made-up minute of traffic."""
    return tuple(
        int(size * max(0.0, math.sin(phase + second / 7) + math.sin(second / 3 + phase) / 2)) for second in range(seconds)
    )


PLACES = {
    "77.72.0.44": Place("NL", "Netherlands", "Amsterdam", 64496, "Example Hosting"),
    "140.82.121.3": Place("US", "United States", "", 64497, "GitHub"),
    "140.82.121.4": Place("US", "United States", "", 64497, "GitHub"),
    "2a04:4e42:8d::347": Place("US", "United States", "", 64498, "Fastly"),
    "151.101.1.69": Place("US", "United States", "", 64498, "Fastly"),
    "203.0.113.77": Place("DE", "Germany", "Berlin", 64499, "Example Net"),
    "1.1.1.1": Place("AU", "Australia", "", 64500, "Cloudflare"),
    "9.9.9.9": Place("CH", "Switzerland", "", 64501, "Quad9"),
    "85.24.11.9": Place("SE", "Sweden", "Uppsala", 64502, "Example Bredband"),
    "185.65.135.1": Place("SE", "Sweden", "Malmö"),
    "198.51.100.99": Place("RU", "Россия", "東京", 64503, "a\u0301\x1b]0;x\x07"),
}


class Maker:
    """Makes connections with running numbers."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, protocol: str, remote: str, port: int | None, state: str, **more: object) -> Connection:
        """One connection from this machine, unless told otherwise."""
        self.number += 1
        n = self.number
        down, up = float(more.pop("down", 0)), float(more.pop("up", 0))  # type: ignore[arg-type]
        name = more.pop("name", None)
        local = LOCAL6 if ":" in remote and remote.count(":") > 1 and protocol != "arp" else LOCAL
        values: dict[str, object] = {
            "identifier": f"c{n:04d}",
            "flow_id": n,
            "protocol": protocol,
            "source": local,
            "source_port": None if port is None else 40000 + n * 37,
            "destination": remote,
            "destination_port": port,
            "direction": Direction.OUTGOING,
            "local_is_source": True,
            "state": state,
            "closed": False,
            "first_seen": NOW - 12 - n * 9.5,
            "last_seen": NOW - (0.2 if down else 8),
            "packets_out": 12 + int(up / 100),
            "packets_in": 14 + int(down / 900),
            "bytes_out": 1800 + int(up * 20),
            "bytes_in": 6200 + int(down * 30),
            "interface": "eth0",
            "idle_timeout": 300.0,
            "source_scope": "PRIVATE",
            "destination_scope": "PUBLIC",
            "source_kind": "unicast",
            "destination_kind": "unicast",
            "source_mac": "08:00:27:4e:66:a1",
            "destination_mac": "52:54:00:12:35:02",
            "ttl_out": 64,
            "ttl_in": 57,
            "rate_out": up,
            "rate_in": down,
            "track": track_of((up * 1.6, down * 1.6), (wave(up, n), wave(down, n)), int(NOW)) if down or up else b"",
            "destination_name": Name(str(name), "ptr", NOW - 300) if isinstance(name, str) else name,
        }
        if remote in PLACES:
            values["destination_place"] = PLACES[remote]
        if protocol == "tcp":
            values |= {"tcp": TcpHealth(mss_out=1460, mss_in=1452, sack=True), "window_out": 64240, "window_in": 131072}
        return Connection(**(values | more))  # type: ignore[arg-type]


def incoming(connection: Connection) -> Connection:
    """The same conversation opened by the other end."""
    return replace(
        connection,
        source=connection.destination,
        source_port=50000 + connection.flow_id,
        destination=connection.source,
        destination_port=connection.destination_port,
        direction=Direction.INCOMING,
        local_is_source=False,
        source_name=connection.destination_name,
        source_place=connection.destination_place,
        destination_place=None,
        destination_name=None,
        source_scope=connection.destination_scope,
        destination_scope=connection.source_scope,
    )


def busy() -> tuple[list[Connection], list[Connection]]:
    """Live and closed connections."""
    make = Maker()
    slow = (
        ResponseTime("dns", 4.1, 3.9, 8.0, 4.4, 3),
        ResponseTime("tls-handshake", 51.2, 48.0, 60.3, 52.0, 2),
        ResponseTime("http-first-byte", 180.4, 80.1, 201.0, 130.2, 9, 1),
    )
    live = [
        make("tcp", "77.72.0.44", 443, "ESTABLISHED", name="lobste.rs", owner=FIREFOX, finding=tls("lobste.rs"), service="https",
             down=1.24e6, up=18e3, rtt=Rtt(31, 29, 27.5, 2.2), response_times=slow),
        make("tcp", "140.82.121.3", 443, "ESTABLISHED", name="lb-140-82-121-3-fra.github.com", owner=CURL, service="https",
             finding=tls("github.com"), down=312e3, up=9.1e3, rtt=Rtt(25, 24, 22, 1.0),
             tcp=TcpHealth(3, 12, 0, 4, 7, 2, 1, 2, mss_out=1460, mss_in=1452, sack=True), window_out=64240, window_in=65535),
        make("udp", "2a04:4e42:8d::347", 443, "QUIC_CONNECTED", owner=FIREFOX, finding=tls("www.freebsd.org", alpn="h3", label="QUIC"),
             down=98e3, up=4e3, rtt=Rtt(12, 12, 11, 0.3), service="https", name=Name("www.freebsd.org", "dns", NOW - 61)),
        incoming(make("tcp", "203.0.113.77", 22, "ESTABLISHED", name="build-7.example.net", owner=SSHD, service="ssh",
                      finding=finding("SSH", "OpenSSH_9.6", state="ESTABLISHED"), down=1.1e3, up=2.2e3, rtt=Rtt(3.3, 3.2, 3, 0.1))),
        make("udp", "1.1.1.1", 53, "RESPONSE", owner=DIG, finding=finding("DNS", "A example.com NOERROR"), name="one.one.one.one",
             service="domain", response_times=(ResponseTime("dns", 4, 4, 4, 4, 1),)),
        make("arp", "192.168.1.1", None, "WHO_HAS 192.168.1.10", finding=finding("ARP", "who has 192.168.1.10"),
             destination_kind="gateway", destination_scope="PRIVATE"),
        incoming(make("tcp", "10.0.3.17", 8080, "ESTABLISHED", owner=NGINX, finding=finding("HTTP", "GET /health 200", risks=("clear-text",)),
                      service="http-alt", down=220, up=640, rtt=Rtt(1.2, 1.1, 1, 0.1), destination_scope="PRIVATE", vlans=(100,))),
        make("tcp", "10.0.3.9", 5432, "ESTABLISHED", owner=POSTGRES, finding=finding("PostgreSQL", "shop as app"), down=41e3, up=12e3,
             rtt=Rtt(0.4, 0.42, 0.3, 0.1), destination_scope="PRIVATE", name="db-0.shop.svc.cluster.local", service="postgresql"),
        make("udp", "224.0.0.251", 5353, "QUERY", owner=RESOLVED, finding=finding("mDNS", "PTR _ipp._tcp.local"), service="mdns",
             destination_kind="multicast", destination_scope="MULTICAST"),
        make("udp", "ff02::fb", 5353, "QUERY", owner=RESOLVED, finding=finding("mDNS", "PTR _airplay._tcp.local"), service="mdns",
             destination_kind="multicast", destination_scope="MULTICAST"),
        make("icmp", "9.9.9.9", None, "ECHO_REPLY", owner=PING, finding=finding("ICMP", "echo reply seq 41"), name="dns9.quad9.net",
             response_times=(ResponseTime("ping", 14.2, 13.9, 22, 15, 41, 1),), down=98, up=98),
        make("udp", "162.159.200.123", 123, "ACTIVE", owner=CHRONYD, finding=finding("NTP", "v4 server stratum 3"), name="time.cloudflare.com"),
        make("tcp", "198.51.100.23", 443, "SYN_SENT", owner=PYTHON, service="https", first_seen=NOW - 1.2, name="api.partner.example"),
        make("tcp", "198.51.100.24", 443, "CLOSE_WAIT", owner=PYTHON, service="https", finding=tls("old.partner.example", "obsolete-tls"),
             staleness=Staleness.EXPIRING, name="old.partner.example"),
        make("tcp", "192.168.1.40", 1883, "ESTABLISHED", owner=MOSQUITTO, finding=finding("MQTT", "PUBLISH home/kitchen/temperature",
             risks=("clear-text-credentials",)), down=310, up=120, destination_scope="PRIVATE", rtt=Rtt(6, 5.6, 5, 1)),
        make("udp", "85.24.11.9", 51413, "ACTIVE", owner=QBT, finding=finding("BitTorrent", "DHT find_node"), down=2.1e3, up=3.3e3),
        make("udp", "185.65.135.1", 51820, "ACTIVE", owner=VPN, finding=finding("WireGuard", "transport data"), down=22e3, up=5e3),
        make("tcp", "2606:4700:4700:0000:0000:0000:0000:1111", 853, "ESTABLISHED", owner=RESOLVED, name="one.one.one.one",
             finding=tls("one.one.one.one", alpn="dot"), service="domain-s", down=300, up=200, rtt=Rtt(9, 9.2, 8, 0.2)),
        make("tcp", "203.0.113.200", 25, "ESTABLISHED", finding=finding("SMTP", "STARTTLS mx.example.org"), name="mx.example.org"),
        make("tcp", "192.168.1.15", 445, "ESTABLISHED", finding=finding("SMB", r"\\nas\media 3.1.1"), destination_scope="PRIVATE",
             staleness=Staleness.AGEING, name="nas.local"),
        make("udp", "192.168.1.255", 137, "QUERY", finding=finding("NetBIOS", "NB WORKGROUP<1d>"), destination_kind="broadcast",
             destination_scope="PRIVATE"),
        make("udp", "192.168.1.1", 67, "ACTIVE", finding=finding("DHCP", "ACK 192.168.1.10"), destination_kind="gateway", destination_scope="PRIVATE"),
        make("icmpv6", "fe80::1", None, "NEIGHBOR_SOLICIT", finding=finding("ICMPv6", "who has 2001:db8::a1"), destination_scope="LINK-LOCAL"),
        make("igmp", "224.0.0.22", None, "MEMBERSHIP_REPORT_V3", finding=finding("IGMP", "join 239.255.255.250"), destination_kind="multicast"),
        make("lldp", "01:80:c2:00:00:0e", None, "ACTIVE", finding=finding("LLDP", "sw-3 port 17"), source="3c:61:04:aa:00:11", local_is_source=None),
        make("tcp", "203.0.113.9", 8443, "ESTABLISHED", owner=PYTHON, finding=finding("TLS", confidence=Confidence.PORT), down=5.5e3, up=800),
        make("tcp", "2001:db8:85a3:8d3:1319:8a2e:370:7348", 443, "ESTABLISHED", owner=FIREFOX, finding=tls("static.assets.very-long-name.example.com"),
             down=640e3, up=22e3, rtt=Rtt(88, 91, 80, 12), service="https"),
        make("udp", "74.125.250.129", 19302, "RESPONSE", owner=FIREFOX, finding=finding("STUN", "binding 203.0.113.4:40112")),
        make("sctp", "10.0.9.2", 3868, "ESTABLISHED", finding=finding("Diameter", "CER mme.example"), destination_scope="PRIVATE"),
        make("gre", "10.0.9.3", None, "ACTIVE", destination_scope="PRIVATE", down=1e3, up=1e3),
        make("tcp", "10.8.0.5", 80, "ESTABLISHED", tunnel=("vxlan:42",), finding=finding("HTTP", "GET /metrics 200"), destination_scope="PRIVATE"),
        make("tcp", "127.0.0.1", 6379, "ESTABLISHED", source="127.0.0.1", source_scope="LOOPBACK", destination_scope="LOOPBACK",
             interface="lo", owner=replace(PYTHON, peer=process(812, "redis-server", user="redis").process), finding=finding("Redis", "GET"), down=900, up=900),
        make("tcp", "198.51.100.99", 443, "ESTABLISHED", owner=process(31337, "naïve-データ-\x1b[31mred\u202e"), down=12,
             finding=finding("HTTP", "GET /\x07\u200bevil\u202etxt.exe 404", "пример.example"), name="xn--e1afmkfd.例え.example"),
        make("ospf", "224.0.0.5", None, "ACTIVE", destination_kind="multicast", finding=finding("OSPF", "hello area 0.0.0.0")),
        make("tcp", "151.101.1.69", 443, "ESTABLISHED", owner=FIREFOX, finding=tls("cdn.example.co.uk"), down=5200, up=610, name=Name("cdn.example.co.uk", "dns", NOW - 9)),
    ]  # fmt: skip
    closed = [
        make("tcp", "140.82.121.4", 443, "CLOSED", owner=CURL2, finding=tls("github.com"), closed=True, last_seen=NOW - 40,
             name="lb-140-82-121-4-fra.github.com", rtt=Rtt(24, 24, 24, 0)),
        incoming(make("tcp", "203.0.113.50", 8080, "CLOSED", owner=NGINX, finding=finding("HTTP", "GET /admin 403"), closed=True, last_seen=NOW - 5,
                      tcp=TcpHealth(reset_by="source"), first_seen=NOW - 9)),
        make("tcp", "203.0.113.51", 9999, "CLOSED", owner=PYTHON, closed=True, tcp=TcpHealth(reset_by="destination"), last_seen=NOW - 3, first_seen=NOW - 3.1),
        make("udp", "8.8.8.8", 53, "RESPONSE", owner=RESOLVED, finding=finding("DNS", "AAAA nope.example NXDOMAIN"), closed=True, last_seen=NOW - 33),
        make("tcp", "10.0.3.9", 5432, "TIME_WAIT", owner=POSTGRES, closed=True, last_seen=NOW - 21, finding=finding("PostgreSQL", "shop as app")),
    ]  # fmt: skip
    return live, closed


def status() -> SystemStatus:
    """A monitor in good health but for one degradation."""
    down = tuple(map(sum, zip(wave(1.2e6, 1), wave(3e5, 2), strict=True)))
    up = tuple(map(sum, zip(wave(9e4, 1), wave(2e5, 3), strict=True)))
    return SystemStatus(
        source="eth0",
        meter="kernel",
        totals=MeterTotals(12_412_880, 9_100_000_000, 400_000_000, 8123, 60_112, 0, 12, 900, 0, 40),
        capture=CaptureStatistics(received=12_412_880),
        interfaces=(
            Interface("eth0", 2, "Intel I219-LM", b"\x08\x00\x27\x4e\x66\xa1", 1500, True, False, "ethernet",
                      counters=InterfaceCounters(9_000_000_000, 400_000_000, 11_000_000, 1_400_000, 0, 3)),
            Interface("lo", 1, "", b"", 65536, True, True, "loopback", counters=InterfaceCounters(1000, 1000, 10, 10, 0, 0)),
            Interface("wlan0", 3, "", b"", 1500, False, False, "wireless"),
        ),
        neighbours=(
            Neighbour("192.168.1.1", "b8:27:eb:4c:07:31", "eth0", "reachable", 12.0, vendor="Raspberry Pi Foundation"),
            Neighbour("192.168.1.23", "a4:bb:6d:20:51:0f", "eth0", "stale", 340.0, vendor="Dell"),
            Neighbour("192.168.1.77", "", "eth0", "failed"),
            Neighbour("fe80::ba27:ebff:fe4c:731", "b8:27:eb:4c:07:31", "eth0", "reachable", 3.0, True,
                      "Raspberry Pi Foundation"),
        ),
        queues=(QueueStatistics("frames", 3, 64), QueueStatistics("lookups", 200, 256)),
        notes=("processes of other users are not visible: run as root or give cap_sys_ptrace",),
        coverage=(9_460_000_000, 9_400_000_000 + 100_000_000),
        attribution="eBPF + sock_diag",
        resolving=True,
        rate_down=12.4e6,
        rate_up=1.1e6,
        history_down=down,
        history_up=up,
        history_opened=tuple(3 + (second * 7) % 11 for second in range(60)),
        history_closed=tuple((second * 5) % 9 for second in range(60)),
        packets_per_second=454,
        opened=8123,
        closed=8046,
        sandbox=("✓ user alice, no caps", "✓ Landlock  ✓ seccomp"),
    )  # fmt: skip


def snapshot() -> Snapshot:
    """The busy workstation."""
    live, closed = busy()
    live.sort(key=lambda connection: connection.first_seen)
    return Snapshot(NOW, tuple(live), tuple(closed), status())


def playing() -> Snapshot:
    """The same traffic as read from a file, where packets seldom name processes (PKTAP), with a torn tail."""
    calm = snapshot()
    nobody = [
        one if one.owner and one.owner.process.name == "curl" else replace(one, owner=None) for one in calm.connections
    ]
    return replace(
        calm,
        connections=tuple(nobody),
        status=replace(
            calm.status,
            source="office.pcapng",
            meter="native",
            playback=Playback(NOW, NOW - 600, NOW + 1200, 2.0, False, False, 0.33),
            capture=CaptureStatistics(received=900, truncated_tail="packet 1201 is cut short; 1200 were read"),
        ),
    )


def failing() -> Snapshot:
    """A capture that has stopped, and drops."""
    calm = snapshot()
    problem = "eth0 has gone down; waiting for it to come back"
    capture = CaptureStatistics(received=900, dropped_kernel=1200, dropped_queue=7, problem=problem)
    return replace(
        calm, status=replace(calm.status, capture=capture, meter="reference", meter_reason="libnetmon was not built")
    )


def empty() -> Snapshot:
    """The first moment of a run."""
    return Snapshot(NOW, status=SystemStatus(source="eth0", meter="kernel", attribution="eBPF + sock_diag"))


def many(count: int) -> Snapshot:
    """``count`` connections made from the busy ones, for measuring."""
    live, _ = busy()
    copies = []
    for number in range(count):
        base = live[number % len(live)]
        rates = {"rate_in": base.rate_in * (1 + number % 97 / 50), "rate_out": base.rate_out + number % 13}
        copies.append(
            replace(base, identifier=f"m{number:06d}", flow_id=number, first_seen=base.first_seen - number, **rates)
        )
    return Snapshot(NOW, tuple(copies), (), status())
