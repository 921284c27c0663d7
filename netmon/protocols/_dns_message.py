"""DNS messages (RFC 1035 section 4, RFC 6891, RFC 9460) as DNS, mDNS, LLMNR and NetBIOS name service share them.

In: one message. Out: a ``Message`` with header, questions and the records that could be read. ``ParseError`` when header or
questions are not DNS; a message that goes wrong later keeps what came before and says so (``complete``).

Rules that must not be broken:

* Linear: a compression pointer must point before the name part it was found in, so it can never go round; a name has at most
  ``MAX_JUMPS`` of them and 255 octets; names already read are remembered by offset; ``MAX_RECORDS`` end a message.
* Every slice is checked against the message and against RDLENGTH.
* Names come out as RFC 4343 section 2.1 writes them: what is not printable ASCII becomes ``\\DDD``, a dot or backslash
  inside a label gets a backslash; internationalised names stay A-labels. mDNS names are UTF-8 (RFC 6762 section 16) and
  shown so.
"""

from __future__ import annotations

import re
import socket
from functools import lru_cache
from struct import Struct
from typing import Any, Final, NamedTuple

from netmon.errors import NeedMore, ParseError
from netmon.model.draft import made

from ._dns_types import OPCODES, RCODES, TYPES

HEADER_SIZE: Final = 12
MAX_NAME: Final = 255
MAX_JUMPS: Final = 64
MAX_RECORDS: Final = 1024
QR: Final = 0x8000
AA: Final = 0x0400
TC: Final = 0x0200
RD: Final = 0x0100
RA: Final = 0x0080
RESERVED: Final = 0x0040
AD: Final = 0x0020
CD: Final = 0x0010
FLAGS: Final = (("AA", AA), ("TC", TC), ("RD", RD), ("RA", RA), ("AD", AD), ("CD", CD))

A: Final = 1
NS: Final = 2
CNAME: Final = 5
SOA: Final = 6
PTR: Final = 12
MX: Final = 15
TXT: Final = 16
AAAA: Final = 28
SRV: Final = 33
DNAME: Final = 39
OPT: Final = 41
SVCB: Final = 64
HTTPS: Final = 65
_HEADER: Final = Struct("!6H").unpack_from
_made: Final[Any] = made
_PAIR: Final = Struct("!HH").unpack_from
_FIXED: Final = Struct("!HHIH").unpack_from
_PLAIN: Final = re.compile(rb"[!-\[\]-~ ]*")


class Question(NamedTuple):
    """An entry of the question section (in an update: the zone)."""

    name: str
    type: int
    class_: int


class Record(NamedTuple):
    """A resource record; ``start`` and ``end`` bound its data within the message."""

    section: int
    """0 answer, 1 authority, 2 additional."""
    name: str
    type: int
    class_: int
    ttl: int
    start: int
    end: int


class Names:
    """The names of one message; each offset is read once."""

    __slots__ = ("_known", "data", "utf8")

    def __init__(self, data: bytes, utf8: bool = False) -> None:
        self.data = data
        self.utf8 = utf8
        self._known: dict[int, tuple[str, int, int]] = {}

    def read(self, position: int) -> tuple[str, int]:
        """The name at ``position`` and the position after it; the root is an empty name."""
        known = self._known.get(position)
        if known is None:
            known = self._known[position] = self._read(position)
        return known[0], known[1]

    def _read(self, position: int) -> tuple[str, int, int]:
        """(text, position after it, octets of the whole name)."""
        data, size = self.data, len(self.data)
        labels: list[bytes] = []
        suffix = ""
        octets, jumps, end, limit = 0, 0, -1, position
        while True:
            if position >= size:
                raise NeedMore("name beyond the message")
            length = data[position]
            if length < 64:
                position += 1
                if not length:
                    break
                octets += length + 1
                if octets >= MAX_NAME:
                    raise ParseError("name too long")
                if position + length > size:
                    raise NeedMore("name beyond the message")
                labels.append(data[position : position + length])
                position += length
                continue
            if length < 192 or position + 2 > size:
                raise ParseError("unknown label type")
            target = (length & 0x3F) << 8 | data[position + 1]
            if end < 0:
                end = position + 2
            jumps += 1
            if target >= limit or jumps > MAX_JUMPS:
                raise ParseError("compression pointer that does not point back")
            known = self._known.get(target)
            if known is not None:
                octets += known[2]
                if octets >= MAX_NAME:
                    raise ParseError("name too long")
                suffix = known[0]
                break
            position = limit = target
        text = self._text(labels)
        if suffix:
            text = f"{text}.{suffix}" if text else suffix
        return text, position if end < 0 else end, octets

    def _text(self, labels: list[bytes]) -> str:
        """All labels at once where they are plain, as nearly all are."""
        joined = b".".join(labels)
        if _PLAIN.fullmatch(joined) and joined.count(b".") == len(labels) - 1:
            return joined.decode("ascii")
        return ".".join([self.label(label) for label in labels])

    def label(self, label: bytes) -> str:
        """One label as text."""
        if self.utf8:
            try:
                text = label.decode("utf-8")
            except UnicodeDecodeError:
                text = ""
            if text and text.isprintable():
                return text.replace("\\", "\\\\").replace(".", "\\.")
        return "".join(_escaped(octet) for octet in label)


class Message(NamedTuple):
    """One message."""

    identifier: int
    flags: int
    rcode: int
    """Extended by EDNS where present."""
    questions: tuple[Question, ...]
    records: tuple[Record, ...]
    complete: bool
    """Everything the header announces was there and could be read."""
    end: int
    """Where reading ended."""
    edns: int | None
    """EDNS version, ``None`` without an OPT record."""
    names: Names

    @property
    def response(self) -> bool:
        """The QR bit."""
        return bool(self.flags & QR)

    @property
    def opcode(self) -> int:
        """What kind of query."""
        return self.flags >> 11 & 0x0F


def _escaped(octet: int) -> str:
    if octet in b".\\":
        return "\\" + chr(octet)
    return chr(octet) if 0x20 <= octet < 0x7F else f"\\{octet:03d}"


@lru_cache(maxsize=4)
def parse(data: bytes, utf8: bool = False, cut: bool = False) -> Message:
    """One message; bytes after it are left alone (``Message.end``). ``cut``: its end may be missing (snap length), even that
    of its questions. The last few are kept: whoever recognised a message reads it next."""
    if len(data) < HEADER_SIZE:
        raise ParseError("header cut short")
    identifier, flags, *counts = _HEADER(data)
    names = Names(data, utf8)
    questions: list[Question] = []
    position = HEADER_SIZE
    if counts[0] > MAX_RECORDS:
        raise ParseError("too many questions")
    try:
        for _ in range(counts[0]):
            name, position = names.read(position)
            if position + 4 > len(data):
                raise NeedMore("question cut short")
            kind, class_ = _PAIR(data, position)
            questions.append(_made(Question, (name, kind, class_)))
            position += 4
    except NeedMore:
        if not cut:
            raise
        return Message(identifier, flags, flags & 0x0F, tuple(questions), (), False, position, None, names)
    records: list[Record] = []
    edns, rcode, complete = None, flags & 0x0F, sum(counts[1:]) <= MAX_RECORDS
    try:
        for section, count in enumerate(counts[1:]):
            for _ in range(min(count, MAX_RECORDS - len(records))):
                record = _record(names, section, position)
                records.append(record)
                position = record.end
                if record.type == OPT and section == 2:
                    edns = record.ttl >> 16 & 0xFF
                    rcode |= record.ttl >> 20 & 0xFF0
    except ParseError:
        complete = False
    message: Message = _made(
        Message, (identifier, flags, rcode, tuple(questions), tuple(records), complete, position, edns, names)
    )
    return message


def _record(names: Names, section: int, position: int) -> Record:
    name, position = names.read(position)
    if position + 10 > len(names.data):
        raise ParseError("record cut short")
    kind, class_, ttl, length = _FIXED(names.data, position)
    start = position + 10
    if start + length > len(names.data):
        raise ParseError("record data cut short")
    record: Record = _made(Record, (section, name, kind, class_, ttl, start, start + length))
    return record


def type_name(number: int) -> str:
    """``AAAA``, ``TYPE65280`` (RFC 3597)."""
    return TYPES.get(number) or f"TYPE{number}"


def rcode_name(number: int) -> str:
    """``NXDOMAIN``, ``RCODE12``."""
    return RCODES.get(number) or f"RCODE{number}"


def opcode_name(number: int) -> str:
    """``UPDATE``, ``OPCODE7``."""
    return OPCODES.get(number) or f"OPCODE{number}"


def address(names: Names, record: Record) -> bytes | None:
    """The address of an A or AAAA record, ``None`` when it has the wrong size or is of another type."""
    size = record.end - record.start
    if (record.type == A and size == 4) or (record.type == AAAA and size == 16):
        return names.data[record.start : record.end]
    return None


def address_text(data: bytes) -> str:
    """RFC 5952."""
    return socket.inet_ntop(socket.AF_INET if len(data) == 4 else socket.AF_INET6, data)


def target(names: Names, record: Record, skip: int = 0) -> str:
    """The name in a record's data, ``skip`` octets in; empty when it is damaged or reaches beyond the data."""
    try:
        name, end = names.read(record.start + skip)
    except ParseError:
        return ""
    return name if end <= record.end else ""
