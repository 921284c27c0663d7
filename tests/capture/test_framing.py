"""The plain-Python reader: every variant of both formats, cut anywhere, damaged anywhere."""

from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.capture.framing import Reader
from netmon.errors import CaptureError
from netmon.model.frame import CaptureInterface, Frame

SECOND = 1_000_000_000
ETHERNET, RAW, SLL2 = 1, 101, 276
FIRST, SECOND_PACKET = b"abcde", b"0123456789" * 3
BYTE_ORDERS = "<>"


def pcap(order: str, magic: int, link_type: int = ETHERNET, snap: int = 0) -> bytes:
    return pack(order + "IHHIIII", magic, 2, 4, 0, 0, snap, link_type)


def record(order: str, time: tuple[int, int], data: bytes, wire: int, extra: bytes = b"") -> bytes:
    return pack(order + "IIII", *time, len(data), wire) + extra + data


def block(order: str, kind: int, body: bytes) -> bytes:
    total = 12 + len(body) + -len(body) % 4
    return pack(order + "II", kind, total) + body + bytes(-len(body) % 4) + pack(order + "I", total)


def section(order: str) -> bytes:
    return block(order, 0x0A0D0D0A, pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))


def option(order: str, code: int, value: bytes) -> bytes:
    return pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def interface(order: str, link_type: int, snap: int = 0, options: bytes = b"") -> bytes:
    return block(order, 1, pack(order + "HHI", link_type, 0, snap) + options)


def enhanced(order: str, number: int, ticks: int, data: bytes, wire: int, options: bytes = b"") -> bytes:
    fields = pack(order + "IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, len(data), wire)
    return block(order, 6, fields + data + bytes(-len(data) % 4) + options)


def read(data: bytes, *cuts: int) -> tuple[list[Frame], Reader]:
    reader, frames = Reader("x.pcap"), []
    for start, stop in zip((0, *cuts), (*cuts, len(data)), strict=True):
        frames += reader.feed(data[start:stop])
    return frames, reader


def pcap_file(order: str, magic: int, tick: int, extra: bytes = b"") -> tuple[bytes, list[Frame]]:
    data = pcap(order, magic, SLL2, 96)
    data += record(order, (1700000000, 123456), FIRST, 1500, extra)
    data += record(order, (1700000001, 7), b"", 0, extra) + record(order, (4294967295, 999), SECOND_PACKET, 30, extra)
    times = (1700000000 * SECOND + 123456 * tick, 1700000001 * SECOND + 7 * tick, 4294967295 * SECOND + 999 * tick)
    packets = ((FIRST, 1500), (b"", 0), (SECOND_PACKET, 30))
    return data, [Frame(time, wire, raw, SLL2) for time, (raw, wire) in zip(times, packets, strict=True)]


def pcapng_file(order: str) -> tuple[bytes, list[Frame]]:
    """Two sections (the second in the other byte order), three interfaces, all packet blocks, unknown blocks."""
    other = "><"[BYTE_ORDERS.index(order)]
    named = option(order, 2, b"eth0") + option(order, 3, "Büro".encode()) + option(order, 9, b"\x09")
    shifted = option(order, 9, b"\x8a") + option(order, 14, pack(order + "q", 100)) + option(order, 0, b"")
    data = section(order) + interface(order, ETHERNET, 4, named) + interface(order, RAW, 0, shifted)
    data += block(order, 0x0BAD, b"skip me!") + enhanced(order, 0, 1700 * SECOND + 1, FIRST, 1500)
    data += enhanced(order, 1, 1024 * 3 + 512, SECOND_PACKET, 30, option(order, 1, b"comment"))
    data += block(order, 3, pack(order + "I", 9) + b"0123")  # simple packet, limited by the snap length of 4
    data += section(other) + interface(other, SLL2) + block(other, 5, bytes(12))
    data += block(other, 2, pack(other + "HHIIII", 0, 7, 0, 5_000_001, 5, 60) + FIRST)
    return data, [
        Frame(1700 * SECOND + 1, 1500, FIRST, ETHERNET, 0),
        Frame(103 * SECOND + SECOND // 2, 30, SECOND_PACKET, RAW, 1),
        Frame(1700 * SECOND + 1, 9, b"0123", ETHERNET, 0),  # the latest time so far
        Frame(5 * SECOND + 1000, 60, FIRST, SLL2, 2),
    ]


FILES = {
    f"{order}{magic:x}": pcap_file(order, magic, tick, extra)
    for order in BYTE_ORDERS
    for magic, tick, extra in ((0xA1B2C3D4, 1000, b""), (0xA1B23C4D, 1, b""), (0xA1B2CD34, 1000, bytes(8)))
} | {f"{order}pcapng": pcapng_file(order) for order in BYTE_ORDERS}


@pytest.mark.parametrize("name", FILES)
def test_every_variant_cut_at_every_byte(name: str) -> None:
    """Each format yields the packets of its specification wherever the file is cut into chunks."""
    data, expected = FILES[name]
    for cut in range(len(data) + 1):
        frames, reader = read(data, cut)
        assert frames == expected
        assert reader.damage is None
        assert reader.finish() == ""
    assert read(data, *range(1, len(data)))[0] == expected


def test_interfaces_are_numbered_through_all_sections() -> None:
    """Names, descriptions, link types and snap lengths come from the Interface Description Blocks."""
    _, reader = read(FILES["<pcapng"][0])
    assert reader.interfaces == [
        CaptureInterface("eth0", ETHERNET, "Büro", 4),
        CaptureInterface("", RAW),
        CaptureInterface("", SLL2),
    ]


def test_names_from_strangers_are_made_printable() -> None:
    """An escape sequence in an interface name does not reach the terminal."""
    _, reader = read(section("<") + interface("<", 1, 0, option("<", 2, b"a\x1b[2J\nb\0")))
    assert reader.interfaces[0].name == "a?[2J?b"


def test_link_type_ignores_the_fcs_bits() -> None:
    """The upper half of the link-type word holds the FCS length, not the type."""
    _, reader = read(pcap("<", 0xA1B2C3D4, 0x54000000 | ETHERNET))
    assert reader.interfaces[0].link_type == ETHERNET


def test_a_packet_longer_than_the_snap_length_is_kept() -> None:
    """Writers lie about the snap length; the packet is there all the same."""
    data = pcap("<", 0xA1B2C3D4, snap=2) + record("<", (1, 2), FIRST, 5)
    assert read(data)[0] == [Frame(SECOND + 2000, 5, FIRST, ETHERNET)]


@pytest.mark.parametrize("name", FILES)
def test_a_torn_tail_keeps_what_came_before(name: str) -> None:
    """Cut off anywhere, a file yields its whole packets and says where it is torn; it is never damage."""
    data, expected = FILES[name]
    for length in range(4, len(data)):
        frames, reader = read(data[:length])
        assert frames == expected[: len(frames)]
        assert reader.damage is None
        left = reader.finish()
        assert not left or left.startswith("torn at byte ")
    assert read(data[:-1])[1].finish().endswith(f"is cut off after {len(data) - read_up_to(data[:-1]) - 1} bytes")


def read_up_to(data: bytes) -> int:
    """The offset that the torn message names."""
    return int(read(data)[1].finish().split()[3].rstrip(":").replace(",", ""))


def test_torn_messages() -> None:
    """The exact words."""
    data = pcap("<", 0xA1B2C3D4)
    assert read(data[:20])[1].finish() == "torn at byte 0: the file header is cut off after 20 bytes"
    tail = read(data + record("<", (1, 1), FIRST, 5)[:-2])[1].finish()
    assert tail == "torn at byte 24: the last packet record is cut off after 19 bytes"
    assert read(section("<") + b"abc")[1].finish() == "torn at byte 28: the last block is cut off after 3 bytes"


GOOD = section("<") + interface("<", 1) + enhanced("<", 0, 1, FIRST, 5)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            pcap("<", 0xA1B2C3D4) + record("<", (1, 1), FIRST, 5) + b"\xff" * 16,
            "45: a packet record claims 4294967295 bytes",
        ),
        (GOOD + pack("<II", 7, 8), "88: a block of type 0x7 claims a length of 8"),
        (GOOD + pack("<II", 7, 14), "88: a block of type 0x7 claims a length of 14"),
        (GOOD + pack("<II", 6, 28), "88: a block of type 0x6 claims a length of 28"),
        (GOOD + pack("<II", 6, 0x7FFFFFFC), "88: a block of type 0x6 claims a length of 2147483644"),
        (GOOD + pack("<IIII", 1, 20, 1, 0) + pack("<I", 24), "88: the two lengths of a block differ"),
        (GOOD + enhanced("<", 1, 1, FIRST, 5), "88: a packet of interface 1, which is not described"),
        (GOOD + section(">") + block(">", 3, bytes(4)), "116: a packet of interface 0, which is not described"),
        (
            GOOD + block("<", 6, pack("<IIIII", 0, 0, 0, 9, 9) + b"12345678"),
            "88: a packet claims 9 bytes in a block of 40",
        ),
        (GOOD + pack("<III", 0x0A0D0D0A, 28, 5), "88: a section header without byte-order magic"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_damage_is_reported_with_its_byte(data: bytes, message: str) -> None:
    """Packets before the damage come out, then the error says at which byte, wherever the chunks are cut."""
    data += bytes(64)
    for cut in range(len(data)):
        frames, reader = read(data, cut)
        assert len(frames) == 1
        assert str(reader.damage) == f"x.pcap: damaged at byte {message}"
        assert reader.feed(GOOD) == []


def test_a_block_without_packets_may_be_of_any_length() -> None:
    """It is skipped as it passes, without being kept; its tear is reported where it began."""
    data = GOOD + pack("<II", 0x0BAD, 0x7FFFFFFC) + bytes(100)
    for cut in range(len(GOOD), len(data)):
        frames, reader = read(data, cut)
        assert (len(frames), reader.damage) == (1, None)
        assert reader.finish() == "torn at byte 88: the last block is cut off after 108 bytes"


def test_absurd_time_resolutions_count_as_microseconds() -> None:
    """10**20 ticks a second and beyond, 2**64 and beyond, and options of a wrong length."""
    for value in (b"\x14", b"\x7f", b"\xc0", b"\xff", b"", b"\x09\x09"):
        data = section("<") + interface("<", 1, 0, option("<", 9, value)) + enhanced("<", 0, 3_000_001, FIRST, 5)
        assert read(data)[0][0].timestamp_ns == 3 * SECOND + 1000
    for value, ticks in ((b"\x13", 3 * 10**18), (b"\xbf", 3 * 2**61)):
        data = section("<") + interface("<", 1, 0, option("<", 9, value)) + enhanced("<", 0, ticks, FIRST, 5)
        assert read(data)[0][0].timestamp_ns == (3 * SECOND // 10 if value == b"\x13" else 3 * SECOND // 4)


def test_what_is_no_capture() -> None:
    """The first bytes are shown; formats that people pass by mistake get advice."""
    assert str(read(b"hello")[1].damage) == "x.pcap: begins with 68 65 6c 6c: neither pcap nor pcapng"
    assert str(read(b"PK\x03\x04")[1].damage) == "x.pcap: is a zip archive: unpack it first"
    with pytest.raises(CaptureError, match=r"^x\.pcap: is empty$"):
        Reader("x.pcap").finish()
    with pytest.raises(CaptureError, match=r"^x\.pcap: begins with 0a: neither pcap nor pcapng$"):
        read(b"\n")[1].finish()


def test_many_tiny_chunks_of_a_large_packet_take_linear_time() -> None:
    """A megabyte packet in 64-byte chunks is put together without parsing it again for each chunk."""
    reader = Reader()
    data = pcap("<", 0xA1B2C3D4) + record("<", (1, 1), bytes(1_000_000), 1_000_000)
    calls = 0
    reader.feed(data[:64])
    inner = reader._parser
    assert inner is not None
    parse = inner.parse

    def counting(piece: bytes, frames: list[Frame]) -> int:
        nonlocal calls
        calls += 1
        return parse(piece, frames)

    inner.parse = counting  # type: ignore[method-assign]
    frames = [frame for start in range(64, len(data), 64) for frame in reader.feed(data[start : start + 64])]
    assert len(frames) == 1
    assert calls <= 2


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(sorted(FILES)),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=6),
    st.binary(max_size=40),
    st.integers(0, 400),
)
def test_hostile_bytes_never_raise_anything_else(name: str, hits: list[tuple[int, int]], tail: bytes, cut: int) -> None:
    """Whatever a file holds, the reader answers with frames and at most one CaptureError, the same for every cut."""
    data = bytearray(FILES[name][0] + tail)
    for position, value in hits:
        data[position % len(data)] = value
    one, first = read(bytes(data))
    two, second = read(bytes(data), min(cut, len(data)))
    assert one == two
    assert str(first.damage) == str(second.damage)
    assert first.finish() == second.finish()
