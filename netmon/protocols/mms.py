"""MMS, the Manufacturing Message Specification (ISO 9506), on ISO transport (TPKT, X.224 class 0), as in IEC 61850, TASE.2.

Claimed: a session connect that negotiates the abstract syntax of MMS, or data in an established association that has the
form of an MMS PDU. Told: the kinds of PDU and the services asked for. Names of variables and values are not.
"""

from __future__ import annotations

from netmon.errors import NeedMore, ParseError

from . import _tpkt
from ._contract import MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly
from ._report import FieldSpec
from ._shell import StreamProtocol

ABSTRACT_SYNTAX = b"\x28\xca\x22\x02"
"""1.0.9506.2, without its last number."""
CONNECT, ACCEPT = 0x0D, 0x0E
DATA = b"\x01\x00\x01\x00\x61"
"""Give tokens and data transfer of the session, then user data of the presentation (ISO 8327-1, ISO 8823-1)."""
PDUS = {
    0xA0: "CONFIRMED_REQUEST", 0xA1: "CONFIRMED_RESPONSE", 0xA2: "CONFIRMED_ERROR", 0xA3: "UNCONFIRMED", 0xA4: "REJECT",
    0x85: "CANCEL_REQUEST", 0x86: "CANCEL_RESPONSE", 0xA7: "CANCEL_ERROR", 0xA8: "INITIATE_REQUEST",
    0xA9: "INITIATE_RESPONSE", 0xAA: "INITIATE_ERROR", 0x8B: "CONCLUDE_REQUEST", 0x8C: "CONCLUDE_RESPONSE",
    0xAD: "CONCLUDE_ERROR",
}  # fmt: skip
SERVICES = {
    0: "STATUS", 1: "GET_NAME_LIST", 2: "IDENTIFY", 3: "RENAME", 4: "READ", 5: "WRITE", 6: "GET_VARIABLE_ACCESS_ATTRIBUTES",
    11: "DEFINE_NAMED_VARIABLE_LIST", 12: "GET_NAMED_VARIABLE_LIST_ATTRIBUTES", 13: "DELETE_NAMED_VARIABLE_LIST",
    72: "FILE_OPEN", 73: "FILE_READ", 74: "FILE_CLOSE", 75: "FILE_RENAME", 76: "FILE_DELETE", 77: "FILE_DIRECTORY",
}  # fmt: skip
PDU = FieldSpec("mms_pdu", "PDUs", multiple=True)
SERVICE = FieldSpec("mms_service", "Services", multiple=True)
_LONG, _CONFIRMED, _INVOKE_ID = 0x1F, 0xA0, 0x02


def _length(cursor: Cursor) -> int:
    """A definite BER length."""
    first = cursor.u8()
    if first < 0x80:
        return first
    if first not in (0x81, 0x82, 0x83):
        raise ParseError("no definite length")
    return int.from_bytes(cursor.take(first & 0x7F), "big")


def _pdu(packet: Cursor) -> tuple[int, Cursor]:
    """Tag and contents of the MMS PDU in user data: 61 L, 30 L, 02 01 context, A0 L, PDU."""
    packet.skip(len(DATA))
    _length(packet)
    if packet.u8() != 0x30:
        raise ParseError("no presentation data")
    _length(packet)
    if packet.u16() != 0x0201:
        raise ParseError("no presentation context")
    packet.skip(1)
    if packet.u8() != 0xA0:
        raise ParseError("no single ASN.1 value")
    _length(packet)
    tag = packet.u8()
    if tag not in PDUS:
        raise ParseError("no MMS PDU")
    _length(packet)
    return tag, packet


class _Mms(FrameShell):
    """One association."""

    __slots__ = ()

    label, header, limit = "MMS", _tpkt.HEADER, 512

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  both directions alike
        """TPKT."""
        return _tpkt.length(head)

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002  the tag tells who speaks
        """One TPKT."""
        message.skip(_tpkt.HEADER)
        transport = message.sub(message.u8())
        report = self.report
        if transport.u8() & 0xF0 != _tpkt.DATA:
            report.state = report.state or "CONNECT"
            return MORE
        report.state = "ESTABLISHED"
        if message.peek(len(DATA)) != DATA:
            return MORE
        try:
            tag, contents = _pdu(message)
        except ParseError:
            return MORE
        report.add(PDU, PDUS[tag])
        if tag & 0xFE == _CONFIRMED and contents.u8() == _INVOKE_ID:
            key = contents.take(contents.u8())
            service = contents.u8() & _LONG
            name = SERVICES.get(contents.u8() if service == _LONG else service, "")
            report.add(SERVICE, name)
            report.summary = name
            (report.request if tag == _CONFIRMED else report.response)(key, self.now, "mms")
        return MORE


def looks(head: bytes) -> Claim:
    """Connection packets say nothing yet; the first data packet decides."""
    cursor = Cursor(head)
    for _ in range(4):
        if cursor.left < _tpkt.HEADER:
            return MAYBE if _tpkt.plausible(cursor.rest()) else NO
        try:
            size = _tpkt.length(cursor.peek(_tpkt.HEADER))
            whole = size <= cursor.left
            packet = cursor.sub(min(size, cursor.left))
            packet.skip(_tpkt.HEADER)
            kind = packet.sub(packet.u8()).u8() & 0xF0
            if kind == _tpkt.DATA:
                return _data(packet, whole)
            if kind not in (_tpkt.CONNECTION_REQUEST, _tpkt.CONNECTION_CONFIRM):
                return NO
        except NeedMore:
            return MAYBE
    return NO


def _data(packet: Cursor, whole: bool) -> Claim:
    first = packet.peek(1)
    if first and first[0] in (CONNECT, ACCEPT):
        if ABSTRACT_SYNTAX in packet.rest():
            return YES
        return NO if whole else MAYBE
    start = packet.peek(len(DATA))
    if start != DATA:
        return MAYBE if DATA.startswith(start) and not whole else NO
    _pdu(packet)
    return WEAK


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Either end."""
    return jointly(client, server, looks)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Mms, judge, frozenset(), frozenset((3,)))
