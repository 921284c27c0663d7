"""A capture file through the pipeline: the same story however it is cut, counted or paced."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.capture.file import open_file
from netmon.capture.playback import UNBOUNDED
from netmon.capture.writer import PcapWriter, create
from netmon.errors import CaptureError
from netmon.exports.parts import Record
from netmon.exports.record import event_record
from netmon.model.frame import Frame
from netmon.model.snapshot import ConnectionEvent, EventKind
from netmon.tasks.replay import Replay

from ._files import FIXTURES, NATIVE, Recut, make_pipeline, play

NAMES = sorted(path.name for path in FIXTURES.glob("*.pcap*"))


def records(events: Sequence[ConnectionEvent]) -> list[Record]:
    """Everything that would be written."""
    return [event_record(event, secrets=True) for event in events]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("meter", ["reference", NATIVE])
async def test_two_runs_tell_the_same(name: str, meter: str) -> None:
    """Nothing depends on the run."""
    first = await play(FIXTURES / name, make_pipeline(meter))
    assert records(first) == records(await play(FIXTURES / name, make_pipeline(meter)))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("cut", [7, 64, 1500])
async def test_chunks_do_not_matter(name: str, cut: int) -> None:
    """However the C reader gets its bytes, the records are the same."""
    pytest.importorskip("netmon.meter._native", reason="the C meter is not compiled")
    whole = await play(FIXTURES / name, make_pipeline("native"))
    assert records(await play(FIXTURES / name, make_pipeline("native"), cut)) == records(whole)


@pytest.mark.parametrize("name", NAMES)
async def test_both_meters_tell_the_same(name: str) -> None:
    """The C meter and the plain Python one give the same records."""
    pytest.importorskip("netmon.meter._native", reason="the C meter is not compiled")
    native = await play(FIXTURES / name, make_pipeline("native"))
    assert records(native) == records(await play(FIXTURES / name, make_pipeline("reference")))


def long_capture(path: Path, gap: float, count: int) -> Path:
    """One UDP packet of its own conversation every ``gap`` seconds."""
    output = PcapWriter(create(str(path)), str(path), 1)
    for number in range(count):
        udp = (40_000 + number).to_bytes(2) + b"\x27\x0f\x00\x0c\x00\x00data"
        ip = b"\x45\x00\x00\x20\x00\x00\x00\x00\x40\x11\x00\x00" + bytes((192, 0, 2, 1, 192, 0, 2, 2)) + udp
        data = b"\x02\x00\x00\x00\x00\x02\x02\x00\x00\x00\x00\x01\x08\x00" + ip
        output.write(Frame(1_700_000_000_000_000_000 + round(number * gap * 1e9), len(data), data, 1))
    output.close()
    return path


@pytest.mark.parametrize("meter", ["reference", NATIVE])
async def test_packet_time_expires(tmp_path: Path, meter: str) -> None:
    """What has been idle for its timeout of packet time is closed while the file is still being read."""
    events = await play(long_capture(tmp_path / "long.pcap", 30.0, 10), make_pipeline(meter))
    closed = [event for event in events if event.kind is EventKind.CLOSED]
    assert len(closed) == 8
    assert all(0 < event.when - event.connection.last_seen <= 120 for event in closed)
    assert [event.kind for event in events if event.kind is not EventKind.OPENED][-2:] == [EventKind.ACTIVE] * 2


def fast_web(path: Path) -> Path:
    """Three requests on one connection within a millisecond, the first answered with more than a budget's bytes."""
    output = PcapWriter(create(str(path)), str(path), 1)
    sequence, number = [1000, 5000], 0

    def send(side: int, flags: int, data: bytes = b"") -> None:
        nonlocal number
        ends = (bytes((192, 0, 2, 1)), bytes((192, 0, 2, 2))), (40_000, 8_123)
        (source, target), (port, other) = ends if not side else (end[::-1] for end in ends)
        tcp = struct.pack(">HHIIBBHI", port, other, sequence[side], sequence[1 - side], 0x50, flags, 65535, 0) + data
        ip = struct.pack(">BBHIBBH", 0x45, 0, 20 + len(tcp), 0, 64, 6, 0) + source + target + tcp
        frame = bytes(12) + b"\x08\x00" + ip
        output.write(Frame(1_700_000_000_000_000_000 + number * 1000, len(frame), frame, 1))
        sequence[side] += len(data) + (flags >> 1 & 1)
        number += 1

    send(0, 0x02)
    send(1, 0x12)
    send(0, 0x10)
    for status, size in ((200, 100_000), (404, 2_000), (301, 0)):
        send(0, 0x18, b"GET /%d HTTP/1.1\r\nHost: www.example\r\n\r\n" % status)
        answer = b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n" % (status, size) + b"x" * size
        for start in range(0, len(answer), 1400):
            send(1, 0x18, answer[start : start + 1400])
    output.close()
    return path


@pytest.mark.parametrize("meter", ["reference", NATIVE])
async def test_a_budget_used_up_at_once(tmp_path: Path, meter: str) -> None:
    """Inspection is asked before the next packet: what it wants to follow for ever has no hole behind its budget."""
    events = await play(fast_web(tmp_path / "fast.pcap"), make_pipeline(meter))
    finding = events[-1].connection.finding
    assert finding is not None
    assert {field.name: field.values for field in finding.fields}["http_status"] == (200, 404, 301)


@settings(max_examples=15, deadline=None)
@given(limits=st.lists(st.integers(0, 300), max_size=12))
def test_stopping_anywhere_changes_nothing(tmp_path_factory: pytest.TempPathFactory, limits: list[int]) -> None:
    """A playback that pauses at any moments tells what an unpaced run tells."""
    import trio

    path = long_capture(tmp_path_factory.mktemp("replay") / "long.pcap", 30.0, 10)

    async def paced() -> list[ConnectionEvent]:
        pipeline, source = make_pipeline(), open_file(str(path))
        events: list[ConnectionEvent] = []
        replay = Replay(pipeline, source, events.extend)
        for limit in sorted(limits):
            until = (1_700_000_000 + limit) * 1_000_000_000
            while replay.next_timestamp_ns < until and await replay.advance(until):
                pass
            assert replay.now * 1e9 < max(until, 1_700_000_000_000_000_001)
        while await replay.advance(UNBOUNDED):
            pass
        replay.finish()
        source.close()
        return events

    assert records(trio.run(paced)) == records(trio.run(play, path, make_pipeline()))


@pytest.mark.parametrize("meter", ["reference", NATIVE])
async def test_what_precedes_damage_is_delivered(tmp_path: Path, meter: str) -> None:
    """A file damaged in the middle raises, after the packets before the damage have been counted."""
    path = tmp_path / "damaged.pcap"
    whole = (FIXTURES / "ping.pcap").read_bytes()
    path.write_bytes(whole + b"\xff" * 64)
    pipeline, source = make_pipeline(meter), open_file(str(path))
    events: list[ConnectionEvent] = []
    replay = Replay(pipeline, source, events.extend)
    with pytest.raises(CaptureError):
        await replay.run(lambda fraction: None)
    replay.finish()
    source.close()
    good = await play(FIXTURES / "ping.pcap", make_pipeline(meter))
    assert [event.connection.packets_out for event in events] == [event.connection.packets_out for event in good]


def test_recut_keeps_every_byte() -> None:
    """The test's own source is honest."""
    source = open_file(str(FIXTURES / "http.pcap"))
    assert b"".join(Recut(source, 5).chunks()) == (FIXTURES / "http.pcap").read_bytes()
    source.close()
