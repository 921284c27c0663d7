"""Which interface a capture is on, and what several of them see: once is once (features 1.2, 1.3, 1.5)."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from lab import CLIENT4, SERVER4, SERVER6, Host, Lab, lab, wait_until
from lab_needs import why_no_lab
from netmon_run import Live, Result

pytestmark = pytest.mark.root

PINGS = 3


@pytest.fixture(scope="module")
def bridged() -> Iterator[Lab]:
    """The two hosts; the server's end of the cable is a port of its bridge, which has the addresses."""
    reason = why_no_lab()
    if reason:
        pytest.skip(reason)
    with lab() as it:
        server = it.server
        if server.run("ip", "link", "add", "br0", "type", "bridge", check=False) or not _exists(server, "br0"):
            pytest.skip("this kernel has no bridges")
        server.run("ip", "addr", "flush", "dev", "veth0")
        server.run("ip", "link", "set", "veth0", "master", "br0")
        server.run("ip", "link", "set", "br0", "up")
        server.run("ip", "addr", "add", f"{SERVER4}/24", "dev", "br0")
        server.run("ip", "addr", "add", f"{SERVER6}/64", "dev", "br0", "nodad")
        wait_until(lambda: "1 received" in it.client.run("ping", "-c", "1", "-W", "1", SERVER4, check=False), "the bridge")
        yield it


def _exists(host: Host, device: str) -> bool:
    return host.run("ip", "link", "show", device, check=False) != ""


def _ping(host: Host, address: str) -> None:
    host.run("ping", "-c", str(PINGS), "-i", "0.05", "-W", "1", address)
    time.sleep(0.3)  # noqa: TID251  # the packets pass the capture buffer


def _stop(live: Live, address: str, packets: int) -> Result:
    """The run's result, with the echo conversation to ``address`` counted to the packet."""
    result = live.stop()
    (echo,) = [one for one in result.find(dst_ip=address) if one["protocol"].startswith("icmp") and one.get("src_port")]
    assert (echo["packets_out"], echo["packets_in"]) == (packets, packets)
    return result


@pytest.mark.parametrize("meter", ["auto", "native", "reference"])
@pytest.mark.parametrize("interfaces", [("any",), ("br0", "veth0")], ids=["any", "two"])
def test_bridge_and_port_count_once(bridged: Lab, interfaces: tuple[str, ...], meter: str) -> None:
    """Both devices show every packet; the conversation has it once, and says where it was seen."""
    options = [word for name in interfaces for word in ("-i", name)]
    live = Live(bridged.server, *options, "--no-resolve-dns", "--meter", meter)
    _ping(bridged.client, SERVER4)
    result = _stop(live, SERVER4, PINGS)
    assert result.summary["packets"] >= 4 * PINGS
    assert {one["interface"] for one in result.find(src_ip=CLIENT4)} <= {"br0", "veth0"}
    assert result.errors == ""


@pytest.mark.parametrize("interface", ["lo", "any"])
def test_loopback_counts_once(bridged: Lab, interface: str) -> None:
    """What this machine says to itself leaves and arrives on one device."""
    live = Live(bridged.client, "-i", interface, "--no-resolve-dns", "--show-localhost")
    _ping(bridged.client, "127.0.0.1")
    live_result = live.stop()
    (echo,) = live_result.find(dst_ip="127.0.0.1", protocol="icmp")
    assert echo["packets_out"] + echo["packets_in"] == 2 * PINGS
    assert echo["interface"] == "lo"


def test_default_route_of_ipv6_only(bridged: Lab) -> None:
    """Without an IPv4 default route the IPv6 one says where to capture."""
    client = bridged.client
    client.run("ip", "route", "del", "default")
    client.run("ip", "-6", "route", "add", "default", "via", SERVER6)
    live = Live(client, "--no-resolve-dns")
    _ping(client, SERVER6)
    assert _stop(live, SERVER6, PINGS).summary["source"] == "veth0"


def test_deleted_interface_comes_back(bridged: Lab) -> None:
    """Gone while capturing: the run goes on, and what comes under the name later is captured again."""
    client = bridged.client

    def plug() -> None:
        client.run("ip", "link", "add", "usb0", "type", "veth", "peer", "usb0p")
        client.run("ip", "addr", "add", "203.0.113.1/24", "dev", "usb0")
        client.run("ip", "link", "set", "usb0p", "up")
        client.run("ip", "link", "set", "usb0", "up")

    plug()
    live = Live(client, "-i", "usb0", "--no-resolve-dns")
    client.run("ping", "-c", "1", "-W", "1", "203.0.113.7", check=False)
    time.sleep(0.3)  # noqa: TID251  # the packets pass the capture buffer
    client.run("ip", "link", "del", "usb0")
    wait_until(lambda: client.packet_sockets() == 0, "the end of the capture")
    plug()
    wait_until(lambda: client.packet_sockets() == 1, "the capture of the new device")
    client.run("ping", "-c", "1", "-W", "1", "203.0.113.8", check=False)
    time.sleep(0.3)  # noqa: TID251  # the packets pass the capture buffer
    result = live.stop()
    client.run("ip", "link", "del", "usb0")
    assert result.status == 0
    assert {"203.0.113.7", "203.0.113.8"} <= {one["dst_ip"] for one in result.find(protocol="arp")}
