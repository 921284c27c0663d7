"""Capture file bytes to frames, in plain Python, fed with chunks cut anywhere.

In: the bytes of a pcap or pcapng file from the first one on. Out: lists of ``Frame``, the interfaces named by the
file, and one line on what was left over. Formats: pcap as in draft-ietf-opsawg-pcap (microseconds, nanoseconds, both
byte orders) and Kuznetzov's variant with 24-byte record headers; pcapng as in draft-ietf-opsawg-pcapng.

Rules never to be broken: the result does not depend on where chunks are cut; time is linear in the bytes fed and
memory bounded by one record; damage is reported with its byte offset, after every frame before it was delivered;
``meter``'s C reader gives the same frames.
"""

from __future__ import annotations

from struct import Struct

from netmon.errors import CaptureError
from netmon.model.frame import CaptureInterface, Frame

from ._pcapng import PcapngParser
from ._records import MAX_RECORD, Damage, Parser

GLOBAL_HEADER = 24
PCAPNG_MAGIC = b"\n\r\r\n"
# magic number as read -> (byte order, nanoseconds per tick, bytes of a record header)
PCAP_MAGICS = {
    b"\xd4\xc3\xb2\xa1": ("<", 1000, 16),
    b"\xa1\xb2\xc3\xd4": (">", 1000, 16),
    b"\x4d\x3c\xb2\xa1": ("<", 1, 16),
    b"\xa1\xb2\x3c\x4d": (">", 1, 16),
    b"\x34\xcd\xb2\xa1": ("<", 1000, 24),
    b"\xa1\xb2\xcd\x34": (">", 1000, 24),
}
# What people are likely to pass that is no capture, or not one that can be read, and what to do.
OTHER_FORMATS = {
    b"snoop\0": "is a snoop capture: convert it with editcap -F pcapng",
    b"GMBU": "is a Microsoft Network Monitor capture: convert it with editcap -F pcapng",
    b"PK\x03\x04": "is a zip archive: unpack it first",
    b"7z\xbc\xaf": "is a 7-zip archive: unpack it first",
    b"\x1f\x9d": "is compressed with compress: unpack it first",
    b"\x02\x21\x4c\x18": "is compressed with the legacy form of lz4: unpack it first",
}


def refuse(head: bytes) -> str:
    """Empty if ``head`` begins a capture file, else why not, for ``NAME: ...``."""
    if head[:4] == PCAPNG_MAGIC or head[:4] in PCAP_MAGICS:
        return ""
    for magic, advice in OTHER_FORMATS.items():
        if head.startswith(magic):
            return advice
    return f"begins with {head[:4].hex(' ')}: neither pcap nor pcapng"


class PcapParser:
    """draft-ietf-opsawg-pcap sections 4 and 5."""

    unit = "packet record"

    def __init__(self, head: bytes) -> None:
        """Take the global header (24 bytes)."""
        order, self._tick, self._header_size = PCAP_MAGICS[head[:4]]
        # major, minor, two reserved words (always ignored), snap length, link type
        snap_length, link_type = Struct(order + "16xII").unpack(head[:GLOBAL_HEADER])
        self._record = Struct(order + "IIII")
        self._link_type = link_type & 0xFFFF  # above: FCS length and reserved bits
        self.interfaces = [CaptureInterface("", self._link_type, snap_length=snap_length)]
        self.need = self._header_size

    def parse(self, data: bytes, frames: list[Frame]) -> int:
        """See ``Parser``."""
        size, tick, link_type, unpack = self._header_size, self._tick, self._link_type, self._record.unpack_from
        append, new = frames.append, tuple.__new__
        offset, end = 0, len(data)
        while end - offset >= size:
            seconds, fraction, captured, wire = unpack(data, offset)
            start = offset + size
            stop = start + captured
            if captured > MAX_RECORD:
                raise Damage(f"a packet record claims {captured} bytes", offset)
            if stop > end:
                self.need = stop - offset
                return offset
            append(new(Frame, (seconds * 1_000_000_000 + fraction * tick, wire, data[start:stop], link_type, 0)))
            offset = stop
        self.need = size
        return offset

    def skipping(self) -> int:
        """Nothing in a pcap is skipped."""
        return 0


class Reader:
    """Incremental reader of one capture file.

    ``feed`` returns the frames that are whole; when ``damage`` is set afterwards, deliver them and then raise it.
    """

    def __init__(self, name: str = "capture") -> None:
        """``name`` begins every error's text."""
        self.damage: CaptureError | None = None
        self._name = name
        self._parser: Parser | None = None
        self._buffer = bytearray()
        self._done = 0
        """File offset of the first byte in the buffer."""

    @property
    def interfaces(self) -> list[CaptureInterface]:
        """Those named so far; ``Frame.interface`` counts through all sections."""
        return self._parser.interfaces if self._parser else []

    def feed(self, chunk: bytes) -> list[Frame]:
        """The next piece of the file, of any length."""
        frames: list[Frame] = []
        if self.damage:
            return frames
        buffer = self._buffer
        if buffer:
            buffer += chunk
            if self._parser and len(buffer) < self._parser.need:
                return frames
            data = bytes(buffer)
            buffer.clear()
        else:
            data = chunk
        if self._parser is None:
            skip = self._begin(data)
            if self._parser is None:
                buffer += data
                return frames  # with ``damage`` if this is no capture
            data = data[skip:]
        try:
            used = self._parser.parse(data, frames)
        except Damage as error:
            at = self._done + error.offset
            self.damage = CaptureError(f"{self._name}: damaged at byte {at:,}: {error.text}")
            return frames
        self._done += used
        buffer += memoryview(data)[used:]
        return frames

    def finish(self) -> str:
        """At the end of the file: empty, or what is left of a torn tail, in one line.

        Raises ``CaptureError`` when there was nothing that could be a capture.
        """
        if self.damage:
            return ""
        if self._parser is None and len(self._buffer) < 4:
            why = refuse(bytes(self._buffer)) if self._buffer else "is empty"
            raise CaptureError(f"{self._name}: {why}")
        skipped = self._parser.skipping() if self._parser else 0
        have = len(self._buffer) or skipped
        if not have:
            return ""
        unit = f"last {self._parser.unit}" if self._parser else "file header"
        return f"torn at byte {self._done - skipped:,}: the {unit} is cut off after {have:,} bytes"

    def _begin(self, data: bytes) -> int:
        """Choose the parser as soon as the magic number is there; returns the bytes of the global header."""
        if len(data) < 4:
            return 0
        why = refuse(data)
        if why:
            self.damage = CaptureError(f"{self._name}: {why}")
            return 0
        if data[:4] == PCAPNG_MAGIC:
            self._parser = PcapngParser()
            return 0
        if len(data) < GLOBAL_HEADER:
            return 0
        self._parser = PcapParser(data)
        self._done = GLOBAL_HEADER
        return GLOBAL_HEADER
