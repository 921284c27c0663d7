"""RADIUS (RFC 2865, RFC 2866, RFC 5176).

Claimed, on any port: a known code, a length that is the datagram's, and attributes that fill it exactly; on the usual ports
the header is enough. Read: codes, user name, access server, calling station. Passwords, EAP and vendor
attributes are left alone.
"""

from __future__ import annotations

from socket import AF_INET, inet_ntop

from netmon.errors import NeedMore, ParseError

from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORTS = frozenset((1645, 1646, 1812, 1813, 3799))
HEADER = 20
MAX_LENGTH = 4096
CODES = {
    1: "ACCESS_REQUEST", 2: "ACCESS_ACCEPT", 3: "ACCESS_REJECT", 4: "ACCOUNTING_REQUEST", 5: "ACCOUNTING_RESPONSE",
    11: "ACCESS_CHALLENGE", 12: "STATUS_SERVER", 13: "STATUS_CLIENT", 40: "DISCONNECT_REQUEST", 41: "DISCONNECT_ACK",
    42: "DISCONNECT_NAK", 43: "COA_REQUEST", 44: "COA_ACK", 45: "COA_NAK",
}  # fmt: skip
_REQUESTS = frozenset((1, 4, 12, 40, 43))
USER_NAME, NAS_ADDRESS, FRAMED_ADDRESS, CALLED, CALLING, NAS_NAME = 1, 4, 8, 30, 31, 32
CODE = FieldSpec("radius_code", "Code", multiple=True)
USER = FieldSpec("radius_user", "User", multiple=True, limit=400)
NAS_IP = FieldSpec("radius_nas_ip", "Access server", multiple=True)
NAS = FieldSpec("radius_nas", "Access server name", multiple=True)
FRAMED = FieldSpec("radius_framed_ip", "Address given", multiple=True)
STATION = FieldSpec("radius_calling_station", "Calling station", multiple=True)
_TEXTS = {USER_NAME: USER, NAS_NAME: NAS, CALLING: STATION}
_ADDRESSES = {NAS_ADDRESS: NAS_IP, FRAMED_ADDRESS: FRAMED}


def attributes(data: bytes) -> tuple[list[tuple[int, bytes]], bool]:
    """Attributes within the packet's own length, and whether they fill it; ``ParseError`` without a header."""
    if len(data) < HEADER:
        raise ParseError("header cut short")
    length = int.from_bytes(data[2:4], "big")
    if data[0] not in CODES or not HEADER <= length <= MAX_LENGTH:
        raise ParseError("code or length")
    cursor = Cursor(data, HEADER, length)
    found: list[tuple[int, bytes]] = []
    try:
        while not cursor.at_end:
            number, size = cursor.u8(), cursor.u8()
            found.append((number, cursor.take(size - 2)))
    except NeedMore:
        return found, False
    return found, cursor.end == length


def recognise(context: Context, data: bytes) -> Claim:
    """Header and attributes."""
    try:
        found, whole = attributes(data)
    except ParseError:
        return NO
    exact = whole and int.from_bytes(data[2:4], "big") == len(data)
    if on_port(context, *PORTS):
        return YES if exact else WEAK if whole or len(found) > 1 else NO
    return YES if exact and len(found) > 1 else NO


class _Radius(DatagramInspector):
    """One conversation."""

    __slots__ = ()

    label = "RADIUS"

    def take(self, data: bytes) -> Status:
        found, _ = attributes(data)
        report, code, identifier = self.report, data[0], data[1]
        report.add(CODE, code)
        for number, value in found:
            if number in _TEXTS:
                report.add(_TEXTS[number], value)
            elif number in _ADDRESSES and len(value) == 4:
                report.add(_ADDRESSES[number], inet_ntop(AF_INET, value))
        report.state = CODES[code]
        report.summary = f"{CODES[code]} {report.get(USER) or ''}".rstrip()
        half = report.request if code in _REQUESTS else report.response
        half(identifier, self.now, "radius")
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Radius, recognise, PORTS, frozenset(CODES))
