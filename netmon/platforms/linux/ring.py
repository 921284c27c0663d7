"""A BPF ring buffer read without a call into the kernel or libbpf for each event.

In: the descriptor of a BPF_MAP_TYPE_RINGBUF map (kernel/bpf/ringbuf.c): a page with our position, a page with the kernel's,
the data mapped twice in a row so that no record wraps. Out: the records since the last call. Rules: a record that a program
still writes ends the batch; our position moves only after the bytes are copied; the lengths are the kernel's own.
"""

from __future__ import annotations

import ctypes
import mmap
import struct

_HEADER = struct.Struct("=II")
BUSY, DISCARDED = 1 << 31, 1 << 30
BATCH_BYTES = 1 << 20
"""Copied in one call at most: about 10,000 events."""


class Ring:
    """One ring buffer of ``size`` bytes (a power of two)."""

    def __init__(self, descriptor: int, size: int) -> None:
        """Raises ``OSError`` when the kernel will not map it."""
        page = mmap.PAGESIZE
        self.descriptor = descriptor
        self._mask = size - 1
        self._own = mmap.mmap(descriptor, page, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)
        try:
            self._data = mmap.mmap(descriptor, page + 2 * size, mmap.MAP_SHARED, mmap.PROT_READ, offset=page)
        except OSError:
            self._own.close()
            raise
        # One aligned store, so that the kernel never sees half a position.
        self._position = ctypes.c_uint64.from_buffer(self._own)
        self._start = page
        self.more = False
        """Whether the last batch ended before the last record: it was full, or a record was still being written."""

    def take(self) -> list[bytes]:
        """The records that are complete, oldest first."""
        position = begin = self._position.value
        produced = int.from_bytes(self._data[:8], "little" if struct.pack("=H", 1)[0] else "big")
        found: list[bytes] = []
        data, start, mask = self._data, self._start, self._mask
        unpack = _HEADER.unpack_from
        while position < produced and position - begin < BATCH_BYTES:
            at = start + (position & mask)
            length = unpack(data, at)[0]
            if length & BUSY:
                break
            size = length & ~(BUSY | DISCARDED)
            if not length & DISCARDED:
                found.append(data[at + 8 : at + 8 + size])
            position += (size + 15) & ~7
        self.more = position < produced
        if position != begin:
            self._position.value = position
        return found

    def close(self) -> None:
        """Unmap; idempotent."""
        if not self._own.closed:
            del self._position
            self._own.close()
            self._data.close()
