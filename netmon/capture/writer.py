"""Capture files written by netmon: pcap and pcapng (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng).

In: frames, and for pcapng comments, names and drop counts. Out: bytes appended to a binary file in whole records only.
Rules never to be broken: a file that this process stops writing, for whatever reason, ends at a packet boundary; a
failure is told once, as an ``ExportError`` of one line, after which frames are counted as ``lost`` and nothing else
happens; a file is created readable by its owner only and never through a symbolic link.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from io import FileIO
from struct import Struct
from typing import Protocol

from netmon import __version__
from netmon.errors import ExportError
from netmon.model.frame import CaptureInterface, CaptureStatistics, Frame

BUFFER = 256 * 1024
MAX_OPTION = 65_535
SNAP_LENGTH = 262_144

_PCAP_HEADER = Struct("<IHHIIII")
_PCAP_RECORD = Struct("<IIII")
_BLOCK = Struct("<II")
_LENGTH = Struct("<I")
_OPTION = Struct("<HH")
_ENHANCED = Struct("<IIIIIII")
_OPTION_COMMENT, _OPTION_NAME, _OPTION_DESCRIPTION, _OPTION_APPLICATION, _OPTION_RESOLUTION = 1, 2, 3, 4, 9
_OPTION_IF_DROP, _OPTION_ACCEPTED, _OPTION_OS_DROP = 5, 6, 7
_RECORD_IPV4, _RECORD_IPV6 = 1, 2


class Output(Protocol):
    """The part of ``FileIO`` that is used; ``write`` may take less than it is given."""

    def write(self, data: bytes, /) -> int | None: ...
    def tell(self) -> int: ...
    def truncate(self, size: int | None = None, /) -> int: ...
    def seekable(self) -> bool: ...
    def close(self) -> None: ...


def create(path: str) -> FileIO:
    """A new empty file, mode 0600; an existing one is emptied, a symbolic link refused. Raises ``ExportError``."""

    def opener(name: str, flags: int) -> int:
        return os.open(name, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)

    try:
        return FileIO(path, "w", opener=opener)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        if os.path.islink(path):  # noqa: PTH114
            why = "is a symbolic link, which is not followed"
        raise ExportError(f"{path}: {why}") from error


class _RecordFile:
    """Appends whole records, many per system call."""

    def __init__(self, output: Output, name: str) -> None:
        self.lost = 0
        """Frames that came after the output failed."""
        self._output = output
        self._name = name
        self._failed = False
        self._buffer = bytearray()

    def flush(self) -> None:
        """Hand what was written to the system."""
        if self._failed or not self._buffer:
            return
        data, self._buffer = bytes(self._buffer), bytearray()
        done = 0
        try:
            start = self._output.tell() if self._output.seekable() else None
            while done < len(data):
                done += self._output.write(data[done:]) or 0
        except (OSError, ValueError) as error:
            self._failed = True
            self._cut(start, data, done)
            raise ExportError(f"{self._name}: {getattr(error, 'strerror', None) or error}; no more is written") from error

    def close(self) -> None:
        """Flush and close; idempotent."""
        try:
            self.flush()
        finally:
            self._output.close()

    def _append(self, record: bytes) -> None:
        self._buffer += record
        if len(self._buffer) >= BUFFER:
            self.flush()

    def _cut(self, start: int | None, data: bytes, done: int) -> None:
        """Take back the part of the last record that got through."""
        if start is None:
            return
        try:
            self._output.truncate(start + self._boundary(data, done))
        except OSError:
            return  # the error that is on its way to the user says more than this one

    def _boundary(self, data: bytes, done: int) -> int:
        raise NotImplementedError


class PcapWriter(_RecordFile):
    """A pcap file: one link type; frames of another one are not written but counted in ``skipped``."""

    def __init__(self, output: Output, name: str, link_type: int, *, nanosecond: bool = True) -> None:
        """Write the global header at the next flush."""
        super().__init__(output, name)
        self.skipped = 0
        self._link_type = link_type
        self._tick = 1 if nanosecond else 1000
        self._header_waiting = True
        magic = 0xA1B23C4D if nanosecond else 0xA1B2C3D4
        self._append(_PCAP_HEADER.pack(magic, 2, 4, 0, 0, SNAP_LENGTH, link_type))

    def write(self, frame: Frame) -> None:
        """Append one frame. Raises ``ExportError`` the first time the output fails."""
        if self._failed:
            self.lost += 1
        elif frame.link_type != self._link_type:
            self.skipped += 1
        else:
            seconds, rest = divmod(max(0, frame.timestamp_ns), 1_000_000_000)
            header = _PCAP_RECORD.pack(seconds & 0xFFFFFFFF, rest // self._tick, len(frame.data), frame.wire_length)
            self._append(header + frame.data)

    def _boundary(self, data: bytes, done: int) -> int:
        offset = _PCAP_HEADER.size if self._header_waiting else 0
        if done < offset:
            return 0
        while offset + _PCAP_RECORD.size <= done:
            stop = offset + _PCAP_RECORD.size + _PCAP_RECORD.unpack_from(data, offset)[2]
            if stop > done:
                break
            offset = stop
        return offset

    def flush(self) -> None:
        """See ``_RecordFile``."""
        super().flush()
        self._header_waiting = False


class PcapngWriter(_RecordFile):
    """A pcapng file of one section with nanosecond timestamps; an interface is described before its first frame."""

    def __init__(self, output: Output, name: str) -> None:
        """Write the section header at the next flush."""
        super().__init__(output, name)
        self._interfaces: dict[tuple[int, int], int] = {}
        application = _option(_OPTION_APPLICATION, f"netmon {__version__}".encode())
        fixed = Struct("<IHHq").pack(0x1A2B3C4D, 1, 0, -1)
        self._append(_block(0x0A0D0D0A, fixed + application + _option(0, b"")))

    def write(self, frame: Frame, interface: CaptureInterface, comment: str = "") -> None:
        """Append one frame of ``interface`` with an optional comment. Raises ``ExportError`` as ``PcapWriter.write``."""
        if self._failed:
            self.lost += 1
            return
        number = self._number(frame.interface, interface, frame.link_type)
        time = max(0, frame.timestamp_ns)
        data, captured = frame.data, len(frame.data)
        tail = bytes(-captured % 4)
        if comment:
            tail += _option(_OPTION_COMMENT, _clip(comment)) + _option(0, b"")
        total = 28 + captured + len(tail) + 4
        head = _ENHANCED.pack(6, total, number, time >> 32 & 0xFFFFFFFF, time & 0xFFFFFFFF, captured, frame.wire_length)
        self._append(b"".join((head, data, tail, _LENGTH.pack(total))))

    def names(self, names: Mapping[bytes, Iterable[str]]) -> None:
        """A Name Resolution Block: addresses of 4 or 16 bytes and what they are called."""
        records = bytearray()
        for address, known in names.items():
            listed = b"".join(name.encode().replace(b"\0", b"") + b"\0" for name in known)
            body = address + listed
            if not listed or len(address) not in (4, 16) or len(body) > MAX_OPTION:
                continue
            kind = _RECORD_IPV4 if len(address) == 4 else _RECORD_IPV6
            records += _OPTION.pack(kind, len(body)) + body + bytes(-len(body) % 4)
        if records and not self._failed:
            self._append(_block(4, bytes(records) + _OPTION.pack(0, 0)))

    def statistics(self, index: int, interface: CaptureInterface, counts: CaptureStatistics, now_ns: int) -> None:
        """An Interface Statistics Block: what was received and dropped up to ``now_ns``."""
        if self._failed:
            return
        fixed = Struct("<III").pack(
            self._number(index, interface, interface.link_type), now_ns >> 32 & 0xFFFFFFFF, now_ns & 0xFFFFFFFF
        )
        counters = (
            (_OPTION_IF_DROP, counts.dropped_interface),
            (_OPTION_ACCEPTED, counts.received),
            (_OPTION_OS_DROP, counts.dropped_kernel),
        )
        options = b"".join(_option(code, Struct("<Q").pack(value)) for code, value in counters)
        self._append(_block(5, fixed + options + _option(0, b"")))

    def _number(self, index: int, interface: CaptureInterface, link_type: int) -> int:
        number = self._interfaces.get((index, link_type))
        if number is None:
            number = self._interfaces[index, link_type] = len(self._interfaces)
            options = b"".join(
                _option(code, _clip(text))
                for code, text in ((_OPTION_NAME, interface.name), (_OPTION_DESCRIPTION, interface.description))
                if text
            )
            options += _option(_OPTION_RESOLUTION, b"\x09") + _option(0, b"")
            self._append(_block(1, Struct("<HHI").pack(link_type, 0, interface.snap_length) + options))
        return number

    def _boundary(self, data: bytes, done: int) -> int:
        offset = 0
        while offset + _BLOCK.size <= done:
            stop = offset + _BLOCK.unpack_from(data, offset)[1]
            if stop > done:
                break
            offset = stop
        return offset


def _block(kind: int, body: bytes) -> bytes:
    total = 12 + len(body)
    return _BLOCK.pack(kind, total) + body + _LENGTH.pack(total)


def _option(code: int, value: bytes) -> bytes:
    return _OPTION.pack(code, len(value)) + value + bytes(-len(value) % 4)


def _clip(text: str) -> bytes:
    """UTF-8 that fits into an option, cut at a character."""
    return text.encode("utf-8", "replace")[:MAX_OPTION].decode("utf-8", "ignore").encode()
