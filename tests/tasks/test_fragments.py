"""TCP in fragments, and datagrams that the snap length cut, through meter, decoding and inspection."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import pytest

from netmon.model.connection import Connection, SystemStatus
from netmon.model.finding import Confidence
from netmon.model.frame import Frame

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
    """One fragment is missing: what it would have said is not claimed."""
    connection = played(meter, [ethernet(6, segment(100, SYN)), *fragments(segment(101, ACK, REQUEST), 7)[:-1]])
    assert connection.finding is None or connection.finding.confidence is Confidence.PORT


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
