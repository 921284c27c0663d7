"""Home Networking Control Protocol (RFC 7788) on DNCP (RFC 7787), over UDP.

Claimed on its port: TLVs that fill the datagram, the first naming a node's end point or asking for the network's state.
Told: the kinds of TLVs.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT = 8231
TLVS = {1: "REQUEST_NETWORK_STATE", 2: "REQUEST_NODE_STATE", 3: "NODE_ENDPOINT", 4: "NETWORK_STATE", 5: "NODE_STATE",
        8: "PEER", 9: "KEEP_ALIVE_INTERVAL", 10: "TRUST_VERDICT", 32: "HNCP_VERSION", 33: "EXTERNAL_CONNECTION",
        34: "DELEGATED_PREFIX", 35: "ASSIGNED_PREFIX", 36: "NODE_ADDRESS", 37: "DHCPV4_DATA", 38: "DHCPV6_DATA",
        39: "DNS_DELEGATED_ZONE", 40: "DOMAIN_NAME", 41: "NODE_NAME", 42: "MANAGED_PSK", 43: "PREFIX_POLICY"}  # fmt: skip
FIRST = frozenset((1, 2, 3))
TLV = FieldSpec("hncp_tlv", "TLVs", multiple=True)


def tlvs(data: bytes) -> list[int]:
    """Types of the TLVs; ``ParseError`` when they do not fill the datagram. Values are padded to four octets."""
    cursor = Cursor(data)
    found: list[int] = []
    while not cursor.at_end:
        kind, size = cursor.u16(), cursor.u16()
        if not found and kind not in FIRST:
            raise ParseError("no first TLV")
        cursor.skip(size)
        cursor.skip(min(-size % 4, cursor.left))
        found.append(kind)
    return found


class _Hncp(DatagramInspector):
    """One router."""

    __slots__ = ()

    label = "HNCP"

    def take(self, data: bytes) -> Status:
        for kind in tlvs(data):
            self.report.add(TLV, TLVS.get(kind, f"{kind}"))
        self.report.state = "SYNCHRONISATION"
        return MORE


def recognise(context: Context, data: bytes) -> Claim:
    """Only where it usually is."""
    if not on_port(context, PORT):
        return NO
    return YES if tlvs(data) else NO


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Hncp, recognise, frozenset((PORT,)), frozenset((0,)), bound=True)
