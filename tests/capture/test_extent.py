"""How far a file goes, and when nobody can say."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from netmon.capture import extent
from netmon.capture.extent import last_packet_ns
from netmon.capture.writer import PcapWriter
from netmon.model.frame import Frame

BEGIN = 1_700_000_000_000_000_000


def written(path: Path, times: list[int]) -> bytes:
    with path.open("wb") as file:
        writer = PcapWriter(file, "a.pcap", 1)
        for time in times:
            writer.write(Frame(BEGIN + time, 60, bytes(60), 1))
        writer.flush()
    return path.read_bytes()


def test_the_latest_not_the_last(tmp_path: Path) -> None:
    """Packets may be out of order."""
    written(tmp_path / "a.pcap", [0, 9_000_000_000, 4_000_000_000])
    assert last_packet_ns(str(tmp_path / "a.pcap")) == BEGIN + 9_000_000_000


def test_compressed(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(written(tmp_path / "a.pcap", [0, 5])))
    assert last_packet_ns(str(tmp_path / "a.gz")) == BEGIN + 5


@pytest.mark.parametrize("path", ["-", "none.pcap", "."])
def test_nobody_knows(path: str) -> None:
    assert last_packet_ns(path) is None


def test_no_packets_damage_and_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = written(tmp_path / "a.pcap", [0, 5])
    (tmp_path / "empty.pcap").write_bytes(whole[:24])
    assert last_packet_ns(str(tmp_path / "empty.pcap")) is None
    (tmp_path / "damaged.pcap").write_bytes(whole + b"\xff" * 16)
    assert last_packet_ns(str(tmp_path / "damaged.pcap")) is None
    monkeypatch.setattr(extent, "MOST_PACKETS", 1)
    assert last_packet_ns(str(tmp_path / "a.pcap")) is None
    monkeypatch.setattr(extent, "MOST_PACKETS", 10)
    monkeypatch.setattr(extent, "MOST_BYTES", len(whole) - 1)
    assert last_packet_ns(str(tmp_path / "a.pcap")) is None
