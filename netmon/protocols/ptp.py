"""Precision Time Protocol over UDP (IEEE 1588-2008 and later, version 2; version 1).

Claimed on its ports: a message of known type whose length fits. Read: message types, version, domain, clock identity.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

EVENT_PORT, GENERAL_PORT = 319, 320
HEADER = 34
MESSAGES = {
    0x0: "SYNC", 0x1: "DELAY_REQUEST", 0x2: "PEER_DELAY_REQUEST", 0x3: "PEER_DELAY_RESPONSE", 0x8: "FOLLOW_UP",
    0x9: "DELAY_RESPONSE", 0xA: "PEER_DELAY_FOLLOW_UP", 0xB: "ANNOUNCE", 0xC: "SIGNALING", 0xD: "MANAGEMENT",
}  # fmt: skip
MESSAGES_V1 = ("SYNC", "DELAY_REQUEST", "FOLLOW_UP", "DELAY_RESPONSE", "MANAGEMENT")
MESSAGE = FieldSpec("ptp_message", "Message", multiple=True)
VERSION = FieldSpec("ptp_version", "Version", multiple=True)
DOMAIN = FieldSpec("ptp_domain", "Domain", multiple=True)
CLOCK = FieldSpec("ptp_clock", "Clock", multiple=True)


def message(data: bytes) -> tuple[int, str]:
    """Version and message name."""
    version = data[1] & 15 if len(data) > 32 else 0
    if version == 2 and len(data) >= HEADER:
        length = int.from_bytes(data[2:4], "big")
        name = MESSAGES.get(data[0] & 15)
        if name is None or not HEADER <= length <= len(data):
            raise ParseError("unknown message")
        return 2, name
    if data[:4] == b"\0\1\0\1" and len(data) > 40 and data[20] in (1, 2) and data[32] < len(MESSAGES_V1):
        return 1, MESSAGES_V1[data[32]]
    raise ParseError("unknown version")


def recognise(context: Context, data: bytes) -> Claim:
    """Only where it usually is."""
    if not on_port(context, EVENT_PORT, GENERAL_PORT):
        return NO
    try:
        message(data)
    except ParseError:
        return NO
    return YES


class _Ptp(DatagramInspector):
    """One clock."""

    __slots__ = ()

    label = "PTP"

    def take(self, data: bytes) -> Status:
        (version, name), report = message(data), self.report
        report.add(MESSAGE, name)
        report.add(VERSION, version)
        if version == 2:
            report.add(DOMAIN, data[4])
            report.add(CLOCK, data[20:28].hex())
        report.state, report.summary = name, f"v{version} {name}"
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Ptp, recognise, frozenset((EVENT_PORT, GENERAL_PORT)), bound=True)
