"""Opening capture files: compressions, tears, and the exact words of every refusal."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from netmon.capture import file as file_module
from netmon.capture.file import PIECE, PcapFileSource, open_file
from netmon.capture.writer import PcapWriter
from netmon.errors import CaptureError
from netmon.model.frame import Frame

lz4_frame = pytest.importorskip("lz4.frame", reason="the lz4 package is not installed")
zstandard = pytest.importorskip("zstandard", reason="the zstandard package is not installed")

Opener = Callable[[bytes], PcapFileSource]
FRAMES = [Frame(1_700_000_000_000_000_000 + i, 100 + i, bytes((i * j) % 251 for j in range(90)), 1) for i in range(300)]

COMPRESSIONS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstandard.compress,
    "lz4": lz4_frame.compress,
}
REAL = [name for name in COMPRESSIONS if name != "plain"]


def capture() -> bytes:
    output = io.BytesIO()
    writer = PcapWriter(output, "x", 1)
    for frame in FRAMES:
        writer.write(frame)
    writer.flush()
    return output.getvalue()


PCAP = capture()


def saved(folder: Path, data: bytes, name: str = "x.cap") -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    """Opens bytes as a file and closes it afterwards."""
    with ExitStack() as stack:

        def opener(data: bytes) -> PcapFileSource:
            return stack.enter_context(closing(open_file(saved(tmp_path, data))))

        yield opener


def all_frames(source: PcapFileSource) -> list[Frame]:
    return [frame for batch in source.frames() for frame in batch]


@pytest.mark.parametrize("name", COMPRESSIONS)
def test_every_compression_reads_the_same(opened: Opener, name: str) -> None:
    """The kind is found by its first bytes, not by the file's name."""
    source = opened(COMPRESSIONS[name](PCAP))
    assert all_frames(source) == FRAMES
    assert (source.torn(), source.fraction()) == ("", 1.0)
    assert [interface.link_type for interface in source.interfaces()] == [1]
    source.close()
    source.close()


@pytest.mark.parametrize("name", REAL)
def test_concatenated_members_are_one_stream(opened: Opener, name: str) -> None:
    """cat a.gz b.gz, with zero padding as tapes leave it, is the concatenation of both contents."""
    compress = COMPRESSIONS[name]
    parts = compress(PCAP[:1000]) + bytes(16) + compress(b"") + compress(PCAP[1000:]) + bytes(3)
    source = opened(parts)
    assert all_frames(source) == FRAMES
    assert source.torn() == ""


@pytest.mark.parametrize("name", REAL)
def test_a_compressed_stream_cut_off_is_a_torn_tail(opened: Opener, name: str) -> None:
    """What could be decompressed before the cut is kept, and the tear reported with where the file ended."""
    whole = COMPRESSIONS[name](PCAP[:5000])
    data = whole + COMPRESSIONS[name](PCAP[5000:])[:-9]
    source = opened(data)
    frames = all_frames(source)
    assert frames == FRAMES[: len(frames)]
    assert len(frames) >= (5000 - 24) // 106
    assert source.torn() == f"the {name} data is cut off after {len(data):,} bytes"


def test_garbage_after_the_compressed_data_is_reported(opened: Opener) -> None:
    """Everything is read, and it is said that something was not."""
    source = opened(gzip.compress(PCAP) + b"not gzip")
    assert all_frames(source) == FRAMES
    assert source.torn() == "the gzip data is followed by something else, which was not read"


def test_damaged_compressed_data_yields_what_came_before(opened: Opener) -> None:
    """A wrong checksum is an error that names the file, after the frames."""
    data = bytearray(gzip.compress(PCAP))
    data[-6] ^= 1
    source, frames = opened(bytes(data)), []
    with pytest.raises(CaptureError) as caught:
        for batch in source.frames():
            frames += batch
    assert str(caught.value).startswith(f"{source.name}: damaged gzip data before byte {len(data):,}: ")
    assert len(frames) > 150


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (gzip.compress(b""), "is empty"),
        (b"hello world", "begins with 68 65 6c 6c: neither pcap nor pcapng"),
        (gzip.compress(b"hello world"), "begins with 68 65 6c 6c: neither pcap nor pcapng"),
        (b"\xd4", "begins with d4: neither pcap nor pcapng"),
        (b"7z\xbc\xaf\x27\x1c", "is a 7-zip archive: unpack it first"),
        (bz2.compress(PCAP)[:50], "the bzip2 data is cut off after 50 bytes before anything came out"),
    ],
)
def test_wrong_files_are_refused_on_opening(tmp_path: Path, content: bytes, words: str) -> None:
    """The exact one line for each kind of wrong file."""
    path = saved(tmp_path, content)
    with pytest.raises(CaptureError) as caught:
        open_file(path)
    assert str(caught.value) == f"{path}: {words}"


def test_paths_that_cannot_be_read(tmp_path: Path) -> None:
    """Missing files and directories are named for what they are, control characters made visible."""
    with pytest.raises(CaptureError, match=r"no-such: no such file$"):
        open_file(str(tmp_path / "no-such"))
    with pytest.raises(CaptureError, match=r": is a directory, not a capture file$"):
        open_file(str(tmp_path))
    with pytest.raises(CaptureError, match=r"^'a\\nb': no such file$"):
        open_file("a\nb")


def test_permission_denied(tmp_path: Path) -> None:
    """A file one may not read is an error of one line."""
    if os.geteuid() == 0:
        pytest.skip("root may read every file")
    path = saved(tmp_path, PCAP)
    Path(path).chmod(0)
    with pytest.raises(CaptureError, match=r": permission denied$"):
        open_file(path)


@pytest.mark.parametrize("package", ["zstandard", "lz4"])
def test_a_missing_decoder_says_what_to_install(tmp_path: Path, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the optional package the error names it."""
    kind = "zstd" if package == "zstandard" else package
    path = saved(tmp_path, COMPRESSIONS[kind](PCAP))
    for module in (package, f"{package}.frame", "compression.zstd"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(CaptureError) as caught:
        open_file(path)
    assert str(caught.value) == f"{path}: is compressed with {kind}: install the package {package} (pip install {package})"


@pytest.mark.parametrize("name", ["gzip", "bzip2", "xz", "zstd", "lz4"])
def test_a_decompression_bomb_comes_in_bounded_pieces(opened: Opener, name: str) -> None:
    """Data that expands a thousandfold is delivered in pieces of 1 MiB, the last one shorter."""
    size = 12 * PIECE + 5
    source = opened(COMPRESSIONS[name](PCAP[:24] + bytes(size - 24)))
    assert [len(chunk) for chunk in source.chunks()] == [PIECE] * 12 + [5]


def test_chunks_are_whole_pieces_of_a_plain_file(opened: Opener) -> None:
    """The cut of a file into chunks depends on its bytes only."""
    source = opened(PCAP + bytes(2 * PIECE))
    assert b"".join(chunks := list(source.chunks())) == PCAP + bytes(2 * PIECE)
    assert [len(chunk) for chunk in chunks] == [PIECE, PIECE, len(PCAP)]


def test_a_stalled_pipe_hands_over_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A live stream through a pipe is not held back until a mebibyte is full."""
    monkeypatch.setattr(file_module, "STALL_MS", 0)
    reading, writing = os.pipe()
    source = PcapFileSource("-", "standard input", io.FileIO(reading), 0)
    chunks = source.chunks()
    os.write(writing, PCAP[:3000])
    assert next(chunks) == PCAP[:3000]
    os.write(writing, PCAP[3000:5000])
    os.close(writing)
    assert b"".join(chunks) == PCAP[3000:5000]
    assert source.fraction() == 0.0
    source.close()


def test_a_trickling_pipe_hands_over_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor where something always comes before a stall would be one; what comes fast is cut by its bytes alone."""
    reading, writing = os.pipe()
    sizes = iter((*[100] * 30, *[PIECE // 20] * 60))
    clock = [0.0]

    class Poll:
        def register(self, descriptor: int, events: int) -> None:
            assert (descriptor, events) == (reading, select.POLLIN)

        def poll(self, timeout: int) -> list[int]:
            size = next(sizes, 0)
            if size:
                os.write(writing, bytes(size) if clock[0] else PCAP[:24] + bytes(size - 24))
            elif clock[1:] == []:
                clock.append(0)
                os.close(writing)
            clock[0] += 0.03 if size == 100 else 0.001
            return [1]

    monkeypatch.setattr(file_module, "select", SimpleNamespace(poll=Poll, POLLIN=select.POLLIN))
    monkeypatch.setattr(file_module, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    source = PcapFileSource("-", "standard input", io.FileIO(reading), 0)
    lengths = [len(chunk) for chunk in source.chunks()]
    assert lengths[:4] == [600, 700, 700, 700]
    assert lengths[5:7] == [PIECE, PIECE]
    assert sum(lengths) == 3000 + 60 * (PIECE // 20)
    source.close()


def test_a_torn_capture_is_reported_by_the_source(opened: Opener) -> None:
    """The plain reader's line about a torn tail is the source's."""
    source = opened(PCAP[:-1])
    assert all_frames(source) == FRAMES[:-1]
    assert source.torn().startswith("torn at byte ")


def test_damage_inside_comes_after_the_frames(opened: Opener) -> None:
    """A record that cannot be ends reading with an error that names the file and the byte."""
    source, frames = opened(PCAP + b"\xff" * 16), []
    with pytest.raises(CaptureError, match=f"damaged at byte {len(PCAP):,}: a packet record claims 4294967295 bytes"):
        for batch in source.frames():
            frames += batch
    assert frames == FRAMES
