"""LSP ping (RFC 8029), which tests the label-switched paths of MPLS, over UDP.

Claimed on its port: version 1, a message type and reply mode that exist, and TLVs that fill the datagram. Told: messages and
return codes. Exchange: ``lsp-ping``, by handle and sequence number.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT = 3503
HEADER = 32
TYPES = {1: "ECHO_REQUEST", 2: "ECHO_REPLY", 3: "DATA_PLANE_VERIFICATION_REQUEST", 4: "DATA_PLANE_VERIFICATION_REPLY"}
MODES = frozenset((1, 2, 3, 4, 5))
MESSAGE = FieldSpec("lsp_ping_message", "Messages", multiple=True)
CODE = FieldSpec("lsp_ping_code", "Return codes", multiple=True)


def checked(data: bytes) -> str:
    """The type of a message; ``ParseError`` when something does not fit (section 3)."""
    if len(data) < HEADER or data[:2] != b"\0\1" or data[4] not in TYPES or data[5] not in MODES:
        raise ParseError("no LSP ping header")
    cursor = Cursor(data, HEADER)
    while not cursor.at_end:
        cursor.skip(2)
        size = cursor.u16()
        cursor.skip(size)
        cursor.skip(min(-size % 4, cursor.left))
    return TYPES[data[4]]


class _LspPing(DatagramInspector):
    """One pair of routers."""

    __slots__ = ()

    label = "LSP-Ping"

    def take(self, data: bytes) -> Status:
        name, report = checked(data), self.report
        report.add(MESSAGE, name)
        report.state = report.summary = name
        if data[4] & 1:
            report.request(data[8:16], self.now, "lsp-ping")
        else:
            report.add(CODE, data[6])
            report.response(data[8:16], self.now, "lsp-ping")
        return MORE


def recognise(context: Context, data: bytes) -> Claim:
    """Only where it usually is."""
    if not on_port(context, PORT):
        return NO
    checked(data)
    return YES


PROTOCOL: ApplicationProtocol = DatagramProtocol(_LspPing, recognise, frozenset((PORT,)), frozenset((0,)), bound=True)
