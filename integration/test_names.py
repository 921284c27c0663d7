"""Names for real: reverse DNS from dnsmasq, on the screen and in the records; netmon's own look-ups among the traffic."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab import Lab, wait_until
from netmon_run import Live
from pseudo_terminal import Session

pytestmark = pytest.mark.root
CLIENT, SERVER, NAMELESS = "10.77.0.1", "10.77.0.2", "10.77.0.3"
NAME = "server.reverse.example"
PORT = 8080
CONNECT = "import socket, sys, time; s = socket.create_connection((sys.argv[1], {port})); time.sleep(float(sys.argv[2]))"


@pytest.fixture(scope="module")
def named(network: Lab) -> Iterator[Lab]:
    """The lab with addresses that may be asked for, and a name server that knows one of them."""
    for host, address in ((network.client, CLIENT), (network.server, SERVER), (network.server, NAMELESS)):
        host.run("ip", "addr", "add", f"{address}/24", "dev", "veth0")
    network.server.start(
        "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root",
        f"--listen-address={SERVER}", "--bind-interfaces", "--pid-file", f"--host-record={NAME},{SERVER}",
        "--local=/77.10.in-addr.arpa/", "--log-queries", f"--log-facility={network.folder}/dnsmasq.log",
    )  # fmt: skip
    wait_until(lambda: network.client.run("dig", f"@{SERVER}", "+short", "-x", SERVER, check=False).strip() != "", "dnsmasq")
    resolver = Path("/etc/netns") / network.client.namespace  # ip-netns(8): bound over /etc inside
    resolver.mkdir(parents=True)
    (resolver / "resolv.conf").write_text(f"nameserver {SERVER}\n")
    yield network
    (resolver / "resolv.conf").unlink()
    resolver.rmdir()


def reversed_for(it: Lab, address: str) -> int:
    """How often the name server was asked for this address's name."""
    return (it.folder / "dnsmasq.log").read_text().count(f"query[PTR] {'.'.join(address.split('.')[::-1])}.in-addr.arpa")


def talk(it: Lab, seconds: float = 3.0) -> None:
    """Connections to an address that has a name and to one that has none."""
    for address in (SERVER, NAMELESS):
        it.client.start(sys.executable, "-c", CONNECT.format(port=PORT), address, str(seconds))


def test_reverse_names_on_the_screen(named: Lab) -> None:
    """The name comes in place of the address, ``d`` shows the address again and back; who has none keeps its address."""
    session = Session((120, 30), named.client.command(sys.executable, "-P", "-m", "netmon", "-i", "veth0"))
    try:
        session.until(session.shows("veth0"))
        talk(named, 60)
        session.until(session.shows(NAME))
        session.until(session.shows(NAMELESS))
        assert not session.shows("arpa")()  # netmon's own questions are not shown
        session.send(b"d")
        session.until(lambda: not session.shows(NAME)() and session.shows(SERVER)())
        session.send(b"d")
        session.until(session.shows(NAME))
    finally:
        session.close()


@pytest.mark.parametrize("shown", [False, True])
def test_own_look_ups(named: Lab, shown: bool) -> None:
    """netmon's own questions are no connections unless they are asked for; those of others always are."""
    before = reversed_for(named, SERVER)
    live = Live(named.client, "-i", "veth0", "--refresh-interval", "200", *(["--show-ptr-lookups"] if shown else []))
    talk(named, 1.5)
    named.client.run("dig", f"@{SERVER}", "+short", "elsewhere.example")
    wait_until(lambda: reversed_for(named, SERVER) > before, "netmon's question")
    named.client.run("sleep", "0.5")
    result = live.stop()
    questions = [one for one in result.find(application="DNS") if one["src_ip"] == CLIENT]
    own = [one for one in questions if "PTR" in one["fields"]["dns_qtype"]]
    assert len(questions) > len(own), questions
    assert bool(own) is shown, own
    known = {(one["dst_name"], one["dst_name_source"]) for one in result.find(dst_ip=SERVER, dst_port=PORT)}
    assert known == {(NAME, "ptr")}  # those of the test before may end only now


def test_no_resolve(named: Lab) -> None:
    """With --no-resolve-dns nothing is asked."""
    before = reversed_for(named, SERVER)
    live = Live(named.client, "-i", "veth0", "--no-resolve-dns", "--refresh-interval", "200")
    talk(named, 0.5)
    named.client.run("sleep", "0.7")
    assert live.stop().find(dst_ip=SERVER, dst_port=PORT)
    assert reversed_for(named, SERVER) == before


ASK_AND_CONNECT = """
import secrets, socket, struct, sys, time
server, name, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
question = struct.pack(">HHHHHH", secrets.randbits(16), 0x100, 1, 0, 0, 0)
question += b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + struct.pack(">BHH", 0, 1, 1)
asking.settimeout(5)
asking.sendto(question, (server, 53))
address = socket.inet_ntoa(asking.recv(512)[-4:])
time.sleep(1)
with socket.create_connection((address, port)):
    time.sleep(2)
"""


def test_two_names_of_one_address(named: Lab) -> None:
    """Two programs ask for two names that have one address, then both connect to it: each connection has the name that its
    own process asked for."""
    shared = "10.77.0.4"
    named.server.run("ip", "addr", "add", f"{shared}/24", "dev", "veth0")
    named.server.start(
        "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root",
        f"--listen-address={shared}", "--bind-interfaces", "--pid-file", "--local=/example/",
        f"--host-record=one.example,{shared}", f"--host-record=two.example,{shared}",
    )  # fmt: skip
    wait_until(lambda: named.client.run("dig", f"@{shared}", "+short", "one.example", check=False).strip() != "", "dnsmasq")
    live = Live(named.client, "-i", "veth0", "--no-resolve-dns", "--duration", "5")
    programs = {
        name: named.client.start(sys.executable, "-c", ASK_AND_CONNECT, shared, name, str(PORT))
        for name in ("one.example", "two.example")
    }
    result = live.wait()
    found = {record["process"]["pid"]: record.get("dst_name") for record in result.find(protocol="tcp", dst_port=PORT)}
    assert found == {program.pid: name for name, program in programs.items()}
