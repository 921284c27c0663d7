"""Meter, inspection and tracker joined: frames in, connections out."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from netmon.capture.file import open_file
from netmon.model.flow import Inspected, InspectKind
from netmon.model.frame import Frame
from netmon.model.snapshot import EventKind, SystemStatus
from netmon.tasks.own import OwnLookups

from ._files import FIXTURES, NATIVE, labels, make_pipeline, play

EXPECTED = {
    "dns.pcapng": {"DNS"},
    "http.pcap": {"HTTP"},
    "tls12.pcap": {"TLS"},
    "tls13.pcap": {"TLS"},
    "ssh.pcap": {"SSH"},
    "quic.pcap": {"QUIC"},
    "ping.pcap": {"ICMP", "ICMPv6"},
    "refused.pcap": {""},
    "vlan.pcap": {"ICMP", "HTTP"},
    "fragments.pcap": {"ICMP", "ICMPv6", ""},
    "grpc.pcap": {"HTTP2"},
    "sctp.pcap": {"SCTP.Diameter"},
    "m3ua.pcap": {"SCTP.M3UA"},
}


@pytest.mark.parametrize("meter", ["reference", NATIVE])
@pytest.mark.parametrize("name", EXPECTED)
async def test_applications_of_the_fixtures(name: str, meter: str) -> None:
    """Each recorded conversation is recognised by either meter."""
    assert labels(await play(FIXTURES / name, make_pipeline(meter))) == EXPECTED[name]


async def test_grpc() -> None:
    """What Google's library says in clear: methods, how each call ended, that a token was sent, and not which."""
    (event,) = [one for one in await play(FIXTURES / "grpc.pcap", make_pipeline()) if one.kind is EventKind.CLOSED]
    finding = event.connection.finding
    assert finding is not None
    values = {field.name: field.values for field in finding.fields}
    assert values["http_path"] == ("/shop.Greeter/Say", "/shop.Greeter/Count", "/shop.Greeter/Deny")
    assert (values["grpc_status"], values["http_content_type"]) == ((0, 7), ("application/grpc",))
    assert finding.risks == ("clear-text-credentials",)
    assert [(times.what, times.count) for times in event.connection.response_times] == [("http-first-byte", 3)]
    assert b"planted-secret" in (FIXTURES / "grpc.pcap").read_bytes()
    assert "planted-secret" not in repr(event)


async def test_sctp() -> None:
    """What a kernel's own associations carry: a message in fragments, several in one packet, on both streams."""
    (event,) = [one for one in await play(FIXTURES / "sctp.pcap", make_pipeline()) if one.connection.finding]
    connection, finding = event.connection, event.connection.finding
    assert finding is not None
    values = {field.name: field.values for field in finding.fields}
    assert (values["sctp_ppid"], values["sctp_carries"]) == ((46, 3), ("Diameter", "M3UA"))
    assert {"INIT", "INIT_ACK", "COOKIE_ECHO", "DATA", "SACK", "SHUTDOWN_COMPLETE"} <= set(values["sctp_chunk"])
    assert (finding.name, finding.state) == ("SCTP.Diameter", "SHUTDOWN_COMPLETE")
    assert values["diameter_origin_host"] == ("client.example", "server.example")
    assert values["sigtran_message"] == ("BEAT", "BEAT_ACK")
    assert [(times.what, times.count) for times in connection.response_times] == [("diameter", 1), ("sigtran", 4)]
    assert (connection.packets_out, connection.packets_in, connection.destination_port) == (10, 8, 3868)


async def test_no_inspection_no_applications() -> None:
    """With ``--no-dpi`` the same connections are counted and none has an application."""
    plain = await play(FIXTURES / "http.pcap", make_pipeline(inspect=False))
    seen = await play(FIXTURES / "http.pcap", make_pipeline())
    assert labels(plain) == {""}
    assert [event.connection.bytes_in for event in plain] == [event.connection.bytes_in for event in seen]


async def test_fragments_are_counted_with_their_conversation() -> None:
    """A datagram in pieces is one conversation with all its bytes, and its ping is answered."""
    events = await play(FIXTURES / "fragments.pcap", make_pipeline())
    ping = next(event.connection for event in events if event.connection.protocol == "icmp" and event.connection.packets_in)
    assert (ping.packets_out, ping.packets_in, ping.bytes_out) == (3, 3, ping.bytes_in)
    udp = next(event.connection for event in events if event.connection.protocol == "udp")
    assert (udp.packets_out, udp.payload_out, udp.destination_port) == (3, 4096, 9999)


async def test_vlan_is_told() -> None:
    """Tagged traffic keeps its VLAN id."""
    events = await play(FIXTURES / "vlan.pcap", make_pipeline())
    assert {event.connection.vlans for event in events} == {(100,)}


def test_finished_flows_are_forgotten_by_the_meter() -> None:
    """What the tracker has let go of leaves the meter too: a long run does not grow."""
    pipeline, source = make_pipeline(), open_file(str(FIXTURES / "refused.pcap"))
    for frames in source.frames():
        pipeline.meter.feed(frames)
    source.close()
    now = pipeline.meter.last_timestamp_ns / 1e9
    deleted: list[int] = []
    delete = pipeline.meter.delete
    pipeline.meter.delete = lambda ids: (deleted.extend(ids), delete(ids))[1]  # type: ignore[method-assign,func-returns-value]
    for later in (0.0, 1.0, 20.0, 60.0, 120.0):
        pipeline.inspect()
        pipeline.tick(now + later)
    assert len(deleted) == 1
    assert pipeline.snapshot(now + 120, SystemStatus()).connections == ()


def test_undecodable_frames_are_counted_not_raised() -> None:
    """A frame that is not what it claims to be is a number in the books."""
    pipeline = make_pipeline()
    pipeline.inspect([Inspected(1, InspectKind.FRAGMENT, 0, 1, 0, 17, 2, 0, 0, False, b"\x45\x00")])
    assert pipeline.undecodable == 1


async def test_privacy_reaches_events_and_snapshots(tmp_path: Path) -> None:
    """What leaves the pipeline has stand-ins only, and the same ones everywhere. A key of its own: with another in a few
    hundred a stand-in happens to be one of the documentation's addresses that the capture has."""
    key = tmp_path / "key"
    key.write_text("5a" * 32)
    plain, veiled = make_pipeline(), make_pipeline(privacy=True, privacy_key=str(key))
    before = await play(FIXTURES / "dns.pcapng", plain)
    after = await play(FIXTURES / "dns.pcapng", veiled)
    real = {address for event in before for address in (event.connection.source, event.connection.destination)}
    text = repr(after) + repr(veiled.snapshot(2e9, veiled.complete(SystemStatus(source="dns.pcapng"))))
    assert len(after) == len(before) and real
    assert not [address for address in real if f"'{address}'" in text]
    assert "server.example" not in text and "server.example" in repr(before)


async def test_own_lookups_are_left_out() -> None:
    """Neither events nor snapshots have them; other DNS stays."""
    plain, hiding = make_pipeline(), make_pipeline()
    hiding.own = OwnLookups(0)
    hiding.own.asked(["192.0.2.7"])
    before = await play(FIXTURES / "dns.pcapng", plain)
    assert len(await play(FIXTURES / "dns.pcapng", hiding)) == len(before)
    questions = {str(v) for e in before if e.connection.finding for f in e.connection.finding.fields
                 if f.name == "dns_query" for v in f.values}  # fmt: skip
    all_ours = make_pipeline()
    all_ours.own = OwnLookups(0)
    all_ours.own._questions = dict.fromkeys(name.rstrip(".").lower() for name in questions)
    left = await play(FIXTURES / "dns.pcapng", all_ours)
    assert questions and not [event for event in left if event.connection.destination_port == 53]
    shown = all_ours.snapshot(2e9, SystemStatus())
    assert not [one for one in (*shown.connections, *shown.closed) if one.destination_port == 53]


def test_an_association_is_described_to_its_end() -> None:
    """That no protocol recognises what is inside SCTP does not end the description of its chunks."""

    def packet(number: int, side: int, chunk: bytes) -> Frame:
        ports = (3868, 40000) if side else (40000, 3868)
        sctp = struct.pack("!HHII", *ports, 1, 0) + chunk
        ends = (b"\xc0\0\2\2", b"\xc0\0\2\1") if side else (b"\xc0\0\2\1", b"\xc0\0\2\2")
        ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(sctp), number, 0, 64, 132, 0) + b"".join(ends) + sctp
        data = bytes(12) + b"\x08\0" + ip
        return Frame(number * 1_000_000, len(data), data, 1, 0)

    pipeline = make_pipeline()
    chunks = [b"\1\0\0\4"] + [struct.pack("!BBHIHHI", 0, 3, 20, at, 0, at, 77) + b"%04d" % at for at in range(30)]
    for number, chunk in enumerate([*chunks, b"\x0e\0\0\4"], 1):
        pipeline.meter.feed([packet(number, number % 2, chunk)])
        pipeline.inspect()
    pipeline.tick(1.0)
    (row,) = pipeline.snapshot(1.0, SystemStatus()).connections
    assert row.finding is not None and (row.finding.label, row.finding.state) == ("SCTP", "SHUTDOWN_COMPLETE")
