"""Layer 2 Tunnelling Protocol version 2 (RFC 2661) and 3 over UDP (RFC 3931 section 4.1.2), as the outer conversation.

Claimed, on any port: a control message whose flags, version and length agree with the datagram; data messages on port 1701
only. Read: control message types, host name, tunnels.
"""

from __future__ import annotations

from struct import unpack_from

from netmon.errors import NeedMore, ParseError

from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT = 1701
TYPE_BIT, LENGTH_BIT, SEQUENCE_BIT = 0x8000, 0x4000, 0x0800
_MUST_BE_ZERO = 0x34F0
MESSAGES = {
    1: "SCCRQ", 2: "SCCRP", 3: "SCCCN", 4: "STOPCCN", 6: "HELLO", 7: "OCRQ", 8: "OCRP", 9: "OCCN", 10: "ICRQ", 11: "ICRP",
    12: "ICCN", 14: "CDN", 15: "WEN", 16: "SLI",
}  # fmt: skip
MESSAGE_TYPE, HOST_NAME = 0, 7
VERSION = FieldSpec("l2tp_version", "Version", multiple=True)
MESSAGE = FieldSpec("l2tp_message", "Message", multiple=True)
HOST = FieldSpec("l2tp_host", "Host name", multiple=True)
TUNNEL = FieldSpec("l2tp_tunnel", "Tunnel", multiple=True)


def is_control(data: bytes) -> bool:
    """Type, length and sequence bits set, nothing reserved, version 2 or 3, the length all there is."""
    if len(data) < 12:
        return False
    flags, length = unpack_from("!HH", data)
    wanted = TYPE_BIT | LENGTH_BIT | SEQUENCE_BIT
    return flags & wanted == wanted and not flags & _MUST_BE_ZERO and flags & 15 in (2, 3) and length == len(data)


def recognise(context: Context, data: bytes) -> Claim:
    """Control messages anywhere, data by the port."""
    if is_control(data):
        return YES
    if not on_port(context, PORT) or len(data) < 6:
        return NO
    flags = unpack_from("!H", data)[0]
    return WEAK if not flags & TYPE_BIT and flags & 15 in (2, 3) else NO


class _L2tp(DatagramInspector):
    """One outer conversation."""

    __slots__ = ()

    label = "L2TP"

    def take(self, data: bytes) -> Status:
        if len(data) < 6:
            raise ParseError("header cut short")
        report, flags = self.report, unpack_from("!H", data)[0]
        if flags & 15 not in (2, 3):
            raise ParseError("unknown version")
        report.add(VERSION, flags & 15)
        if is_control(data):
            if flags & 15 == 2:
                report.add(TUNNEL, unpack_from("!H", data, 4)[0])
            self._control(Cursor(data, 12))
        elif flags & TYPE_BIT:
            raise ParseError("damaged control message")
        else:
            report.state = "DATA"
        return MORE

    def _control(self, cursor: Cursor) -> None:
        """Attribute-value pairs; hidden ones stay hidden. A message without any is an acknowledgement."""
        self.report.state = "ACK" if cursor.at_end else self.report.state
        try:
            while not cursor.at_end:
                flags, vendor, kind = cursor.u16(), cursor.u16(), cursor.u16()
                value = cursor.take((flags & 0x03FF) - 6)
                if vendor or flags & 0x4000:
                    continue
                if kind == MESSAGE_TYPE and len(value) == 2:
                    word = MESSAGES.get(value[1], f"MESSAGE_{value[1]}")
                    self.report.add(MESSAGE, word)
                    self.report.state = self.report.summary = word
                elif kind == HOST_NAME:
                    self.report.add(HOST, value)
        except NeedMore:
            return


PROTOCOL: ApplicationProtocol = DatagramProtocol(
    _L2tp, recognise, frozenset((PORT,)), frozenset(first for first in range(256) if not first & 0x34), bound=True
)
