"""A BPF ring buffer read without a call into the kernel or libbpf for each event.

In: the descriptor of a BPF_MAP_TYPE_RINGBUF map (kernel/bpf/ringbuf.c): a page with our position, a page with the kernel's,
the data mapped twice in a row so that no record wraps. Out: the records since the last call. Rules: a record that a program
still writes ends the batch; our position moves only after the bytes are copied; the lengths are the kernel's own. Both sides
are read and written in this order on processors that reorder what they read as well (ARM, unlike x86 and s390x).
"""

from __future__ import annotations

import ctypes
import mmap
import struct
import threading  # noqa: TID251  # no thread is started: giving a lock away and taking it again is a memory barrier

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
        # One aligned store and one aligned load, so that neither side ever sees half a position.
        self._position = ctypes.c_uint64.from_buffer(self._own)
        self._produced = memoryview(self._data)[:8].cast("Q")
        self._order = threading.Lock()
        self._order.acquire()
        self._start = page
        self.more = False
        """Whether the last batch ended before the last record: it was full, or a record was still being written."""

    def _in_order(self) -> None:
        """What was read or written before is so before anything that follows."""
        self._order.release()
        self._order.acquire()

    def take(self) -> list[bytes]:
        """The records that are complete, oldest first."""
        position = begin = self._position.value
        produced = self._produced[0]
        self._in_order()
        places: list[slice] = []
        data, start, mask = self._data, self._start, self._mask
        unpack = _HEADER.unpack_from
        while position < produced and position - begin < BATCH_BYTES:
            at = start + (position & mask)
            length = unpack(data, at)[0]
            if length & BUSY:
                break
            size = length & ~(BUSY | DISCARDED)
            if not length & DISCARDED:
                places.append(slice(at + 8, at + 8 + size))
            position += (size + 15) & ~7
        self.more = position < produced
        self._in_order()
        found = [data[place] for place in places]
        if position != begin:
            self._in_order()
            self._position.value = position
        return found

    def close(self) -> None:
        """Unmap; idempotent."""
        if not self._own.closed:
            del self._position
            self._produced.release()
            self._own.close()
            self._data.close()
