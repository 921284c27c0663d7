"""Without inspection (``--no-dpi``) nothing is looked into, everything is still counted; with it, looking ends in time."""

from __future__ import annotations

from pathlib import Path

import pytest
from conversations import CLIENT, SERVER, Conversations
from lab import NAME, Lab
from netmon_run import Live, Record, Result, replay

TOLD = ("application", "confidence", "application_state", "hostname", "summary", "fields", "risks", "inside", "response_ms")
COUNTED = ("packets_out", "packets_in", "bytes_out", "bytes_in", "payload_out", "payload_in", "tcp", "rtt_ms")
REQUEST = b"GET /secret-page HTTP/1.1\r\nHost: example.org\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def told(result: Result) -> list[Record]:
    """Records in which inspection has said something."""
    return [one for one in result.connections.values() if any(key in one for key in TOLD)]


def conversations() -> Conversations:
    """Text, random bytes that nobody recognises, and a download far beyond every budget."""
    made = Conversations()
    made.tcp(8080, [(CLIENT, REQUEST), (SERVER, ANSWER)])
    noise = bytes((at * 131 + at // 7 * 89) & 0xFF | 0x80 for at in range(150_000))
    made.tcp(50_001, [(CLIENT, noise[:60_000]), (SERVER, noise)])
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n"
    made.tcp(8080, [(CLIENT, REQUEST), (SERVER, head + bytes(3_000_000))])
    made.udp(50_002, [(CLIENT, noise[at : at + 99]) for at in range(0, 5000, 99)])
    return made


@pytest.mark.parametrize("meter", ["native", "reference"])
def test_files(tmp_path: Path, meter: str) -> None:
    """The same connections, counted alike, whether anybody looks into them or not."""
    path = str(conversations().write(tmp_path / "made.pcap"))
    looked, blind = replay(path, "--meter", meter), replay(path, "--meter", meter, "--no-dpi")
    assert len(told(looked)) >= 2 and told(blind) == []
    assert blind.summary["applications"] == {}
    assert list(looked.connections) == list(blind.connections)
    for identifier, one in looked.connections.items():
        other = blind.connections[identifier]
        assert [one.get(key) for key in COUNTED] == [other.get(key) for key in COUNTED]


@pytest.mark.parametrize("meter", ["native", "reference"])
def test_looking_ends_in_time(tmp_path: Path, meter: str) -> None:
    """Of 3.2 MB little is looked into: noise is given up, a download is done, and the summary says how it ended."""
    path = str(conversations().write(tmp_path / "made.pcap"))
    summary = replay(path, "--meter", meter).summary
    assert summary["inspected"] < 1300 < summary["packets"]
    assert summary["inspection_given_up"] == 2
    inspection = summary["inspection"]
    assert 0 <= inspection["peak_bytes"] < 100_000 < inspection["bound_bytes"]
    assert (inspection["evicted"], inspection["failures"]) == (0, 0)


def test_a_spent_budget_is_counted(tmp_path: Path) -> None:
    """A conversation that somebody follows without an end in sight: 64 KiB a direction, then no more."""
    made = Conversations()
    made.tcp(5432, [(CLIENT, b"\0\0\0\x13\0\3\0\0user\0alice\0\0"), (SERVER, (b"D" + b"\0\0\x03\xe8" + bytes(996)) * 200)])
    path = str(made.write(tmp_path / "made.pcap"))
    summary = replay(path).summary
    assert summary["applications"] == {"PostgreSQL": 1}
    assert summary["inspection"]["budget_spent"] == 1
    assert summary == replay(path).summary


@pytest.mark.root
@pytest.mark.parametrize("meter", ["kernel", "native"])
def test_live(network: Lab, meter: str) -> None:
    """Live as well: connections and counts, and not a word of what they carry."""
    options = ("-i", "veth0", "--no-resolve-dns", "--meter", meter)
    live = Live(network.client, *options, "--no-dpi")
    network.curl(f"http://{NAME}:8080/index.html")
    network.curl("-o", "/dev/null", f"https://{NAME}:8443/large")
    result = live.stop()
    if result.status != 0 and meter == "kernel":
        pytest.skip(f"the kernel meter does not work here: {result.errors.strip()}")
    assert result.status == 0, result.errors
    web = [one for one in result.connections.values() if one.get("dst_port") in (8080, 8443)]
    assert len(web) == 2 and all(one["payload_in"] > 0 for one in web)
    assert told(result) == []
    assert result.summary["applications"] == {}
