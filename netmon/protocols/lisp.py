"""Locator/ID Separation Protocol: control (RFC 9301) and data (RFC 9300) messages.

Claimed, on the usual ports: a control message of a known type with zero reserved bits, or a data header before an IP
packet. Read: control message types.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._inner import is_ip
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

DATA_PORT, CONTROL_PORT = 4341, 4342
TYPES = {1: "MAP_REQUEST", 2: "MAP_REPLY", 3: "MAP_REGISTER", 4: "MAP_NOTIFY", 5: "MAP_NOTIFY_ACK", 6: "MAP_REFERRAL",
         7: "INFO", 8: "ENCAPSULATED_CONTROL", 15: "SHARED"}  # fmt: skip
REQUEST, REGISTER, NOTIFY, INFO, ENCAPSULATED = 1, 3, 4, 7, 8
MAXIMUM_RECORDS = 64
FAMILIES = frozenset((0, 1, 2, 16387))
"""Address families: none, IPv4, IPv6, LISP's own (RFC 8060)."""
TYPE = FieldSpec("lisp_type", "Message", multiple=True)


def message(context: Context, data: bytes) -> str:
    """The name of a message; ``DATA`` for what is tunnelled."""
    if len(data) < 8:
        raise ParseError("header cut short")
    if on_port(context, CONTROL_PORT):
        kind = TYPES.get(data[0] >> 4)
        if kind is None or not _reserved(data):
            raise ParseError("unknown type")
        return kind
    if not is_ip(data[8:]):
        raise ParseError("no IP packet")
    return "DATA"


def _reserved(data: bytes) -> bool:
    """The first word of a control message (RFC 9301 section 5): reserved bits are zero, record counts small."""
    kind = data[0] >> 4
    if kind == REQUEST:
        return 0 < data[3] <= MAXIMUM_RECORDS and len(data) >= 24
    if kind in (REGISTER, NOTIFY):
        return not data[1] and not data[2] & 0xE0 and 0 < data[3] <= MAXIMUM_RECORDS and len(data) >= 16
    if kind == INFO:
        return not any(data[1:4]) and len(data) >= 16
    if kind == ENCAPSULATED:
        return is_ip(data[4:])
    return not data[1] and not data[2] and data[3] <= MAXIMUM_RECORDS and len(data) >= 12


def recognise(context: Context, data: bytes) -> Claim:
    """Only where it usually is: control messages have too little of their own."""
    if not on_port(context, DATA_PORT, CONTROL_PORT):
        return NO
    try:
        kind = message(context, data)
    except ParseError:
        return NO
    if kind == TYPES[REQUEST]:
        return YES if int.from_bytes(data[12:14], "big") in FAMILIES else NO
    return YES if kind in ("DATA", TYPES[ENCAPSULATED]) else WEAK


class _Lisp(DatagramInspector):
    """One conversation."""

    __slots__ = ()

    label = "LISP"

    def take(self, data: bytes) -> Status:
        word = message(self.context, data)
        self.report.add(TYPE, word)
        self.report.state = word
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Lisp, recognise, frozenset((DATA_PORT, CONTROL_PORT)), bound=True)
