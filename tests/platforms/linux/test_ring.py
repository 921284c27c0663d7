"""The ring buffer's layout, on a file that looks like one."""

from __future__ import annotations

import mmap
import os
import struct
from pathlib import Path

import pytest

from netmon.platforms.linux.ring import BUSY, DISCARDED, Ring

PAGE, SIZE = mmap.PAGESIZE, mmap.PAGESIZE


class FakeRing:
    """Position page, producer page, data twice (the kernel maps the same pages; here both copies are written)."""

    def __init__(self, path: Path) -> None:
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
        os.ftruncate(self.descriptor, 2 * PAGE + 2 * SIZE)
        self.produced = 0

    def put(self, payload: bytes, flags: int = 0) -> None:
        """One record."""
        whole = struct.pack("=II", len(payload) | flags, 0) + payload
        whole += bytes(-len(whole) % 8)
        for index, byte in enumerate(whole):
            at = (self.produced + index) % SIZE
            for copy in (0, SIZE):
                os.pwrite(self.descriptor, bytes([byte]), 2 * PAGE + copy + at)
        self.produced += len(whole)
        os.pwrite(self.descriptor, struct.pack("=Q", self.produced), PAGE)

    @property
    def consumed(self) -> int:
        """Where the reader stands."""
        return int(struct.unpack("=Q", os.pread(self.descriptor, 8, 0))[0])


@pytest.fixture
def fake(tmp_path: Path) -> FakeRing:
    """An empty ring."""
    return FakeRing(tmp_path / "ring")


def test_records_in_order(fake: FakeRing) -> None:
    """Complete ones come out once, oldest first; discarded ones never; our position follows."""
    ring = Ring(fake.descriptor, SIZE)
    fake.put(b"one")
    fake.put(b"thrown away", DISCARDED)
    fake.put(b"twelve bytes")
    assert ring.take() == [b"one", b"twelve bytes"]
    assert not ring.more
    assert fake.consumed == fake.produced
    assert ring.take() == []
    ring.close()
    ring.close()
    os.close(fake.descriptor)


def test_a_record_being_written_ends_the_batch(fake: FakeRing) -> None:
    """What follows it waits too, so that order is kept."""
    ring = Ring(fake.descriptor, SIZE)
    fake.put(b"done")
    fake.put(b"in work", BUSY)
    fake.put(b"later")
    assert ring.take() == [b"done"]
    assert ring.more
    assert ring.take() == []
    assert ring.more
    ring.close()
    os.close(fake.descriptor)


def test_a_full_batch(fake: FakeRing, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than so many bytes are copied at once; that there is more is said."""
    monkeypatch.setattr("netmon.platforms.linux.ring.BATCH_BYTES", 1)
    ring = Ring(fake.descriptor, SIZE)
    fake.put(b"one")
    fake.put(b"two")
    assert (ring.take(), ring.more) == ([b"one"], True)
    assert (ring.take(), ring.more) == ([b"two"], False)
    ring.close()
    os.close(fake.descriptor)


def test_around_the_end(fake: FakeRing) -> None:
    """A record across the end of the buffer is read in one piece."""
    ring = Ring(fake.descriptor, SIZE)
    found = []
    for number in range(40):
        fake.put(bytes([number]) * 500)
        found += ring.take()
    assert found == [bytes([number]) * 500 for number in range(40)]
    ring.close()
    os.close(fake.descriptor)


def test_the_order_of_reading(fake: FakeRing, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a program writes meanwhile is read whole or not at all: the kernel's position before the lengths, these before
    what they are of, all before our position moves. No test can reorder as a processor does: this one asks what each
    barrier stands between."""
    ring = Ring(fake.descriptor, SIZE)
    fake.put(b"a" * 8, BUSY)
    seen: list[int] = []

    def kernel() -> None:
        if not seen:  # the position has been read: this length counts, but not what begins now
            os.pwrite(fake.descriptor, struct.pack("=I", 8), 2 * PAGE)
            fake.put(b"later")
        elif len(seen) == 1:  # the lengths have been read, what they are of has not
            os.pwrite(fake.descriptor, b"b" * 8, 2 * PAGE + 8)
        seen.append(fake.consumed)

    monkeypatch.setattr(ring, "_in_order", kernel)
    assert ring.take() == [b"b" * 8]
    assert seen == [0, 0, 0]
    assert fake.consumed == 16
    ring.close()
    os.close(fake.descriptor)
