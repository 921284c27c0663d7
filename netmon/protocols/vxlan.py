"""VXLAN (RFC 7348), as the outer conversation; what it carries has rows of its own.

Claimed: on port 4789 (and 8472, Linux's old default) a header with the I flag and zero reserved octets; elsewhere the same
with an Ethernet frame that fits behind it. Read: network identifiers.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Look, Status
from ._inner import is_ethernet
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORTS = frozenset((4789, 8472))
HEADER = 8
VNI = FieldSpec("vxlan_vni", "Network", multiple=True, limit=100)


def identifier(data: bytes) -> int:
    """The VXLAN network identifier."""
    if len(data) < HEADER or not data[0] & 0x08 or data[7]:
        raise ParseError("no VXLAN header")
    return int.from_bytes(data[4:7], "big")


def recognise(context: Context, data: bytes) -> Claim:
    """Flag, reserved octets, and away from the port the frame."""
    try:
        identifier(data)
    except ParseError:
        return NO
    if on_port(context, *PORTS):
        return YES if is_ethernet(data[HEADER:]) else WEAK if data[0] in (8, 0x88) and not data[1] else NO
    return YES if data[:4] == b"\x08\0\0\0" and is_ethernet(data[HEADER:]) else NO


class _Vxlan(DatagramInspector):
    """One outer conversation."""

    __slots__ = ()

    label = "VXLAN"

    def take(self, data: bytes) -> Status:
        self.report.add(VNI, identifier(data))
        self.report.summary = f"network {self.report.get(VNI)}"
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(
    _Vxlan, recognise, PORTS, frozenset(first for first in range(256) if first & 8), look=Look(HEADER, 0, frozenset((8,)))
)
