"""The kernel meter and the native one, both live on one device at the same time, tell the same story."""

from __future__ import annotations

import random
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from lab import CLIENT4, ONCE, PATIENCE, ROOT, SERVER4, WAIT, Lab, end, missing_tools, run, wait_until
from netmon_run import PYTHON, Live, Record, Result

pytestmark = pytest.mark.root

OPTIONS = ("--no-resolve-dns", "--show-localhost")
COUNTS = ("packets_out", "packets_in", "bytes_out", "bytes_in")
SAME = (*COUNTS, "direction", "vlan", "tunnel", "application", "confidence", "hostname", "fields", "state")
SETTLED = 0.6 * PATIENCE
"""Seconds: the slowest way into a buffer and out of it."""


@pytest.fixture(scope="module", autouse=True)
def kernel(network: Lab) -> None:
    """Skips all where the kernel meter cannot be had."""
    live = Live(network.client, "-i", "veth0", "--meter", "kernel", "--duration", "0.5", *OPTIONS)
    result = live.wait()
    if result.status:
        pytest.skip(f"no kernel meter here: {result.errors.strip()}")


def both(host: Any, *options: str, traffic: Callable[[], object]) -> tuple[Result, Result]:
    """What each meter makes of it: the kernel's first."""
    lives = [Live(host, *options, "--meter", name, *OPTIONS) for name in ("kernel", "native")]
    time.sleep(SETTLED)  # noqa: TID251  # what is under way when the second one opens is not for comparing
    traffic()
    time.sleep(2 * SETTLED)  # noqa: TID251
    results = [live.stop() for live in lives]
    for result, name in zip(results, ("kernel", "native"), strict=True):
        assert (result.status, result.errors, result.summary["meter"]) == (0, "", name)
        assert sum(result.summary["drops"].values()) == 0, result.summary["drops"]
    return results[0], results[1]


def settled(record: Record) -> dict[str, object]:
    """What both must agree on."""
    told = {name: record.get(name) for name in SAME}
    told["tcp"] = {name: value for name, value in (record.get("tcp") or {}).items() if name != "window"}
    return told


def rows(result: Result, keep: Callable[[Record], bool]) -> dict[Any, list[dict[str, object]]]:
    chosen = Result(0, {name: one for name, one in result.connections.items() if keep(one)})
    # of several VLANs the two may hear the first packets in one instant, and close them in either order
    told = {key: [settled(one) for one in found] for key, found in chosen.by_tuple().items()}
    return {key: sorted(found, key=lambda one: str(one["vlan"])) for key, found in told.items()}


def agree(kernel: Result, native: Result, keep: Callable[[Record], bool]) -> int:
    """The same rows; how many."""
    ours, theirs = rows(kernel, keep), rows(native, keep)
    assert ours.keys() == theirs.keys()
    for key in ours:
        different = [
            {name: (one[name], other[name]) for name in one if one[name] != other[name]}
            for one, other in zip(ours[key], theirs[key], strict=True)
        ]
        assert not any(different), (key, different)
    return len(ours)


def talk(record: Record) -> bool:
    """Not neighbour discovery, which may happen before the second one has opened."""
    return "src_ip" in record and record["protocol"] not in ("arp", "icmpv6", "igmp")


def test_all_kinds_of_traffic(network: Lab) -> None:
    """DNS, HTTP, TLS, SSH, QUIC, bulk, pings and a refused connection, over both families."""

    def traffic() -> None:
        network.traffic()
        network.quic()

    assert agree(*both(network.client, "-i", "veth0", traffic=traffic), keep=talk) > 10


def test_kernel_counts_to_the_byte(network: Lab) -> None:
    """What the device has counted, packets and bytes."""
    before = network.server.counters()
    live = Live(network.server, "-i", "veth0", "--meter", "kernel", *OPTIONS)
    start = network.server.counters()
    network.client.run("iperf3", "-c", SERVER4, "-p", "5201", "-n", "8M")
    time.sleep(SETTLED)  # noqa: TID251
    stop = network.server.counters()
    summary = live.stop().summary
    grown = {name: stop[name] - start[name] for name in stop}
    slack = {name: start[name] - before[name] for name in stop}  # what came while it opened
    for name, value in grown.items():
        assert value <= summary[name] <= value + slack[name] + 2000, (name, grown, slack, summary)


def test_capture_filter(network: Lab) -> None:
    """``-f`` decides what is counted and what is inspected, in the kernel as elsewhere."""

    def traffic() -> None:
        network.traffic()

    kernel, native = both(network.client, "-i", "veth0", "-f", "udp port 53 or tcp port 8080", traffic=traffic)
    assert agree(kernel, native, keep=lambda _: True) >= 4
    assert {one["dst_port"] for one in kernel.connections.values()} == {53, 8080}
    assert (
        kernel.summary["packets"]
        == native.summary["packets"]
        == sum(one["packets_out"] + one["packets_in"] for one in kernel.connections.values())
    )
    assert {one["application"] for one in kernel.connections.values()} == {"DNS", "HTTP"}


def test_capture_filter_on_any(network: Lab) -> None:
    """Where the socket shows no link header libpcap writes the filter anew; that one is taken over."""
    options = ("-i", "any", "-f", "icmp and icmp[icmptype] = icmp-echo")
    kernel, native = both(
        network.client, *options, traffic=lambda: network.client.run("ping", "-c", "3", "-i", "0.1", SERVER4)
    )
    assert agree(kernel, native, keep=lambda _: True) == 1
    assert kernel.summary["packets"] == 3


def test_loopback_and_any(network: Lab) -> None:
    """Every packet is there twice on loopback and counts once; ``any`` sees loopback and the device."""

    def traffic() -> None:
        network.client.run("ping", "-c", "3", "-i", "0.1", "127.0.0.1")
        network.client.run("ping", "-c", "3", "-i", "0.1", SERVER4)

    kernel, native = both(network.client, "-i", "lo", traffic=traffic)
    assert agree(kernel, native, keep=talk) == 1
    (ping,) = kernel.find(protocol="icmp")  # from an address to itself: one direction
    assert ping["packets_out"] + ping["packets_in"] == 6
    kernel, native = both(network.client, "-i", "any", traffic=traffic)
    assert agree(kernel, native, keep=talk) == 2


def test_several_interfaces(network: Lab) -> None:
    """One table for all of them."""

    def traffic() -> None:
        network.client.run("ping", "-c", "2", "-i", "0.1", "127.0.0.1")
        network.client.run("dig", f"@{SERVER4}", *ONCE, "server.example", "A")

    kernel, native = both(network.client, "-i", "lo", "-i", "veth0", traffic=traffic)
    assert agree(kernel, native, keep=talk) >= 2
    assert {one["interface"] for one in kernel.connections.values()} >= {"lo", "veth0"}


def test_vlan(network: Lab) -> None:
    """Tags arrive beside the frame on the way in and inside it on the way out."""
    network.join_vlan()
    network.client.run("ping", "-c", "1", "-W", "5", "198.51.100.2")
    ping = ("ping", "-c", "3", "-i", "0.1", "198.51.100.2")
    kernel, native = both(network.client, "-i", "veth0", traffic=lambda: network.client.run(*ping))
    assert agree(kernel, native, keep=talk) >= 1
    (row,) = kernel.find(protocol="icmp")
    assert (row["vlan"], row["packets_out"], row["packets_in"]) == ([100], 3, 3)


def test_fragments(network: Lab) -> None:
    """Pieces of datagrams are counted in user space, whole packets of the same conversation in the kernel: one row."""

    def traffic() -> None:
        network.client.run("ping", "-c", "3", "-i", "0.1", "-s", "4000", SERVER4)
        network.client.run("ping", "-6", "-c", "2", "-i", "0.1", "-s", "4000", "2001:db8::2")

    kernel, native = both(network.client, "-i", "veth0", traffic=traffic)
    assert agree(kernel, native, keep=talk) >= 1
    (row,) = kernel.find(protocol="icmp")
    assert (row["packets_out"], row["packets_in"]) == (9, 9)


def frames() -> Iterator[bytes]:
    """UDP conversations in every tunnel that changes how the frame is read, tags, and noise from the network."""
    ends = [bytes(map(int, address.split("."))) for address in (CLIENT4, SERVER4)]

    def ip(protocol: int, payload: bytes, source: int = 0) -> bytes:
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0)
        return head + ends[source] + ends[1 - source] + payload

    def udp(ports: tuple[int, int], payload: bytes) -> bytes:
        return struct.pack("!HHHH", *ports, 8 + len(payload), 0) + payload

    link = bytes.fromhex("020000000002020000000001")
    inner = ip(17, udp((7001, 7002), b"inside"))
    bridged = link + b"\x08\0" + inner
    carried = [
        ip(4, inner),
        ip(47, b"\0\0\x08\0" + inner),
        ip(47, b"\x20\0\x65\x58" + struct.pack("!I", 77 << 8) + bridged),
        ip(17, udp((50_000, 4789), struct.pack("!II", 0x08000000, 4242 << 8) + bridged)),
        ip(17, udp((50_000, 6081), struct.pack("!BBHI", 0, 0, 0x6558, 7 << 8) + bridged)),
        ip(17, udp((50_000, 2152), struct.pack("!BBHI", 0x30, 255, len(inner), 9) + inner)),
        ip(17, udp((50_000, 7003), b"not a tunnel")),
    ]
    for packet in carried:
        yield link + b"\x08\0" + packet
        for tags in (1, 2, 4):
            tagged = b"".join(struct.pack("!HH", 0x8100, 10 + number) for number in range(tags))
            yield link + tagged + b"\x08\0" + packet
    noise = random.Random(7)
    for _ in range(200):
        packet = bytearray(ip(noise.choice((6, 17, 1, 47, 41, 132)), noise.randbytes(noise.randrange(120))))
        packet[noise.randrange(20)] ^= 1 << noise.randrange(8)
        yield link + noise.choice((b"\x08\0", b"\x86\xdd", b"\x88\x47", b"\x08\x06")) + bytes(packet)


def test_tunnels_tags_and_noise(network: Lab) -> None:
    """Frames that only one of two readers might understand are understood alike; nothing is counted twice or not at all."""
    path = network.folder / "frames"
    path.write_text("\n".join(frame.hex() for frame in frames()))
    send = (PYTHON, str(ROOT / "integration" / "send_frames.py"), "veth0", str(path))
    kernel, native = both(network.server, "-i", "veth0", traffic=lambda: network.client.run(*send))
    assert agree(kernel, native, keep=talk) > 15
    tunnels = {tuple(one.get("tunnel", ())) for one in kernel.connections.values()}
    assert {("gre:77",), ("vxlan:4242",), ("geneve:7",)} <= tunnels, tunnels


def test_offloaded_packets_count_as_on_the_wire(network: Lab) -> None:
    """With segmentation offload the tap sees super-packets: same payload for both, wire packets for the kernel's."""
    for host in (network.client, network.server):
        host.run("ethtool", "-K", "veth0", "tso", "on", "gso", "on", "tx", "on", check=False)
    try:
        kernel, native = both(
            network.client,
            "-i",
            "veth0",
            traffic=lambda: network.client.run("iperf3", "-c", SERVER4, "-p", "5201", "-n", "8M"),
        )
    finally:
        for host in (network.client, network.server):
            host.run("ethtool", "-K", "veth0", "tso", "off", "gso", "off", "tx", "off", check=False)
    ours, theirs = (max(result.find(dst_port=5201), key=lambda one: one["packets_out"]) for result in (kernel, native))
    headers = 14 + 20 + 32
    payload = theirs["bytes_out"] - headers * theirs["packets_out"]
    assert abs(ours["bytes_out"] - headers * ours["packets_out"] - payload) < 200  # a SYN has other options
    assert ours["packets_out"] >= payload / 1460 > 2 * theirs["packets_out"]


def test_bodies_are_stepped_over(network: Lab, tmp_path: Path) -> None:
    """Of a long download both meters pass on its ends only; what the connection says afterwards is read all the same."""
    with (tmp_path / "large").open("wb") as file:
        file.truncate(12 << 20)
    (tmp_path / "small").write_bytes(b"small")
    port = "8123"
    web = ("-m", "http.server", port, "--bind", SERVER4, "--directory", str(tmp_path), "--protocol", "HTTP/1.1")
    server = network.server.start(PYTHON, *web)
    try:
        wait_until(lambda: network.server.listens(int(port)), "the web server")
        urls = [f"http://{SERVER4}:{port}/{name}" for name in ("large", "small", "large", "none")]
        nowhere = [word for _ in urls for word in ("-o", "/dev/null")]
        results = both(network.client, "-i", "veth0", traffic=lambda: network.client.run("curl", "-s", *nowhere, *urls))
    finally:
        end(server)
    for result in results:
        (one,) = result.find(dst_port=int(port))
        assert one["payload_in"] > 24 << 20
        assert one["fields"]["http_status"] == [200, 404]
        assert one["fields"]["http_path"] == ["/large", "/small", "/none"]
        assert result.summary["inspected"] < one["packets_in"] / 4


def test_full_table_is_told(network: Lab, tmp_path: Path) -> None:
    """A table of 16 flows: what is in it stays exact, what found no room is counted in the summary."""
    config = tmp_path / "config.toml"
    config.write_text("max_connections = 16\n")
    live = Live(network.server, "-i", "veth0", "--meter", "kernel", "--config", str(config), *OPTIONS)
    time.sleep(SETTLED)  # noqa: TID251
    path = network.folder / "many"
    link = bytes.fromhex("0200000000020200000000010800")
    lines = []
    for number in range(400):
        packet = struct.pack("!HHHH", 10_000 + number % 200, 9, 12, 0) + b"full"
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(packet), 1, 0, 64, 17, 0) + bytes((192, 0, 2, 1, 192, 0, 2, 77))
        lines.append((link + head + packet).hex())
    path.write_text("\n".join(lines))
    network.client.run(PYTHON, str(ROOT / "integration" / "send_frames.py"), "veth0", str(path))
    time.sleep(SETTLED)  # noqa: TID251
    result = live.stop()
    kept = result.find(dst_ip="192.0.2.77")
    assert 0 < len(kept) <= 16
    assert {one["packets_out"] for one in kept} == {2}
    assert result.summary["packets"] >= 400
    missed = result.summary["drops"]["table"]
    assert 400 - 2 * len(kept) <= missed <= result.summary["packets"] - 2 * len(kept)


def kernel_objects(pid: int) -> set[tuple[str, str]]:
    """Programs and maps that a process has descriptors of: what and its number."""
    found = set()
    for info in Path(f"/proc/{pid}/fdinfo").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile: the program is just starting
            for line in info.read_text().splitlines():
                name, _, value = line.partition(":")
                if name in ("prog_id", "map_id"):
                    found.add((name.removesuffix("_id"), value.strip()))
    return found


def test_nothing_is_left_behind(network: Lab) -> None:
    """Killed without a word: no program and no map stays in the kernel."""
    if missing_tools("bpftool"):
        pytest.skip("not installed: bpftool")
    before = network.client.packet_sockets()
    command = (PYTHON, "-P", "-m", "netmon", "--json", "-i", "veth0", "-f", "tcp", "--meter", "kernel")
    process = network.client.start(*command, cwd=ROOT)
    wait_until(lambda: network.client.packet_sockets() > before, "netmon's capture")
    wait_until(lambda: "prog" in dict(kernel_objects(process.pid)), "the kernel's program")
    objects = kernel_objects(process.pid)
    assert {kind for kind, _ in objects} == {"prog", "map"}
    process.kill()
    process.wait(WAIT)

    def left() -> list[tuple[str, str]]:
        return [one for one in objects if run("bpftool", one[0], "show", "id", one[1], check=False).strip()]

    wait_until(lambda: not left(), "the kernel to let go")


def test_interface_disappears_and_comes_back(network: Lab) -> None:
    """As with any meter: the problem is told, and capture goes on with the new device of that name."""
    host = network.client

    def add() -> None:
        host.run("ip", "link", "add", "gone0", "type", "veth", "peer", "name", "gone1")
        host.run("ip", "addr", "add", "203.0.113.1/24", "dev", "gone0")
        for name in ("gone0", "gone1"):
            host.run("ip", "link", "set", name, "up")
        host.run("ip", "neigh", "replace", "203.0.113.9", "lladdr", "02:00:00:00:00:09", "dev", "gone0")

    others = host.packet_sockets()
    add()
    live = Live(host, "-i", "gone0", "--meter", "kernel", *OPTIONS)
    host.run("ping", "-c", "2", "-i", "0.1", "-W", "1", "203.0.113.9", check=False)
    host.run("ip", "link", "del", "gone0")
    wait_until(lambda: host.packet_sockets() == others, "netmon to notice")
    add()
    wait_until(lambda: host.packet_sockets() > others, "the second opening")
    time.sleep(SETTLED)  # noqa: TID251
    host.run("ping", "-c", "3", "-i", "0.1", "-W", "1", "203.0.113.9", check=False)
    time.sleep(SETTLED)  # noqa: TID251
    result = live.stop()
    host.run("ip", "link", "del", "gone0")
    assert (result.status, result.summary["meter"]) == (0, "kernel")
    assert sum(one["packets_out"] for one in result.find(dst_ip="203.0.113.9")) == 5
