"""X Display Manager Control Protocol (X.Org), over UDP.

Claimed: a header of version 1 with an operation that exists and the length of the datagram, behind which the operation's own
fields fit. Told: operations, the manager's name and its status.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Look, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT = 177
OPERATIONS = ("BROADCAST_QUERY", "QUERY", "INDIRECT_QUERY", "FORWARD_QUERY", "WILLING", "UNWILLING", "REQUEST", "ACCEPT",
              "DECLINE", "MANAGE", "REFUSE", "FAILED", "KEEPALIVE", "ALIVE")  # fmt: skip
WILLING, UNWILLING = 5, 6
OPERATION = FieldSpec("xdmcp_operation", "Operations", multiple=True)
HOST = FieldSpec("xdmcp_hostname", "Manager", multiple=True)
STATUS = FieldSpec("xdmcp_status", "Status", multiple=True)


def _arrays(body: Cursor) -> None:
    """A list of counted arrays (authentication names)."""
    for _ in range(body.u8()):
        body.skip(body.u16())


def read(data: bytes) -> tuple[str, bytes, bytes]:
    """Operation, host name and status; ``ParseError`` when the lengths do not fit."""
    if len(data) < 6 or data[:2] != b"\0\1" or int.from_bytes(data[4:6], "big") != len(data) - 6:
        raise ParseError("no XDMCP header")
    operation = int.from_bytes(data[2:4], "big")
    if not 0 < operation <= len(OPERATIONS):
        raise ParseError("unknown operation")
    body = Cursor(data, 6)
    host = status = b""
    if operation <= 3:
        _arrays(body)
    elif operation in (WILLING, UNWILLING):
        if operation == WILLING:
            body.skip(body.u16())
        host, status = body.take(body.u16()), body.take(body.u16())
    else:
        return OPERATIONS[operation - 1], host, status
    if not body.at_end:
        raise ParseError("octets left over")
    return OPERATIONS[operation - 1], host, status


class _Xdmcp(DatagramInspector):
    """One display and a manager."""

    __slots__ = ()

    label = "XDMCP"

    def take(self, data: bytes) -> Status:
        operation, host, status = read(data)
        report = self.report
        report.add(OPERATION, operation)
        report.add(HOST, host)
        report.add(STATUS, status)
        report.state = report.summary = operation
        if host:
            report.hostname(host, "xdmcp")
        return MORE


def recognise(context: Context, data: bytes) -> Claim:
    """Sure on the usual port; elsewhere more than a header must be there."""
    read(data)
    return YES if on_port(context, PORT) else WEAK if len(data) > 8 else NO


PROTOCOL: ApplicationProtocol = DatagramProtocol(
    _Xdmcp, recognise, frozenset((PORT,)), frozenset((0,)), look=Look(6, 1, frozenset((1,)))
)
