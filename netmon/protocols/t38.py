"""Fax over IP: T.38 messages in UDPTL (ITU-T T.38, annexes A and D).

Claimed: packets whose primary message and redundant ones fill the datagram, where SIP has announced them, and weakly
elsewhere when there are redundant ones. Told: the signals and modulations. Pages are not.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

INDICATORS = ("NO_SIGNAL", "CNG", "CED", "V21_PREAMBLE", "V27_2400", "V27_4800", "V29_7200", "V29_9600", "V17_7200_SHORT",
              "V17_7200_LONG", "V17_9600_SHORT", "V17_9600_LONG", "V17_12000_SHORT", "V17_12000_LONG", "V17_14400_SHORT",
              "V17_14400_LONG")  # fmt: skip
CARRIERS = ("V21", "V27_2400", "V27_4800", "V29_7200", "V29_9600", "V17_7200", "V17_9600", "V17_12000", "V17_14400")
WITH_FIELDS, IS_DATA, EXTENDED = 0x80, 0x40, 0x20
SECONDARY, PARITY = 0x00, 0x80
MOST = 16
SIGNAL = FieldSpec("t38_signal", "Signals", multiple=True)


def signal(message: bytes) -> str:
    """What an internet facsimile packet says, from its first octet (PER: fields present, choice, extension, value)."""
    if not message:
        raise ParseError("empty packet")
    first = message[0]
    value = first >> 1 & 0x0F
    if first & EXTENDED:
        return "EXTENDED"
    if first & IS_DATA:
        if not first & WITH_FIELDS or len(message) < 2 or value >= len(CARRIERS):
            raise ParseError("data without fields")
        return CARRIERS[value]
    if first & WITH_FIELDS or len(message) > 1:
        raise ParseError("an indicator with fields")
    return INDICATORS[value]


def read(data: bytes) -> tuple[str, int]:
    """The primary message, and how many redundant ones there are; ``ParseError`` when they do not fill the datagram."""
    cursor = Cursor(data)
    cursor.skip(2)
    name = signal(cursor.take(_size(cursor)))
    kind = cursor.u8()
    if kind == PARITY:
        return name, 0
    count = cursor.u8()
    if kind != SECONDARY or count > MOST:
        raise ParseError("no error recovery")
    for _ in range(count):
        signal(cursor.take(_size(cursor)))
    if not cursor.at_end:
        raise ParseError("octets left over")
    return name, count


def _size(cursor: Cursor) -> int:
    """A PER length."""
    first = cursor.u8()
    if first < 0x80:
        return first
    if first >= 0xC0:
        raise ParseError("fragmented")
    return (first & 0x3F) << 8 | cursor.u8()


class _T38(DatagramInspector):
    """One fax."""

    __slots__ = ()

    label = "T38"

    def take(self, data: bytes) -> Status:
        name, _ = read(data)
        self.report.add(SIGNAL, name)
        self.report.state = self.report.summary = name
        return MORE


def recognise(context: Context, data: bytes) -> Claim:
    """See the module."""
    if len(data) < 6 or (data[2] < 0x80 and data[3 + data[2] : 4 + data[2]] not in (b"\0", b"\x80")):
        return NO
    _, count = read(data)
    if context.hint == _T38.label:
        return YES
    return WEAK if count > 1 else NO


PROTOCOL: ApplicationProtocol = DatagramProtocol(_T38, recognise)
