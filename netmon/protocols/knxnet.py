"""KNXnet/IP (ISO 22510): building automation.

Claimed, on any port: its six-octet header of version 1.0 with a known service and the datagram's length. Read: services.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

PORT = 3671
HEADER = b"\x06\x10"
SERVICES = {
    0x0201: "SEARCH_REQUEST", 0x0202: "SEARCH_RESPONSE", 0x0203: "DESCRIPTION_REQUEST", 0x0204: "DESCRIPTION_RESPONSE",
    0x0205: "CONNECT_REQUEST", 0x0206: "CONNECT_RESPONSE", 0x0207: "CONNECTIONSTATE_REQUEST",
    0x0208: "CONNECTIONSTATE_RESPONSE", 0x0209: "DISCONNECT_REQUEST", 0x020A: "DISCONNECT_RESPONSE",
    0x020B: "SEARCH_REQUEST_EXTENDED", 0x020C: "SEARCH_RESPONSE_EXTENDED", 0x0310: "DEVICE_CONFIGURATION_REQUEST",
    0x0311: "DEVICE_CONFIGURATION_ACK", 0x0420: "TUNNELING_REQUEST", 0x0421: "TUNNELING_ACK",
    0x0422: "TUNNELING_FEATURE_GET", 0x0423: "TUNNELING_FEATURE_RESPONSE", 0x0424: "TUNNELING_FEATURE_SET",
    0x0425: "TUNNELING_FEATURE_INFO", 0x0530: "ROUTING_INDICATION", 0x0531: "ROUTING_LOST_MESSAGE", 0x0532: "ROUTING_BUSY",
    0x0533: "ROUTING_SYSTEM_BROADCAST", 0x0740: "REMOTE_DIAGNOSTIC_REQUEST", 0x0741: "REMOTE_DIAGNOSTIC_RESPONSE",
    0x0742: "REMOTE_BASIC_CONFIGURATION_REQUEST", 0x0743: "REMOTE_RESET_REQUEST", 0x0950: "SECURE_WRAPPER",
    0x0951: "SESSION_REQUEST", 0x0952: "SESSION_RESPONSE", 0x0953: "SESSION_AUTHENTICATE", 0x0954: "SESSION_STATUS",
    0x0955: "TIMER_NOTIFY",
}  # fmt: skip
SERVICE = FieldSpec("knx_service", "Service", multiple=True)


def service(data: bytes) -> str:
    """The name of the service."""
    name = SERVICES.get(int.from_bytes(data[2:4], "big"))
    if len(data) < 6 or data[:2] != HEADER or name is None or int.from_bytes(data[4:6], "big") != len(data):
        raise ParseError("no KNXnet/IP header")
    return name


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By the header."""
    try:
        service(data)
    except ParseError:
        return NO
    return YES


class _Knx(DatagramInspector):
    """One conversation."""

    __slots__ = ()

    label = "KNXnet/IP"

    def take(self, data: bytes) -> Status:
        name = service(data)
        self.report.add(SERVICE, name)
        self.report.state = self.report.summary = name
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Knx, recognise, frozenset((PORT,)), frozenset((6,)))
