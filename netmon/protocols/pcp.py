"""Port Control Protocol (RFC 6887) and its predecessor NAT-PMP (RFC 6886).

Claimed on their ports: known version and operation with the size that belongs to them. Read: version, operations, results,
external address.
"""

from __future__ import annotations

from socket import AF_INET, AF_INET6, inet_ntop

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORTS = frozenset((5350, 5351))
NAT_PMP, PCP = 0, 2
RESPONSE = 0x80
OPERATIONS = {0: "EXTERNAL_ADDRESS", 1: "MAP_UDP", 2: "MAP_TCP"}
PCP_OPERATIONS = {0: "ANNOUNCE", 1: "MAP", 2: "PEER"}
_SIZES = {0: 2, 1: 12, 2: 12, 128: 12, 129: 16, 130: 16}
_MAPPED = b"\0" * 10 + b"\xff\xff"
VERSION = FieldSpec("pcp_version", "Version", multiple=True)
OPERATION = FieldSpec("pcp_operation", "Operation", multiple=True)
RESULT = FieldSpec("pcp_result", "Result", multiple=True)
EXTERNAL = FieldSpec("pcp_external_ip", "External address", multiple=True)


def operation(data: bytes) -> str:
    """The operation's name."""
    if len(data) >= 2 and data[0] == NAT_PMP:
        name, size = OPERATIONS.get(data[1] & 0x7F), _SIZES.get(data[1], 0)
        # An error response may stop after the result (RFC 6886 section 3.5).
        answer = data[1] & RESPONSE and len(data) >= 8 and int.from_bytes(data[2:4], "big") <= 5
        if name and (len(data) in (size, 8) if answer else not data[1] & RESPONSE and len(data) == size):
            return name
    elif 24 <= len(data) <= 1100 and data[0] == PCP and len(data) % 4 == 0 and not data[2]:
        name = PCP_OPERATIONS.get(data[1] & 0x7F)
        if name and (data[3] <= 13 if data[1] & RESPONSE else not data[3]):
            return name
    raise ParseError("unknown version or operation")


def recognise(context: Context, data: bytes) -> Claim:
    """Only where it usually is."""
    if not on_port(context, *PORTS):
        return NO
    try:
        operation(data)
    except ParseError:
        return NO
    return YES


class _Pcp(DatagramInspector):
    """One host and its router."""

    __slots__ = ()

    label = "PCP"

    def take(self, data: bytes) -> Status:
        name, report = operation(data), self.report
        report.add(VERSION, "NAT-PMP" if data[0] == NAT_PMP else "PCP")
        report.add(OPERATION, name)
        answer = data[1] & RESPONSE
        if answer:
            result = data[3] if data[0] == PCP else int.from_bytes(data[2:4], "big")
            report.add(RESULT, result)
            if result == 0:
                report.add(EXTERNAL, _external(data))
        report.state = "RESPONSE" if answer else "REQUEST"
        report.summary = f"{name} {report.get(EXTERNAL) or ''}".rstrip()
        half = report.response if answer else report.request
        half(name, self.now, "pcp")
        return MORE


def _external(data: bytes) -> str:
    """The address outside, where the response tells it."""
    if data[0] == NAT_PMP:
        return inet_ntop(AF_INET, data[8:12]) if data[1] == RESPONSE and len(data) >= 12 else ""
    if data[1] & 0x7F not in (1, 2) or len(data) < 60:
        return ""
    address = data[44:60]
    return inet_ntop(AF_INET, address[12:]) if address.startswith(_MAPPED) else inet_ntop(AF_INET6, address)


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Pcp, recognise, PORTS, frozenset((NAT_PMP, PCP)), bound=True)
