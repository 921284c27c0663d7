"""pcapng blocks to frames (draft-ietf-opsawg-pcapng).

Read: Section Header (section 4.1, either byte order, any number of sections), Interface Description (4.2, options
if_name, if_description, if_tsresol, if_tsoffset), Enhanced Packet (4.3), Simple Packet (4.4), the obsolete Packet Block
(appendix A). Everything else is skipped, however long. A block of these whose two lengths differ, whose packet is longer
than itself, or that names an interface not described in its section is damage; a packet longer than the interface's
snap length is not. A Simple Packet has no timestamp: it takes the latest one so far (0 at the beginning of a file).
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
SMALLEST_OF = {SECTION_HEADER: 12, INTERFACE_DESCRIPTION: 20, PACKET: 32, SIMPLE_PACKET: 16, ENHANCED_PACKET: 32}
MAX_INTERFACES = 65_536

OPTION_END, OPTION_NAME, OPTION_DESCRIPTION, OPTION_RESOLUTION, OPTION_OFFSET = 0, 2, 3, 9, 14
MAX_TIMESTAMP = 2**63 - 2  # below playback.UNBOUNDED, so that every packet falls due


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
        # these begin with the block's type and length
        self.enhanced = Struct(order + "IIIIIII")
        self.packet = Struct(order + "IIHHIIII")
        self.simple = Struct(order + "III")
        self.description = Struct(order + "IIHHI")
        self.option = Struct(order + "HH")
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
        self._latest = 0
        self._skip = self._skip_length = 0
        """Bytes still to come of a block without packets, and all it has."""

    def parse(self, data: bytes, frames: list[Frame]) -> int:
        """See ``Parser``."""
        offset = min(self._skip, len(data))
        self._skip -= offset
        end = len(data)
        while end - offset >= SMALLEST:
            kind, total = self._layouts.block.unpack_from(data, offset)
            if kind == SECTION_HEADER:
                total = self._byte_order(data, offset)
            if total < SMALLEST or total & 3:
                raise Damage(f"a block of type {kind:#x} claims a length of {total}", offset)
            stop = offset + total
            smallest = SMALLEST_OF.get(kind)
            if smallest is None:
                self._skip, self._skip_length = max(0, stop - end), total
                offset = min(stop, end)
                continue
            if total > MAX_RECORD:
                raise Damage(f"a block of type {kind:#x} claims a length of {total}", offset)
            if stop > end:
                self.need = total
                return offset
            if total < smallest:
                raise Damage(f"a block of type {kind:#x} claims a length of {total}", offset)
            if self._layouts.length.unpack_from(data, stop - 4)[0] != total:
                raise Damage("the two lengths of a block differ", offset)
            if kind == ENHANCED_PACKET:
                frames.append(self._packet(data, offset, self._layouts.enhanced.unpack_from(data, offset)))
            else:
                self._other(kind, data, offset, frames)
            offset = stop
        self.need = SMALLEST
        return offset

    def skipping(self) -> int:
        """See ``Parser``."""
        return self._skip_length - self._skip if self._skip else 0

    def _other(self, kind: int, data: bytes, offset: int, frames: list[Frame]) -> None:
        if kind == INTERFACE_DESCRIPTION:
            self._describe(data, offset)
        elif kind == SECTION_HEADER:
            self._section = []
            self._base = len(self.interfaces)
        elif kind == PACKET:
            _, total, interface, _drops, *rest = self._layouts.packet.unpack_from(data, offset)
            frames.append(self._packet(data, offset, (kind, total, interface, *rest)))
        else:
            frames.append(self._simple(data, offset))

    def _byte_order(self, data: bytes, offset: int) -> int:
        """Take on the byte order of the section that begins here; returns the block's length."""
        for layouts in _LAYOUTS.values():
            if layouts.length.unpack_from(data, offset + 8)[0] == BYTE_ORDER_MAGIC:
                self._layouts = layouts
                return int(layouts.length.unpack_from(data, offset + 4)[0])
        raise Damage("a section header without byte-order magic", offset)

    def _packet(self, data: bytes, offset: int, fields: tuple[int, ...]) -> Frame:
        _, total, number, high, low, captured, wire = fields
        if number >= len(self._section):
            raise Damage(f"a packet of interface {number}, which is not described", offset)
        if captured > total - 32:
            raise Damage(f"a packet claims {captured} bytes in a block of {total}", offset)
        link_type, _, per_second, shift = self._section[number]
        ticks = high << 32 | low
        time = (ticks * 1000 if per_second == 1_000_000 else ticks * 1_000_000_000 // per_second) + shift
        if not 0 <= time <= MAX_TIMESTAMP:
            time = MAX_TIMESTAMP if time > 0 else 0
        if time > self._latest:
            self._latest = time
        start = offset + 28
        return Frame(time, wire, data[start : start + captured], link_type, self._base + number)

    def _simple(self, data: bytes, offset: int) -> Frame:
        if not self._section:
            raise Damage("a packet of interface 0, which is not described", offset)
        _, total, wire = self._layouts.simple.unpack_from(data, offset)
        link_type, snap_length, _, _ = self._section[0]
        captured = min(wire, snap_length or wire, total - 16)
        start = offset + 12
        return Frame(self._latest, wire, data[start : start + captured], link_type, self._base)

    def _describe(self, data: bytes, offset: int) -> None:
        if len(self.interfaces) >= MAX_INTERFACES:
            raise Damage(f"more than {MAX_INTERFACES} interfaces", offset)
        _, total, link_type, _, snap_length = self._layouts.description.unpack_from(data, offset)
        options = self._options(data[offset + 16 : offset + total - 4])
        shift = options.get(OPTION_OFFSET, b"")
        seconds = self._layouts.offset.unpack(shift)[0] if len(shift) == 8 else 0
        per_second = _ticks_per_second(options.get(OPTION_RESOLUTION, b""))
        self._section.append(_Interface(link_type, snap_length, per_second, seconds * 1_000_000_000))
        name, description = (_text(options.get(code, b"")) for code in (OPTION_NAME, OPTION_DESCRIPTION))
        self.interfaces.append(CaptureInterface(name, link_type, description, snap_length))

    def _options(self, raw: bytes) -> dict[int, bytes]:
        """Section 3.5; the last of each kind counts, a list that overruns its block ends there."""
        options: dict[int, bytes] = {}
        position = 0
        while position + 4 <= len(raw):
            code, length = self._layouts.option.unpack_from(raw, position)
            position += 4
            if code == OPTION_END or position + length > len(raw):
                break
            options[code] = raw[position : position + length]
            position += (length + 3) & ~3
        return options


def _ticks_per_second(resolution: bytes) -> int:
    """if_tsresol: a power of ten, or of two with the high bit set. Absurd ones count as absent: microseconds."""
    if len(resolution) != 1:
        return 1_000_000
    exponent = resolution[0] & 0x7F
    if resolution[0] & 0x80:
        return 1 << exponent if exponent < 64 else 1_000_000
    return 10**exponent if exponent <= 19 else 1_000_000


def _text(raw: bytes) -> str:
    """A UTF-8 option as one printable line of at most 128 characters: it comes from a stranger and goes to a screen."""
    text = raw[:512].decode("utf-8", "replace").rstrip("\0")
    return "".join(character if character.isprintable() else "?" for character in text)[:128]
