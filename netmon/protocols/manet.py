"""Routing in mobile ad hoc networks: OLSR (RFC 3626) and AODV (RFC 3561, message formats in section 5).

Claimed on their ports only: an OLSR packet length that is the datagram's and messages that fill it, an AODV message of a
known type with its size. Read: message types.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

OLSR_PORT, AODV_PORT = 698, 654
OLSR_TYPES = {1: "HELLO", 2: "TC", 3: "MID", 4: "HNA"}
AODV_TYPES = {1: ("RREQ", 24), 2: ("RREP", 20), 3: ("RERR", 12), 4: ("RREP_ACK", 2)}
RREQ, RREP, RERR = 1, 2, 3
MAX_MESSAGES = 64
OLSR_MESSAGE = FieldSpec("olsr_message", "Message", multiple=True)
AODV_MESSAGE = FieldSpec("aodv_message", "Message", multiple=True)


def olsr_types(data: bytes) -> list[int]:
    """Types of the messages in a packet."""
    cursor = Cursor(data)
    if cursor.u16() != len(data) or len(data) < 4:
        raise ParseError("packet length")
    cursor.skip(2)
    kinds: list[int] = []
    while not cursor.at_end and len(kinds) < MAX_MESSAGES:
        kind, _, size = cursor.u8(), cursor.u8(), cursor.u16()
        cursor.skip(size - 4)
        kinds.append(kind)
    return kinds


def aodv_type(data: bytes) -> str:
    """The name of a message long enough for its type."""
    name, size = AODV_TYPES.get(data[0], ("", 0)) if data else ("", 0)
    if not name or len(data) < size or not _aodv_fits(data):
        raise ParseError("unknown message")
    return name


def _aodv_fits(data: bytes) -> bool:
    """Reserved bits are zero, and what follows the message are extensions, or the nodes out of reach."""
    kind, size = data[0], AODV_TYPES[data[0]][1]
    if kind == RERR:
        return not data[1] & 0x7F and not data[2] and len(data) == 4 + 8 * data[3]
    if data[1] & (0x07 if kind == RREQ else 0x3F if kind == RREP else 0xFF) or (kind == RREQ and data[2]):
        return False
    cursor = Cursor(data, size)
    while not cursor.at_end:
        cursor.skip(1)
        cursor.skip(cursor.u8())
    return True


class _Olsr(DatagramInspector):
    """One node."""

    __slots__ = ()

    label = "OLSR"

    def take(self, data: bytes) -> Status:
        for kind in olsr_types(data):
            self.report.add(OLSR_MESSAGE, OLSR_TYPES.get(kind, f"TYPE_{kind}"))
        self.report.state = str(self.report.get(OLSR_MESSAGE) or "")
        return MORE


class _Aodv(DatagramInspector):
    """One node."""

    __slots__ = ()

    label = "AODV"

    def take(self, data: bytes) -> Status:
        name = aodv_type(data)
        self.report.add(AODV_MESSAGE, name)
        self.report.state = name
        return MORE


def recognise_olsr(context: Context, data: bytes) -> Claim:
    """Only where it usually is."""
    if not on_port(context, OLSR_PORT):
        return NO
    try:
        return YES if olsr_types(data) else WEAK
    except ParseError:
        return NO


def recognise_aodv(context: Context, data: bytes) -> Claim:
    """Only where it usually is."""
    if not on_port(context, AODV_PORT):
        return NO
    try:
        aodv_type(data)
    except ParseError:
        return NO
    return YES


PROTOCOLS: tuple[ApplicationProtocol, ...] = (
    DatagramProtocol(_Olsr, recognise_olsr, frozenset((OLSR_PORT,)), frozenset(range(8)), bound=True),
    DatagramProtocol(_Aodv, recognise_aodv, frozenset((AODV_PORT,)), frozenset(AODV_TYPES), bound=True),
)
