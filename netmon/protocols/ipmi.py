"""Remote management of servers: RMCP with ASF (DSP0136) and IPMI 1.5 and 2.0 (RMCP+).

Claimed, on any port: the RMCP header with its reserved octet and class, and behind it the ASF number or an IPMI
authentication type with a length that fits. Read: message kinds and payload types; sessions are authenticated elsewhere and
nothing of that is read.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

PORT = 623
_ASF_NUMBER = b"\0\0\x11\xbe"
ASF_TYPES = {
    0x10: "RESET", 0x11: "POWER_UP", 0x12: "POWER_DOWN", 0x13: "POWER_CYCLE", 0x40: "PONG", 0x41: "CAPABILITIES_RESPONSE",
    0x42: "SYSTEM_STATE_RESPONSE", 0x43: "OPEN_SESSION_RESPONSE", 0x80: "PING", 0x81: "CAPABILITIES_REQUEST",
    0x82: "SYSTEM_STATE_REQUEST", 0x83: "OPEN_SESSION_REQUEST", 0x84: "CLOSE_SESSION_REQUEST",
}  # fmt: skip
PAYLOADS = {0x00: "IPMI", 0x01: "SOL", 0x02: "OEM", 0x10: "OPEN_SESSION_REQUEST", 0x11: "OPEN_SESSION_RESPONSE",
            0x12: "RAKP_1", 0x13: "RAKP_2", 0x14: "RAKP_3", 0x15: "RAKP_4"}  # fmt: skip
_ACK, _ASF, _IPMI = 0x80, 6, 7
_RMCP_PLUS = 6
MESSAGE = FieldSpec("ipmi_message", "Message", multiple=True)
VERSION = FieldSpec("ipmi_version", "Version", multiple=True)


def message(data: bytes) -> tuple[str, str]:
    """Version and kind of message."""
    if len(data) < 4 or data[0] != 6 or data[1] or data[3] & 0x60:
        raise ParseError("no RMCP header")
    if data[3] & _ACK and len(data) == 4:
        return "RMCP", "ACK"
    if data[3] & 0x1F == _ASF and len(data) >= 12 and data[4:8] == _ASF_NUMBER and data[8] in ASF_TYPES:
        return "ASF", ASF_TYPES[data[8]]
    if data[3] & 0x1F == _IPMI and len(data) >= 14:
        if data[4] == _RMCP_PLUS and len(data) >= 16 and 16 + int.from_bytes(data[14:16], "little") <= len(data):
            kind = PAYLOADS.get(data[5] & 0x3F)
            if kind:
                return "2.0", kind
        elif data[4] < 6:
            at = 29 if data[4] else 13
            if at < len(data) and at + 1 + data[at] <= len(data):
                return "1.5", "IPMI"
    raise ParseError("unknown class or type")


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By header and class."""
    try:
        version, _ = message(data)
    except ParseError:
        return NO
    return YES if version != "RMCP" else WEAK


class _Ipmi(DatagramInspector):
    """One console and its machine."""

    __slots__ = ()

    label = "IPMI"

    def take(self, data: bytes) -> Status:
        version, kind = message(data)
        self.report.add(MESSAGE, kind)
        self.report.add(VERSION, version)
        self.report.state, self.report.summary = kind, f"{version} {kind}"
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Ipmi, recognise, frozenset((PORT,)), frozenset((6,)))
