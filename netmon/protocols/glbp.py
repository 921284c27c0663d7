"""Gateway Load Balancing Protocol of Cisco, over UDP to 224.0.0.102.

There is no public document; the layout is the one the field agrees on. Claimed on its port: version 1 and typed values that
fill the datagram. Told: groups, kinds of values, whether a password goes in the clear (it is not told).
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT = 3222
HEADER, VERSION = 12, 1
TYPES = {1: "HELLO", 2: "REQUEST_RESPONSE", 3: "AUTHENTICATION"}
AUTHENTICATION, PLAIN = 3, 1
GROUP = FieldSpec("glbp_group", "Group", multiple=True)
VALUE = FieldSpec("glbp_tlv", "TLVs", multiple=True)


def values(data: bytes) -> list[tuple[int, bytes]]:
    """Types and values; ``ParseError`` when they do not fill the datagram."""
    if len(data) < HEADER + 2 or data[0] != VERSION or data[1] or any(data[4:6]):
        raise ParseError("no GLBP header")
    cursor = Cursor(data, HEADER)
    found = []
    while not cursor.at_end:
        kind, size = cursor.u8(), cursor.u8()
        if kind not in TYPES or size < 2:
            raise ParseError("unknown value")
        found.append((kind, cursor.take(size - 2)))
    return found


class _Glbp(DatagramInspector):
    """One router."""

    __slots__ = ()

    label = "GLBP"

    def take(self, data: bytes) -> Status:
        report = self.report
        for kind, value in values(data):
            report.add(VALUE, TYPES[kind])
            if kind == AUTHENTICATION and value[:1] == bytes((PLAIN,)):
                report.risk("clear-text-credentials")
        group = int.from_bytes(data[2:4], "big")
        report.add(GROUP, group)
        report.state, report.summary = "HELLO", f"group {group}"
        return MORE


def recognise(context: Context, data: bytes) -> Claim:
    """Only where it usually is."""
    if not on_port(context, PORT):
        return NO
    values(data)
    return YES


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Glbp, recognise, frozenset((PORT,)), frozenset((VERSION,)), bound=True)
