"""The same traffic, seen live and read from tcpdump's file, tells the same story, and the counts are true."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from lab import CLIENT4, NAME, SERVER4, SERVER6, Lab, end, wait_until
from netmon_run import Live, Record, Result, replay

pytestmark = pytest.mark.root


@dataclass
class Seen:
    """One session of traffic, three times told."""

    live: Result
    file: Result
    path: Path
    counted: dict[str, int]


@pytest.fixture(scope="module")
def seen(network: Lab) -> Iterator[Seen]:
    """All traffic of the lab, captured by netmon and by tcpdump at once."""
    path = network.folder / "session.pcap"
    before = network.client.packet_sockets()
    recorder = network.client.start(
        "tcpdump", "-i", "veth0", "-w", str(path), "-U", "-s", "0", "-B", "65536", "--immediate-mode"
    )
    wait_until(lambda: network.client.packet_sockets() > before, "tcpdump")
    live = Live(network.client, "-i", "veth0", "--no-resolve-dns")
    time.sleep(0.3)  # noqa: TID251  # neighbour discovery of the fresh link comes to rest
    start = network.client.counters()
    network.traffic()
    network.quic()
    time.sleep(1.2)  # noqa: TID251  # the last packets pass the capture buffers
    stop = network.client.counters()
    result = live.stop()
    end(recorder, signal.SIGINT)
    yield Seen(result, replay(str(path)), path, {key: stop[key] - start[key] for key in stop})


def application(seen: Seen, **wanted: object) -> list[Record]:
    found = seen.live.find(**wanted)
    assert found, f"live saw nothing with {wanted}"
    return found


def test_both_end_well(seen: Seen) -> None:
    """Exit status 0, nothing on standard error, nothing dropped."""
    assert (seen.live.status, seen.file.status) == (0, 0), seen.live.errors + seen.file.errors
    assert seen.live.errors == seen.file.errors == ""
    assert sum(seen.live.summary["drops"].values()) == 0


def test_same_connections_and_counts(seen: Seen) -> None:
    """Every conversation of the file was seen live with the same packets and bytes."""
    live, file = seen.live.by_tuple(), seen.file.by_tuple()
    for key, records in file.items():
        if key[0] not in ("tcp", "udp", "icmp"):
            continue
        assert key in live, key
        for name in ("packets_out", "packets_in", "bytes_out", "bytes_in"):
            assert sum(one[name] for one in live[key]) == sum(one[name] for one in records), (key, name)


def test_same_applications(seen: Seen) -> None:
    """Label and fields do not depend on where the packets come from."""
    live = seen.live.by_tuple()
    for key, records in seen.file.by_tuple().items():
        if key in live and key[0] in ("tcp", "udp"):
            for one, other in zip(live[key], records, strict=True):
                assert (one.get("application"), one.get("fields")) == (other.get("application"), other.get("fields"))


def test_counts_equal_the_interface(seen: Seen) -> None:
    """The sum of all rows is what the device itself counted, to the byte."""
    rows = seen.live.connections.values()
    packets = sum(one["packets_out"] + one["packets_in"] for one in rows)
    size = sum(one["bytes_out"] + one["bytes_in"] for one in rows)
    assert (packets, size) == (seen.live.summary["packets"], seen.live.summary["bytes"])
    assert packets >= seen.counted["packets"]
    strays = [one for one in rows if one["protocol"] in ("icmpv6", "arp", "igmp")]
    assert packets - seen.counted["packets"] <= sum(one["packets_out"] + one["packets_in"] for one in strays)
    assert size - seen.counted["bytes"] <= sum(one["bytes_out"] + one["bytes_in"] for one in strays)


def test_processes(seen: Seen) -> None:
    """Conversations that last are attributed to the program that holds the socket."""
    for record in application(seen, application="TLS", src_ip=CLIENT4):
        assert record["dst_port"] == 8443
    iperf = [one for one in seen.live.find(protocol="tcp", dst_port=5201) if "process" in one]
    assert all(one["process"]["name"] == "iperf3" for one in iperf)


def test_what_was_said(seen: Seen) -> None:
    """DNS, HTTP, TLS, SSH and QUIC tell what the clients asked for."""
    queries = {tuple(one["fields"]["dns_query"]) for one in application(seen, application="DNS", dst_ip=SERVER4)}
    assert {(NAME,), ("missing.example",)} <= queries
    http = application(seen, application="HTTP")
    assert [(one["fields"]["http_host"], one["fields"]["http_path"]) for one in http] == [
        ([f"{NAME}:8080"], ["/index.html"])
    ]
    assert [one["hostname"] for one in application(seen, application="TLS")] == [NAME]
    assert application(seen, application="SSH")[0]["fields"]["ssh_server"].startswith("SSH-2.0-OpenSSH")
    assert [one["hostname"] for one in application(seen, application="QUIC")] == [NAME]


def test_refused_connection(seen: Seen) -> None:
    """A connection to a closed port is closed, reset by its destination."""
    record = application(seen, dst_port=9, protocol="tcp")[0]
    assert (record["state"], record["tcp"]["reset_by"], record["event"]) == ("CLOSED", "destination", "closed")


def test_pings_and_neighbours(seen: Seen) -> None:
    """Ping has a response time; IPv6 is told apart."""
    ping = application(seen, protocol="icmp", dst_ip=SERVER4)[0]
    assert ping["packets_out"] == ping["packets_in"] == 3
    assert ping["response_ms"][0]["what"] == "ping" and ping["response_ms"][0]["count"] == 3
    assert application(seen, protocol="icmpv6", dst_ip=SERVER6)


def test_secret_stays_secret(seen: Seen) -> None:
    """The query string of the request is nowhere in what was written."""
    for result in (seen.live, seen.file):
        assert "planted-secret" not in str(result.connections)


def test_file_is_deterministic(seen: Seen) -> None:
    """Two runs over one file write the same."""
    assert replay(str(seen.path)) == seen.file
