"""Written captures: read back by our own reader, and cut at a packet boundary when the output fails."""

from __future__ import annotations

import errno
import io
import stat
from pathlib import Path
from struct import unpack_from

import pytest

from netmon.capture.framing import Reader
from netmon.capture.writer import PcapngWriter, PcapWriter, create
from netmon.errors import ExportError
from netmon.model.frame import CaptureInterface, CaptureStatistics, Frame

TIME = 1_700_000_000_123_456_789
ETH0 = CaptureInterface("eth0", 1, "first", 262144)
TUN0 = CaptureInterface("tun0", 101)
FRAMES = [Frame(TIME + i, 1500, bytes(range(i)), 1 if i % 2 else 101, 0 if i % 2 else 1) for i in range(60)]


class SmallDisk(io.BytesIO):
    """A file on a disk with room for ``room`` bytes."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def write(self, data: object, /) -> int:
        piece = bytes(data)[: self.room - self.tell()]  # type: ignore[call-overload]
        if not piece:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(piece)


def read(data: bytes) -> tuple[list[Frame], Reader]:
    reader = Reader()
    frames = reader.feed(data)
    assert reader.damage is None
    assert reader.finish() == ""
    return frames, reader


def blocks(data: bytes) -> list[tuple[int, bytes]]:
    found, offset = [], 0
    while offset < len(data):
        kind, total = unpack_from("<II", data, offset)
        found.append((kind, data[offset + 8 : offset + total - 4]))
        offset += total
    return found


def test_pcap_reads_back() -> None:
    """Nanoseconds, wire lengths and bytes survive; frames of another link type are counted, not written."""
    output = io.BytesIO()
    writer = PcapWriter(output, "x", 1)
    for frame in FRAMES:
        writer.write(frame)
    writer.flush()
    assert read(output.getvalue())[0] == [frame._replace(interface=0) for frame in FRAMES if frame.link_type == 1]
    assert writer.skipped == 30


def test_microsecond_pcap_reads_back() -> None:
    """Timestamps are cut to microseconds."""
    output = io.BytesIO()
    writer = PcapWriter(output, "x", 1, nanosecond=False)
    writer.write(FRAMES[1])
    writer.flush()
    assert read(output.getvalue())[0][0].timestamp_ns == TIME // 1000 * 1000


def test_pcapng_reads_back() -> None:
    """Several interfaces with their own link types, described before their first frame."""
    output = io.BytesIO()
    writer = PcapngWriter(output, "x")
    for frame in FRAMES:
        writer.write(frame, (ETH0, TUN0)[frame.interface])
    writer.flush()
    frames, reader = read(output.getvalue())
    assert [frame._replace(interface=1 - frame.interface) for frame in frames] == FRAMES
    assert reader.interfaces == [TUN0, ETH0]


def test_pcapng_comments_names_and_drop_counts() -> None:
    """Comments are options of the packet, names a Name Resolution Block, drops an Interface Statistics Block."""
    output = io.BytesIO()
    writer = PcapngWriter(output, "x")
    writer.write(FRAMES[1], ETH0, "curl (42)")
    writer.write(FRAMES[3], ETH0, "ü" * 40_000)
    writer.names({bytes([192, 0, 2, 1]): ["example.org", "www.example.org"], b"bad": ["x"], bytes(16): []})
    writer.statistics(0, ETH0, CaptureStatistics(7, 8, 9), TIME)
    writer.flush()
    listed = blocks(output.getvalue())
    assert [kind for kind, _ in listed] == [0x0A0D0D0A, 1, 6, 6, 4, 5]
    assert listed[2][1].endswith(b"\x01\x00\x09\x00curl (42)\0\0\0" + bytes(4))
    assert unpack_from("<HH", listed[3][1], 24) == (1, 65_534)
    assert listed[4][1] == b"\x01\x00\x20\x00\xc0\x00\x02\x01example.org\0www.example.org\0" + bytes(4)
    number, high, low = unpack_from("<III", listed[5][1])
    assert (number, high << 32 | low) == (0, TIME)
    assert [unpack_from("<HHQ", listed[5][1], 12 + 12 * i) for i in range(3)] == [(5, 8, 9), (6, 8, 7), (7, 8, 8)]
    assert len(read(output.getvalue())[0]) == 2


@pytest.mark.parametrize("form", ["pcap", "pcapng"])
def test_a_full_disk_leaves_whole_packets_and_is_told_once(form: str) -> None:
    """However much room there is, the file ends at a packet boundary; later frames are counted as lost."""
    for room in range(0, 900, 7):
        disk = SmallDisk(room)
        writer = PcapWriter(disk, "out.pcap", 1) if form == "pcap" else PcapngWriter(disk, "out.pcap")
        with pytest.raises(ExportError) as caught:
            for count, frame in enumerate(FRAMES[1::2]):
                writer.write(frame) if isinstance(writer, PcapWriter) else writer.write(frame, ETH0)
                if count % 4 == 3:
                    writer.flush()
        assert str(caught.value) == "out.pcap: No space left on device; no more is written"
        written = disk.getvalue()
        frames = read(written)[0] if written else []
        assert frames == FRAMES[1::2][: len(frames)]
        assert len(written) <= room
        writer.write(FRAMES[1]) if isinstance(writer, PcapWriter) else writer.write(FRAMES[1], ETH0)
        assert writer.lost == 1
        writer.flush()
        writer.close()


def test_files_are_private_and_links_are_refused(tmp_path: Path) -> None:
    """A capture is created with mode 0600; a symbolic link is not followed."""
    path = tmp_path / "x.pcap"
    writer = PcapWriter(create(str(path)), str(path), 1)
    writer.write(FRAMES[1])
    writer.close()
    writer.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(read(path.read_bytes())[0]) == 1
    link = tmp_path / "link"
    link.symlink_to(path)
    with pytest.raises(ExportError, match=r"link: is a symbolic link, which is not followed$"):
        create(str(link))
    with pytest.raises(ExportError, match=r": No such file or directory$"):
        create(str(tmp_path / "no" / "x"))
