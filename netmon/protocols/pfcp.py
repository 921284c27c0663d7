"""Packet Forwarding Control Protocol (3GPP TS 29.244), between the control and user planes of mobile cores.

Claimed: a header of version 1 whose message type exists and whose length is the datagram's, filled with information
elements. Told: messages, causes of refusals, node addresses that are names. Exchange: ``pfcp``, by sequence number.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

PORT = 8805
_PAIRS = {1: "HEARTBEAT", 3: "PFD_MANAGEMENT", 5: "ASSOCIATION_SETUP", 7: "ASSOCIATION_UPDATE", 9: "ASSOCIATION_RELEASE",
          12: "NODE_REPORT", 14: "SESSION_SET_DELETION", 16: "SESSION_SET_MODIFICATION", 50: "SESSION_ESTABLISHMENT",
          52: "SESSION_MODIFICATION", 54: "SESSION_DELETION", 56: "SESSION_REPORT"}  # fmt: skip
MESSAGES = {11: "VERSION_NOT_SUPPORTED"}
MESSAGES |= {kind: f"{name}_REQUEST" for kind, name in _PAIRS.items()}
MESSAGES |= {kind + 1: f"{name}_RESPONSE" for kind, name in _PAIRS.items()}
SESSION, FOLLOWED, SPARE = 0x01, 0x04, 0x18
CAUSE, ACCEPTED = 19, 1
MOST = 64
MESSAGE = FieldSpec("pfcp_message", "Messages", multiple=True)
CAUSES = FieldSpec("pfcp_cause", "Causes of refusal", multiple=True)


def elements(data: bytes) -> tuple[int, int, list[tuple[int, bytes]]]:
    """Message type, sequence number, elements; ``ParseError`` when they do not fill the message (section 7.2)."""
    if len(data) < 8 or data[0] >> 5 != 1 or data[0] & SPARE or data[1] not in MESSAGES:
        raise ParseError("no PFCP header")
    size = int.from_bytes(data[2:4], "big") + 4
    if size > len(data) or (size != len(data) and not data[0] & FOLLOWED):
        raise ParseError("length does not fit")
    cursor = Cursor(data, 4, size)
    if data[0] & SESSION:
        cursor.skip(8)
    number = cursor.u24()
    cursor.skip(1)
    found: list[tuple[int, bytes]] = []
    while not cursor.at_end:
        kind = cursor.u16()
        body = cursor.take(cursor.u16())
        if not kind:
            raise ParseError("no element of that type")
        if len(found) < MOST:
            found.append((kind, body))
    return data[1], number, found


class _Pfcp(DatagramInspector):
    """One pair of nodes."""

    __slots__ = ()

    label = "PFCP"

    def take(self, data: bytes) -> Status:
        kind, number, found = elements(data)
        report, name = self.report, MESSAGES[kind]
        report.add(MESSAGE, name)
        report.state = report.summary = name
        for element, body in found:
            if element == CAUSE and body and body[0] != ACCEPTED:
                report.add(CAUSES, body[0])
        half = report.request if kind in _PAIRS else report.response
        half(number, self.now, "pfcp")
        return MORE


def recognise(context: Context, data: bytes) -> Claim:
    """Elements that fill it; without any, the port."""
    _, _, found = elements(data)
    usual = PORT in (context.server_port, context.client_port)
    return YES if found or usual else NO


PROTOCOL: ApplicationProtocol = DatagramProtocol(
    _Pfcp, recognise, frozenset((PORT,)), frozenset((0x20, 0x21, 0x22, 0x23, 0x24, 0x25))
)
