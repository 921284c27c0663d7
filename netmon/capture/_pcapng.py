"""pcapng blocks to frames (draft-ietf-opsawg-pcapng).

Read: Section Header (section 4.1, either byte order, any number of sections), Interface Description (4.2, options
if_name, if_description, if_tsresol, if_tsoffset), Enhanced Packet (4.3), Simple Packet (4.4), the obsolete Packet Block
(appendix A). Everything else is skipped. A block whose two lengths differ, whose packet is longer than itself, or that
names an interface not described in its section is damage; a packet longer than the interface's snap length is not.
A Simple Packet has no timestamp: it takes that of the packet before it (0 at the beginning of a file).
"""

from __future__ import annotations

from struct import Struct
from typing import NamedTuple

from netmon.model.frame import CaptureInterface, Frame

from ._records import MAX_RECORD, Damage

SECTION_HEADER = 0x0A0D0D0A
INTERFACE_DESCRIPTION = 1
PACKET = 2
SIMPLE_PACKET = 3
ENHANCED_PACKET = 6
BYTE_ORDER_MAGIC = 0x1A2B3C4D
SMALLEST = 12  # type, length, length again
SMALLEST_OF = {SECTION_HEADER: 28, INTERFACE_DESCRIPTION: 20, PACKET: 32, SIMPLE_PACKET: 16, ENHANCED_PACKET: 32}
MAX_INTERFACES = 65_536

OPTION_END, OPTION_NAME, OPTION_DESCRIPTION, OPTION_RESOLUTION, OPTION_OFFSET = 0, 2, 3, 9, 14
MAX_TIMESTAMP = 2**63 - 1


class _Interface(NamedTuple):
    link_type: int
    snap_length: int
    ticks_per_second: int
    offset_ns: int


class _Layouts:
    """The fixed parts of all blocks in one byte order."""

    def __init__(self, order: str) -> None:
        self.block = Struct(order + "II")
        self.length = Struct(order + "I")
        self.enhanced = Struct(order + "IIIII")
        self.packet = Struct(order + "HHIIII")
        self.description = Struct(order + "HHI")
        self.option = Struct(order + "HH")
        self.version = Struct(order + "H")
        self.offset = Struct(order + "q")


_LAYOUTS = {"<": _Layouts("<"), ">": _Layouts(">")}


class PcapngParser:
    """See the top of this file."""

    unit = "block"

    def __init__(self) -> None:
        """Begin at a section header."""
        self.need = SMALLEST
        self.interfaces: list[CaptureInterface] = []
        self._layouts = _LAYOUTS["<"]
        self._section: list[_Interface] = []
        self._base = 0
        """Index of the section's first interface in ``interfaces``."""
        self._time = 0

    def parse(self, data: bytes, frames: list[Frame]) -> int:
        """See ``Parser``."""
        offset, end = 0, len(data)
        while end - offset >= SMALLEST:
            kind, total = self._layouts.block.unpack_from(data, offset)
            if kind == SECTION_HEADER:
                total = self._byte_order(data, offset)
            if total < SMALLEST_OF.get(kind, SMALLEST) or total & 3 or total > MAX_RECORD:
                raise Damage(f"a block of type {kind:#x} claims a length of {total}", offset)
            stop = offset + total
            if stop > end:
                self.need = total
                return offset
            if self._layouts.length.unpack_from(data, stop - 4)[0] != total:
                raise Damage("the two lengths of a block differ", offset)
            if kind == ENHANCED_PACKET:
                fields = self._layouts.enhanced.unpack_from(data, offset + 8)
                frames.append(self._packet(data, offset, total, fields))
            elif kind == PACKET:
                interface, _drops, *rest = self._layouts.packet.unpack_from(data, offset + 8)
                frames.append(self._packet(data, offset, total, (interface, *rest)))
            elif kind == SIMPLE_PACKET:
                frames.append(self._simple(data, offset, total))
            elif kind == INTERFACE_DESCRIPTION:
                self._describe(data, offset, total)
            elif kind == SECTION_HEADER:
                self._begin_section(data, offset)
            offset = stop
        self.need = SMALLEST
        return offset

    def _byte_order(self, data: bytes, offset: int) -> int:
        """Take on the byte order of the section that begins here; returns the block's length."""
        for layouts in _LAYOUTS.values():
            if layouts.length.unpack_from(data, offset + 8)[0] == BYTE_ORDER_MAGIC:
                self._layouts = layouts
                return int(layouts.length.unpack_from(data, offset + 4)[0])
        raise Damage("a section header without byte-order magic", offset)

    def _begin_section(self, data: bytes, offset: int) -> None:
        major = self._layouts.version.unpack_from(data, offset + 12)[0]
        if major != 1:
            raise Damage(f"pcapng version {major} is unknown", offset)
        self._section = []
        self._base = len(self.interfaces)

    def _packet(self, data: bytes, offset: int, total: int, fields: tuple[int, ...]) -> Frame:
        number, high, low, captured, wire = fields
        if number >= len(self._section):
            raise Damage(f"a packet of interface {number}, which is not described", offset)
        if captured > total - 32:
            raise Damage(f"a packet claims {captured} bytes in a block of {total}", offset)
        link_type, _, per_second, shift = self._section[number]
        ticks = high << 32 | low
        time = (ticks * 1000 if per_second == 1_000_000 else ticks * 1_000_000_000 // per_second) + shift
        self._time = time = min(max(time, 0), MAX_TIMESTAMP)
        start = offset + 28
        return Frame(time, wire, data[start : start + captured], link_type, self._base + number)

    def _simple(self, data: bytes, offset: int, total: int) -> Frame:
        if not self._section:
            raise Damage("a packet of interface 0, which is not described", offset)
        wire = self._layouts.length.unpack_from(data, offset + 8)[0]
        captured = min(wire, self._section[0].snap_length or wire)
        if captured > total - 16:
            raise Damage(f"a packet claims {captured} bytes in a block of {total}", offset)
        start = offset + 12
        return Frame(self._time, wire, data[start : start + captured], self._section[0].link_type, self._base)

    def _describe(self, data: bytes, offset: int, total: int) -> None:
        if len(self.interfaces) >= MAX_INTERFACES:
            raise Damage(f"more than {MAX_INTERFACES} interfaces", offset)
        link_type, _, snap_length = self._layouts.description.unpack_from(data, offset + 8)
        options = self._options(data[offset + 16 : offset + total - 4])
        raw = options.get(OPTION_RESOLUTION, b"\x06")[:1] or b"\x06"
        exponent = raw[0] & 0x7F
        per_second = 2**exponent if raw[0] & 0x80 else 10**exponent
        shift = options.get(OPTION_OFFSET, b"")
        seconds = self._layouts.offset.unpack(shift)[0] if len(shift) == 8 else 0
        self._section.append(_Interface(link_type, snap_length, per_second, seconds * 1_000_000_000))
        name, description = (_text(options.get(code, b"")) for code in (OPTION_NAME, OPTION_DESCRIPTION))
        self.interfaces.append(CaptureInterface(name, link_type, description, snap_length))

    def _options(self, raw: bytes) -> dict[int, bytes]:
        """Section 3.5; the first of each kind counts, a list that overruns its block ends there."""
        options: dict[int, bytes] = {}
        position = 0
        while position + 4 <= len(raw):
            code, length = self._layouts.option.unpack_from(raw, position)
            position += 4
            if code == OPTION_END or position + length > len(raw):
                break
            options.setdefault(code, raw[position : position + length])
            position += (length + 3) & ~3
        return options


def _text(raw: bytes) -> str:
    """A UTF-8 option as one printable line of at most 128 characters: it comes from a stranger and goes to a screen."""
    text = raw[:512].decode("utf-8", "replace").rstrip("\0")
    return "".join(character if character.isprintable() else "?" for character in text)[:128]
