"""SOME/IP and its service discovery (AUTOSAR, "SOME/IP Protocol Specification"), the network of cars, over UDP and TCP.

Claimed: messages whose protocol version, type and return code exist and whose lengths fill the datagram; over TCP in both
directions, or with the magic cookie. Told: services, methods, kinds of messages, return codes, and what discovery offers.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Look, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly
from ._report import FieldSpec, Report
from ._shell import StreamProtocol
from ._udp import DatagramInspector, DatagramProtocol

PORTS = frozenset((30490, 30491))
HEADER = 16
TYPES = {
    0x00: "REQUEST", 0x01: "REQUEST_NO_RETURN", 0x02: "NOTIFICATION", 0x40: "REQUEST_ACK", 0x41: "REQUEST_NO_RETURN_ACK",
    0x42: "NOTIFICATION_ACK", 0x80: "RESPONSE", 0x81: "ERROR", 0xC0: "RESPONSE_ACK", 0xC1: "ERROR_ACK",
    0x20: "TP_REQUEST", 0x21: "TP_REQUEST_NO_RETURN", 0x22: "TP_NOTIFICATION", 0xA0: "TP_RESPONSE", 0xA1: "TP_ERROR",
}  # fmt: skip
CODES = {
    0x01: "NOT_OK", 0x02: "UNKNOWN_SERVICE", 0x03: "UNKNOWN_METHOD", 0x04: "NOT_READY", 0x05: "NOT_REACHABLE",
    0x06: "TIMEOUT", 0x07: "WRONG_PROTOCOL_VERSION", 0x08: "WRONG_INTERFACE_VERSION", 0x09: "MALFORMED_MESSAGE",
    0x0A: "WRONG_MESSAGE_TYPE",
}  # fmt: skip
LARGEST_CODE, RESPONSE, ERROR = 0x5E, 0x80, 0x81
DISCOVERY = b"\xff\xff\x81\x00"
COOKIES = (b"\xff\xff\x00\x00", b"\xff\xff\x80\x00")
ENTRIES = {0x00: "FIND", 0x01: "OFFER", 0x04: "REQUEST", 0x05: "REQUEST_ACK", 0x06: "SUBSCRIBE", 0x07: "SUBSCRIBE_ACK"}
ENTRY = 16
MAXIMUM = 16 * 1024 * 1024
LARGEST_HEAD = 2000
"""Over TCP, away from the usual ports, the first message must be seen whole."""
SERVICE = FieldSpec("someip_service", "Services", multiple=True)
METHOD = FieldSpec("someip_method", "Methods", multiple=True)
TYPE = FieldSpec("someip_type", "Kinds of messages", multiple=True)
RESULT = FieldSpec("someip_result", "Errors", multiple=True)
DISCOVERED = FieldSpec("someip_sd", "Discovery", multiple=True)


def size_of(head: bytes) -> int:
    """Whole length of the message that begins with these sixteen octets."""
    size = int.from_bytes(head[4:8], "big")
    if head[12] != 1 or head[14] not in TYPES or head[15] > LARGEST_CODE or not 8 <= size <= MAXIMUM:
        raise ParseError("no SOME/IP header")
    if head[15] and head[14] & 0x9F < RESPONSE:
        raise ParseError("a request with a return code")
    return 8 + size


def tell(report: Report, message: Cursor, now: int) -> None:
    """One message."""
    service, method = message.u16(), message.u16()
    message.skip(4)
    request = message.u32()
    message.skip(2)
    kind, code = message.u8(), message.u8()
    report.add(TYPE, TYPES[kind])
    report.state = TYPES[kind]
    if service == 0xFFFF and method == 0x8100:
        _discover(report, message)
        return
    report.add(SERVICE, f"0x{service:04x}")
    report.add(METHOD, f"0x{service:04x}.0x{method:04x}")
    report.summary = f"service 0x{service:04x} {TYPES[kind].lower()}"
    if code:
        report.add(RESULT, CODES.get(code, f"0x{code:02x}"))
    if kind == 0:
        report.request((service, method, request), now, "some/ip")
    elif kind in (RESPONSE, ERROR):
        report.response((service, method, request), now, "some/ip")


def _discover(report: Report, message: Cursor) -> None:
    """Entries of sixteen octets; the time to live tells an offer from its withdrawal."""
    message.skip(4)
    entries = message.sub(min(message.u32(), message.left))
    report.state = "DISCOVERY"
    while entries.left >= ENTRY:
        kind = entries.u8()
        entries.skip(3)
        service = entries.u16()
        entries.skip(3)
        alive = entries.u24()
        entries.skip(4)
        name = ENTRIES.get(kind, f"0x{kind:02x}")
        report.add(DISCOVERED, name if alive or kind == 0 else f"STOP_{name}")
        report.add(SERVICE, f"0x{service:04x}")
    report.summary = "service discovery"


class _Stream(FrameShell):
    """Over TCP."""

    __slots__ = ()

    label, header, limit = "SOME/IP", HEADER, 512

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  the type tells who speaks
        """Of the message."""
        return size_of(head)

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002  the type tells who speaks
        """One message; cookies only keep the place."""
        if message.peek(4) not in COOKIES:
            tell(self.report, message, self.now)
        return MORE


class _Datagrams(DatagramInspector):
    """Over UDP: one message or several."""

    __slots__ = ()

    label = "SOME/IP"

    def take(self, data: bytes) -> Status:
        for message in messages(data):
            tell(self.report, message, self.now)
        return MORE


def messages(data: bytes) -> list[Cursor]:
    """The messages that fill a datagram."""
    cursor = Cursor(data)
    found: list[Cursor] = []
    while not cursor.at_end:
        head = cursor.peek(HEADER)
        if len(head) < HEADER:
            raise ParseError("no header")
        found.append(cursor.sub(size_of(head)))
    return found


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By lengths that fill it."""
    if len(data) < HEADER or data[12] != 1:
        return NO
    return YES if messages(data) else NO


def _header(head: bytes) -> Claim:
    if len(head) < HEADER or head[12] != 1:
        return NO if len(head) > 12 and head[12] != 1 else MAYBE
    size = size_of(head)
    if head[:4] in COOKIES and size == HEADER:
        return YES
    if len(head) >= size + HEADER:
        size_of(head[size : size + HEADER])
        return YES
    if len(head) < size:
        return MAYBE if size <= LARGEST_HEAD else NO
    return WEAK


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """A cookie, one message behind the other, both directions, or the port."""
    claim = jointly(client, server, _header)
    if claim is WEAK:
        return YES if context.server_port in PORTS else MAYBE
    if claim is YES and len(client) >= HEADER and len(server) >= HEADER and context.server_port not in PORTS:
        return claim if client[:2] == server[:2] or client[:4] in COOKIES or server[:4] in COOKIES else NO
    return claim


_DATAGRAMS = DatagramProtocol(_Datagrams, recognise, PORTS, look=Look(HEADER, 12, frozenset((1,))))
PROTOCOL: ApplicationProtocol = StreamProtocol(_Stream, judge, PORTS, None, _DATAGRAMS)
