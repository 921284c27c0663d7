"""Geneve (RFC 8926), as the outer conversation; what it carries has rows of its own.

Claimed: a version 0 header whose options fit, with known protocol type and a packet that fits behind it; on port 6081
weakly without that. Read: network identifiers and protocol types.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Look, Status
from ._inner import is_ethernet, is_ip
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT = 6081
HEADER = 8
ETHERNET, IPV4, IPV6 = 0x6558, 0x0800, 0x86DD
LEAST_ETHERTYPE = 0x0600
VNI = FieldSpec("geneve_vni", "Network", multiple=True, limit=100)
CARRIES = FieldSpec("geneve_protocol", "Carries", multiple=True)
NAMES = {ETHERNET: "ethernet", IPV4: "ipv4", IPV6: "ipv6"}


def header(data: bytes) -> tuple[int, int, int]:
    """Network identifier, protocol type, where the payload begins."""
    if len(data) < HEADER or data[0] >> 6 or data[1] & 0x3F or data[7]:
        raise ParseError("no Geneve header")
    start = HEADER + 4 * (data[0] & 0x3F)
    if start > len(data):
        raise ParseError("options cut short")
    return int.from_bytes(data[4:7], "big"), int.from_bytes(data[2:4], "big"), start


def recognise(context: Context, data: bytes) -> Claim:
    """Header, and away from the port the payload."""
    try:
        _, kind, start = header(data)
    except ParseError:
        return NO
    inner = data[start:]
    usual = on_port(context, PORT)
    fits = is_ethernet(inner) if kind == ETHERNET else kind in (IPV4, IPV6) and is_ip(inner, exact=not usual)
    return YES if fits else WEAK if usual and kind >= LEAST_ETHERTYPE else NO


class _Geneve(DatagramInspector):
    """One outer conversation."""

    __slots__ = ()

    label = "Geneve"

    def take(self, data: bytes) -> Status:
        network, kind, _ = header(data)
        self.report.add(VNI, network)
        self.report.add(CARRIES, NAMES.get(kind, f"0x{kind:04x}"))
        self.report.summary = f"network {self.report.get(VNI)}"
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(
    _Geneve, recognise, frozenset((PORT,)), frozenset(range(0x40)),
    look=Look(HEADER, 2, frozenset(kind >> 8 for kind in (ETHERNET, IPV4, IPV6))),
)  # fmt: skip
