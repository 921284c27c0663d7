"""The Babel routing protocol (RFC 8966), over UDP.

Claimed: magic 42, version 2 and a body of TLVs that fill the stated length, on any port when there is one that is known.
Told: the kinds of TLVs.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

PORT = 6696
MAGIC, VERSION, HEADER = 42, 2, 4
PAD1 = 0
TLVS = {1: "PADN", 2: "ACK_REQUEST", 3: "ACK", 4: "HELLO", 5: "IHU", 6: "ROUTER_ID", 7: "NEXT_HOP", 8: "UPDATE",
        9: "ROUTE_REQUEST", 10: "SEQNO_REQUEST", 11: "TS_PC", 12: "HMAC", 13: "SOURCE_UPDATE", 14: "SOURCE_ROUTE_REQUEST",
        15: "SOURCE_SEQNO_REQUEST", 16: "MAC", 17: "PC", 18: "CHALLENGE_REQUEST", 19: "CHALLENGE_REPLY"}  # fmt: skip
TLV = FieldSpec("babel_tlv", "TLVs", multiple=True)


def tlvs(data: bytes) -> list[int]:
    """Types of the TLVs in the body; ``ParseError`` when they do not fill it (section 4.2)."""
    if len(data) < HEADER or data[0] != MAGIC or data[1] != VERSION:
        raise ParseError("no Babel header")
    size = int.from_bytes(data[2:4], "big")
    if size > len(data) - HEADER:
        raise ParseError("body shorter than its length")
    body = Cursor(data, HEADER, HEADER + size)
    found: list[int] = []
    while not body.at_end:
        kind = body.u8()
        if kind != PAD1:
            body.skip(body.u8())
            found.append(kind)
    return found


class _Babel(DatagramInspector):
    """One router."""

    __slots__ = ()

    label = "Babel"

    def take(self, data: bytes) -> Status:
        for kind in tlvs(data):
            self.report.add(TLV, TLVS.get(kind, f"{kind}"))
        self.report.state = "ROUTING"
        return MORE


def recognise(context: Context, data: bytes) -> Claim:
    """TLVs that fill it."""
    found = tlvs(data)
    usual = PORT in (context.server_port, context.client_port)
    known = sum(kind in TLVS for kind in found)
    return YES if usual or (known and known == len(found) and len(data) == HEADER + (data[2] << 8 | data[3])) else NO


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Babel, recognise, frozenset((PORT,)), frozenset((MAGIC,)))
