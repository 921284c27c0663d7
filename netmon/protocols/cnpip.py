"""CNP/IP (EIA-852, ISO/IEC 14908-4): LonWorks over IP, over UDP.

Claimed on its ports: the length of the datagram, version 1, and a packet type that exists. Told: kinds of packets.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORTS = (1628, 1629)
HEADER, VERSION = 20, 1
TYPES = {
    0x01: "DATA", 0x03: "DEVICE_REGISTRATION", 0x04: "CHANNEL_MEMBERSHIP", 0x06: "CHANNEL_ROUTING", 0x07: "ACK",
    0x08: "SEGMENT", 0x60: "STATUS_REQUEST", 0x63: "CONFIGURATION_REQUEST", 0x64: "CHANNEL_MEMBERSHIP_REQUEST",
    0x66: "CHANNEL_ROUTING_REQUEST", 0x68: "SEND_LIST_REQUEST", 0x70: "STATUS_RESPONSE", 0x71: "CONFIGURATION",
}  # fmt: skip
TYPE = FieldSpec("cnpip_type", "Packets", multiple=True)


def kind_of(data: bytes) -> str:
    """The kind of a packet; ``ParseError`` when length or version do not fit."""
    if len(data) < HEADER or int.from_bytes(data[:2], "big") != len(data) or data[2] != VERSION or data[3] not in TYPES:
        raise ParseError("no CNP/IP header")
    return TYPES[data[3]]


class _CnpIp(DatagramInspector):
    """One channel."""

    __slots__ = ()

    label = "CNP-IP"

    def take(self, data: bytes) -> Status:
        name = kind_of(data)
        self.report.add(TYPE, name)
        self.report.state = self.report.summary = name
        return MORE


def recognise(context: Context, data: bytes) -> Claim:
    """Only where it usually is."""
    if not on_port(context, *PORTS):
        return NO
    kind_of(data)
    return YES


PROTOCOL: ApplicationProtocol = DatagramProtocol(_CnpIp, recognise, frozenset(PORTS), frozenset(range(8)), bound=True)
