"""DCE/RPC, connection-oriented and connectionless: C706, [MS-RPCE].

Claimed: a header whose version, type, data representation and length agree. Told: interfaces by number and name, operations,
where the server and what the endpoint mapper knows listen, who logs on, faults. Other arguments are not. Exchange:
``dcerpc``, by call. States: BIND, BOUND, REFUSED, CALL, FAULT.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final
from uuid import UUID

from netmon.errors import ParseError

from ._contract import CLIENT, MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._logon import report_logon
from ._report import FieldSpec
from ._rpc import ALTER_CONTEXT, BIND, HEADER, UUIDS, interfaces, read_header
from ._rpc_endpoints import INTERFACE, MAP, MAPPER, report_interface, report_secondary, report_towers
from ._shell import StreamProtocol
from ._udp import DatagramInspector, DatagramProtocol

PORTS: Final = frozenset((135, 593))
REQUEST: Final = 0
RESPONSE: Final = 2
FAULT: Final = 3
BIND_ACK: Final = 12
BIND_NAK: Final = 13
ALTER_CONTEXT_RESPONSE: Final = 15
AUTH3: Final = 16
_STATES: Final = {BIND: "BIND", BIND_ACK: "BOUND", BIND_NAK: "REFUSED", REQUEST: "CALL", RESPONSE: "CALL", FAULT: "FAULT"}
DATAGRAM_HEADER: Final = 80
OPERATION: Final = FieldSpec("dcerpc_opnum", "Operations", multiple=True)


class _Stream(FrameShell):
    """Over TCP."""

    __slots__ = ("_mapping",)

    label = "DCERPC"
    header = HEADER
    limit = 16 * 1024

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._mapping = -1
        """The call that asks the endpoint mapper."""

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002
        """Fragment length."""
        return read_header(head).length

    def frame(self, side: int, message: Cursor) -> Status:
        """One fragment."""
        header = read_header(message.peek(HEADER))
        report = self.report
        report.state = _STATES.get(header.kind, report.state)
        if header.kind in (BIND, ALTER_CONTEXT):
            try:
                for name in interfaces(Cursor(message.data, message.position), header.little):
                    report.add(UUIDS, name)
                    report_interface(report, name)
                    report.summary = str(report.get(INTERFACE) or "")
            except ParseError:
                report.risk("malformed")
        message.skip(HEADER - 4)
        call = message.u32le() if header.little else message.u32()
        if header.first and header.kind != AUTH3:
            half = report.request if side == CLIENT else report.response
            half(call, self.now, "dcerpc")
        if header.kind in (BIND, BIND_ACK, ALTER_CONTEXT, ALTER_CONTEXT_RESPONSE, AUTH3):
            report_logon(report, message.data)
        if header.kind == REQUEST:
            message.skip(6)
            operation = message.u16le() if header.little else message.u16()
            report.add(OPERATION, operation)
            if operation == MAP and MAPPER in report.values(UUIDS):
                self._mapping = call
        elif header.kind in (BIND_ACK, ALTER_CONTEXT_RESPONSE):
            with suppress(ParseError):
                report_secondary(report, message, header.little)
        elif header.kind == RESPONSE and call == self._mapping and header.first:
            with suppress(ParseError):  # what came before is told
                report_towers(report, message, header.little)
        return MORE


class _Datagram(DatagramInspector):
    """Over UDP."""

    label = "DCERPC"

    def take(self, data: bytes) -> Status:
        """One packet: the interface is in every header."""
        if _datagram(self.context, data) is NO:
            raise ParseError("no connectionless DCE/RPC packet")
        raw = data[24:40]
        name = str(UUID(bytes_le=raw) if data[4] & 0x10 else UUID(bytes=raw))
        self.report.add(UUIDS, name)
        report_interface(self.report, name)
        self.report.state = "CALL"
        return MORE


def _datagram(context: Context, data: bytes) -> Claim:  # noqa: ARG001
    if len(data) < DATAGRAM_HEADER or data[0] != 4 or data[1] > 10 or data[4] & 0xEF or data[5] > 3 or data[6]:
        return NO
    order = "little" if data[4] & 0x10 else "big"
    length = int.from_bytes(data[74:76], "little" if order == "little" else "big")
    return YES if length + DATAGRAM_HEADER == len(data) else NO


def _looks(head: bytes) -> Claim:
    if head[0] != 5 or head[1:2] > b"\1" or (head[3:8] and len(head) >= 8 and (head[4] & 0xEF or any(head[6:8]))):
        return NO
    if len(head) < HEADER:
        return MAYBE
    try:
        header = read_header(head[:HEADER])
    except ParseError:
        return NO
    authentication = int.from_bytes(head[10:12], "little" if header.little else "big")
    return YES if authentication < header.length else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Both ends, as far as they have spoken."""
    answers = [_looks(head) for head in (client, server) if head]
    for answer in (NO, YES):
        if answer in answers:
            return answer
    return MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(
    _Stream, judge, PORTS, frozenset((4, 5)), DatagramProtocol(_Datagram, _datagram)
)
