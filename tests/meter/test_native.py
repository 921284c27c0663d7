"""The native executor's own doors: capture files cut anywhere, and the function pcap_dispatch calls."""

from __future__ import annotations

import ctypes
import struct

import pytest

from netmon.errors import CaptureError
from netmon.meter.contract import INSPECT_BATCH, Fed, MeterLimits
from netmon.model.frame import CaptureInterface, Frame

from ._packets import (
    SECOND,
    START,
    A,
    B,
    Talk,
    block,
    enhanced,
    ethernet,
    frame,
    ip4,
    option,
    pcap,
    section,
    udp,
)
from .conftest import NATIVE_MISSING, Outcome, outcome

if NATIVE_MISSING:
    pytest.skip(NATIVE_MISSING, allow_module_level=True)

from netmon.meter.native import NativeMeter

END = 1 << 63
FRAMES = [*Talk().open(), frame(ethernet(ip4(A, B, 17, udp(1, 2, b"odd")))[:-1], 123_000, wire=200)]


def read(pieces: list[bytes], tail: str = "") -> Outcome:
    """Feed a file in pieces."""
    meter = NativeMeter()
    for piece in pieces:
        assert meter.feed_chunk(piece, END) is Fed.EATEN
    assert meter.end_of_file() == tail
    result = Outcome(meter.read_changed(), meter.take_inspected(), meter.totals())
    meter.close()
    return result


def pcapng(order: str, frames: list[Frame] = FRAMES) -> bytes:
    """Two sections, two interfaces, blocks of no interest in between."""
    out = section(order, [(113, b""), (1, option(order, 2, b"eth7") + option(order, 9, b"\x09") + option(order, 0, b""))])
    for item in frames:
        out += block(order, 5, bytes(300)) + enhanced(order, 1, item.timestamp_ns, item.data)
    return out


FILES: dict[str, bytes] = {
    "little endian": pcap(FRAMES),
    "big endian": pcap(FRAMES, ">"),
    "nanoseconds": pcap(FRAMES, magic=0xA1B23C4D),
    "big endian nanoseconds": pcap(FRAMES, ">", 0xA1B23C4D),
    "modified": pcap(FRAMES, magic=0xA1B2CD34),
    "pcapng": pcapng("<"),
    "big endian pcapng": pcapng(">"),
}


@pytest.mark.parametrize("name", FILES)
def test_every_format_gives_the_same(name: str) -> None:
    """What a file says is what its frames say."""
    frames = FRAMES
    if "pcapng" in name:
        frames = [item._replace(wire_length=len(item.data), interface=1) for item in FRAMES]
    assert read([FILES[name]]) == outcome(NativeMeter(), frames)


@pytest.mark.parametrize("name", FILES)
def test_cut_at_every_byte(name: str) -> None:
    """Two pieces cut anywhere, and single bytes, are the whole file."""
    whole = FILES[name]
    expected = read([whole])
    for cut in range(len(whole)):
        assert read([whole[:cut], whole[cut:]]) == expected
    assert read([whole[at : at + 1] for at in range(len(whole))]) == expected


def test_torn_tail_is_reported() -> None:
    """Whole packets count, the torn one is named."""
    whole = pcap(FRAMES)
    torn = read(
        [whole[:-3]], f"the capture file ends within a record: read up to byte {24 + 16 * 3 + 54 * 3} of {len(whole) - 3}"
    )
    assert torn.totals.packets == 3
    read([whole[:10]], "the capture file ends within its header, after 10 bytes")


def test_sections_of_both_byte_orders() -> None:
    """A new section has interfaces of its own; their numbers go on."""
    meter = NativeMeter()
    meter.feed_chunk(pcapng("<") + pcapng(">"), END)
    assert [item.link_type for item in meter.file_interfaces()] == [113, 1, 113, 1]
    assert meter.file_interfaces()[1] == CaptureInterface("eth7", 1)
    assert {record.interface for record in meter.read_changed()} == {1}
    assert meter.totals().packets == 2 * len(FRAMES)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("resolution", "offset", "ticks", "expected"),
    [(6, 0, 5, 5000), (9, 0, 5, 5), (3, 0, 5, 5_000_000), (0x80 | 10, 0, 512, SECOND // 2), (6, 7, 5, 7 * SECOND + 5000)],
)
def test_timestamp_units(order: str, resolution: int, offset: int, ticks: int, expected: int) -> None:
    """if_tsresol in powers of ten and of two, if_tsoffset in seconds."""
    options = option(order, 9, bytes((resolution,))) + option(order, 14, struct.pack(order + "q", offset))
    meter = NativeMeter()
    meter.feed_chunk(section(order, [(1, options)]) + enhanced(order, 0, ticks, FRAMES[0].data), END)
    assert meter.last_timestamp_ns == expected


def test_simple_and_obsolete_packets() -> None:
    """A simple packet has no time of its own; an obsolete one has a 16-bit interface number."""
    data = FRAMES[0].data
    simple = block("<", 3, struct.pack("<I", 1000) + data[:52])
    obsolete = block("<", 2, struct.pack("<HHIIII", 0, 0, 0, 99, len(data), 77) + data)
    (record,) = read([section("<", [(1, b"")]) + obsolete + simple]).records
    assert (record.packets_ab, record.bytes_ab, record.last_ns) == (2, 1077, 99_000)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"not a capture file at all", "not a capture file: it begins with 6e6f7420"),
        (
            pcap(FRAMES) + struct.pack("<IIII", 1, 1, 1 << 30, 1 << 30),
            "damaged capture file: record length 1073741824 at byte",
        ),
        (pcapng("<") + struct.pack("<II", 6, 10), "damaged capture file: block length 10 at byte"),
        (pcapng("<") + enhanced("<", 9, 0, b""), "damaged capture file: packet of an interface not described: 9 at byte"),
        (b"\n\r\r\n" + bytes(24), "damaged capture file: byte-order magic 0"),
    ],
)
def test_damage_is_one_clear_line(data: bytes, message: str) -> None:
    """What came before the damage is counted; nothing is read behind it."""
    meter = NativeMeter()
    with pytest.raises(CaptureError, match=message):
        meter.feed_chunk(data, END)
    counted = meter.totals().packets
    assert counted in (0, len(FRAMES))
    with pytest.raises(CaptureError):
        meter.feed_chunk(pcap(FRAMES), END)
    assert meter.totals().packets == counted


def test_reading_stops_at_a_time() -> None:
    """The first packet at or after the limit waits, and stays whole."""
    frames = [FRAMES[0]._replace(timestamp_ns=START + n * 1000) for n in range(5)]
    for pieces in ([pcap(frames)], [bytes((octet,)) for octet in pcap(frames)]):
        meter = NativeMeter()
        waiting = []
        until = START
        for piece in pieces:
            while meter.feed_chunk(piece, until) is Fed.TIME:
                waiting.append(meter.next_timestamp_ns)
                assert meter.totals().packets == len(waiting) - 1
                until = meter.next_timestamp_ns + 1
                piece = b""
        assert waiting == [item.timestamp_ns for item in frames]
        assert meter.totals().packets == 5


def test_reading_stops_when_frames_wait() -> None:
    """After INSPECT_BATCH frames the reader wants them taken, so that attention takes effect early."""
    frames = [frame(ethernet(ip4(A, B, 17, udp(port, 2, b"x")))) for port in range(1, 2 * INSPECT_BATCH + 10)]
    meter = NativeMeter()
    taken = []
    fed = meter.feed_chunk(pcap(frames), END)
    while fed is Fed.QUEUE:
        taken.append(len(meter.take_inspected()))
        fed = meter.feed_chunk(b"", END)
    assert taken == [INSPECT_BATCH, INSPECT_BATCH]
    assert len(meter.take_inspected()) == 9


def test_reading_stops_when_a_budget_is_used_up() -> None:
    """With the packet that does it, once for each direction."""
    frames = [frame(ethernet(ip4(A, B, 17, udp(1, 2, bytes(1000))))) for _ in range(10)]
    meter = NativeMeter(MeterLimits(inspect_bytes=2500))
    assert meter.feed_chunk(pcap(frames), END) is Fed.QUEUE
    assert len(meter.take_inspected()) == 3
    assert meter.totals().packets == 3
    assert meter.feed_chunk(b"", END) is Fed.EATEN
    assert meter.totals().packets == 10


class _Header(ctypes.Structure):
    _fields_ = (
        ("seconds", ctypes.c_long),
        ("fraction", ctypes.c_long),
        ("captured", ctypes.c_uint32),
        ("wire", ctypes.c_uint32),
    )


@pytest.mark.parametrize("nanosecond", [False, True])
def test_handler_has_the_signature_of_libpcap(nanosecond: bool) -> None:
    """pcap_dispatch's arguments: user, header, bytes."""
    meter = NativeMeter()
    found = meter.handler(1, 3, nanosecond)
    assert found is not None
    call = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(_Header), ctypes.c_char_p)(found.function)
    data = FRAMES[0].data
    call(found.user, ctypes.byref(_Header(7, 5, len(data), 1500)), data)
    (record,) = meter.read_changed()
    assert (record.first_ns, record.bytes_ab, record.interface) == (7 * SECOND + (5 if nanosecond else 5000), 1500, 3)
    meter.close()


def test_a_live_source_is_stopped_where_a_budget_is_used_up() -> None:
    """Once, at the frame that used it up, with the source's own argument; not for a flow that is wanted throughout."""
    meter = NativeMeter(MeterLimits(inspect_packets=3))
    stopped: list[int] = []
    stop = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(stopped.append)
    found = meter.handler(1, 0, True, (ctypes.cast(stop, ctypes.c_void_p).value or 0, 77))
    assert found is not None
    call = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(_Header), ctypes.c_char_p)(found.function)
    data = next(frame.data for frame in FRAMES if frame.data[12:14] == b"\x08\x00" and frame.data[23] == 17)
    for number in range(1, 6):
        call(found.user, ctypes.byref(_Header(7, number, len(data), len(data))), data)
        assert stopped == [77] * (number >= 3)
    meter.close()


def test_closed_meter_says_so() -> None:
    """No call after close reaches freed memory."""
    meter = NativeMeter()
    meter.close()
    meter.close()
    calls = (lambda: meter.feed(FRAMES), lambda: meter.feed_chunk(b"", 0), meter.read_changed, meter.take_inspected)
    for call in calls:
        with pytest.raises(ValueError, match="closed"):
            call()
