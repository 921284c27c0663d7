"""TCP in fragments, and datagrams that the snap length cut, through meter, decoding and inspection."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import pytest

from netmon.model.connection import Connection
from netmon.model.finding import Confidence
from netmon.model.frame import Frame
from netmon.model.snapshot import SystemStatus

from ._files import NATIVE, make_pipeline

CLIENT, SERVER = bytes((192, 0, 2, 1)), bytes((192, 0, 2, 2))
START = 1_700_000_000_000_000_000
REQUEST = b"GET /a-page HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: test\r\n\r\n"
SYN, ACK = 2, 16


def ethernet(protocol: int, payload: bytes, ident: int = 1, at: int = 0, more: bool = False) -> bytes:
    """One IPv4 packet, or the fragment that begins at byte ``at``."""
    field = at >> 3 | (0x2000 if more else 0)
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), ident, field, 64, protocol, 0)
    return bytes.fromhex("020000000002020000000001") + b"\x08\x00" + head + CLIENT + SERVER + payload


def segment(seq: int, flags: int, payload: bytes = b"") -> bytes:
    return struct.pack("!HHIIBBHHH", 50000, 8000, seq, 1, 0x50, flags, 1000, 0, 0) + payload


def fragments(whole: bytes, ident: int) -> list[bytes]:
    """In pieces of 32 bytes."""
    return [ethernet(6, whole[at : at + 32], ident, at, more=at + 32 < len(whole)) for at in range(0, len(whole), 32)]


def played(meter: str, packets: Sequence[bytes], cut: int = 0) -> Connection:
    """The only conversation of these packets, of which ``cut`` bytes are captured."""
    pipeline = make_pipeline(meter)
    frames = [Frame(START + n, len(data), data[:cut] if cut else data, 1, 0) for n, data in enumerate(packets)]
    pipeline.meter.feed(frames)
    pipeline.inspect()
    pipeline.finish(START / 1e9 + 1)
    snapshot = pipeline.snapshot(START / 1e9 + 1, SystemStatus())
    (connection,) = (*snapshot.connections, *snapshot.closed)
    return connection


@pytest.mark.parametrize("meter", ["reference", NATIVE])
@pytest.mark.parametrize("backwards", [False, True])
def test_segments_in_fragments_are_read(meter: str, backwards: bool) -> None:
    """A request of two segments, each in fragments, whichever way round the fragments come."""
    first, second = fragments(segment(101, ACK, REQUEST[:40]), 7), fragments(segment(141, ACK, REQUEST[40:]), 8)
    if backwards:
        first.reverse()
        second.reverse()
    connection = played(meter, [ethernet(6, segment(100, SYN)), *first, *second])
    assert connection.finding is not None and connection.finding.name == "HTTP"
    fields = {field.name: field.values for field in connection.finding.fields}
    assert fields["http_host"] == ("www.example.org",)
    assert fields["user_agent"] == ("test",)


@pytest.mark.parametrize("meter", ["reference", NATIVE])
def test_an_unfinished_segment_is_not_made_up(meter: str) -> None:
    """A fragment is missing: what is before it is inspected, what it or those behind it would have said is not claimed."""
    whole = fragments(segment(101, ACK, REQUEST), 7)
    assert len(whole) == 3
    for missing, named in ((0, False), (1, True), (2, True)):
        pieces = whole[:missing] + whole[missing + 1 :]
        finding = played(meter, [ethernet(6, segment(100, SYN)), *pieces]).finding
        assert (finding is not None and finding.name == "HTTP" and finding.confidence is not Confidence.PORT) == named
        assert "test" not in repr(finding) and (missing == 2 or "example.org" not in repr(finding))


QUESTION = bytes.fromhex("123401000001000000000001") + b"\x03www\x07example\x03org\x00" + struct.pack("!HH", 1, 1)
PADDING = struct.pack("!BHHIHHH", 0, 41, 1232, 0, 304, 12, 300) + bytes(300)
"""RFC 7830."""


@pytest.mark.parametrize("meter", ["reference", NATIVE])
@pytest.mark.parametrize("later", [False, True])
def test_a_datagram_that_is_never_whole(meter: str, later: bool) -> None:
    """Its first fragment is inspected as if it had been cut: at the end, or when nothing has come for long."""
    message = QUESTION + PADDING
    datagram = struct.pack("!HHHH", 40000, 53, 8 + len(message), 0) + message
    pipeline = make_pipeline(meter)
    pipeline.meter.feed([Frame(START, 14 + 20 + 64, ethernet(17, datagram[:64], 9, 0, True), 1, 0)])
    pipeline.inspect()
    now = START / 1e9
    if later:
        pipeline.tick(now + 1)
        assert not pipeline.snapshot(now + 1, SystemStatus()).connections[0].finding
        pipeline.tick(now + 31)
    else:
        pipeline.finish(now + 1)
    snapshot = pipeline.snapshot(now + 31, SystemStatus())
    (connection,) = (*snapshot.connections, *snapshot.closed)
    assert connection.finding is not None and connection.finding.label == "DNS"
    assert {field.name: field.values for field in connection.finding.fields}["dns_query"] == ("www.example.org",)


@pytest.mark.parametrize("meter", ["reference", NATIVE])
def test_a_port_still_hints_where_the_snap_length_cut(meter: str) -> None:
    """Of a cut datagram nobody can say that it is not what its port suggests; of a whole one somebody can."""
    question = bytes.fromhex("123401000001000000000000") + b"\x03www\x07example\x03org\x00" + struct.pack("!HH", 1, 1)
    packet = ethernet(17, struct.pack("!HHHH", 40000, 53, 8 + len(question), 0) + question)
    found = played(meter, [packet], cut=14 + 20 + 8 + 10).finding
    assert found is not None and (found.label, found.confidence) == ("DNS", Confidence.PORT)
    garbage = ethernet(17, struct.pack("!HHHH", 40000, 53, 8 + 20, 0) + b"\xff" * 20)
    found = played(meter, [garbage]).finding
    assert found is None or found.label != "DNS"
