"""DLMS/COSEM of electricity meters (IEC 62056-47 and 62056-5-3), over TCP and UDP.

Claimed: the wrapper with version 1 and the length of an APDU whose tag exists; an association on any port, everything else
on the usual one or in both directions. Told: kinds of APDUs and the logical ports. Values and secrets are not.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Look, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly
from ._report import FieldSpec, Report
from ._shell import StreamProtocol
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT = 4059
PORTS = frozenset((PORT,))
WRAPPER = 8
AARQ, AARE = 0x60, 0x61
APDUS = {
    0x01: "INITIATE_REQUEST", 0x05: "READ_REQUEST", 0x06: "WRITE_REQUEST", 0x08: "INITIATE_RESPONSE",
    0x0C: "READ_RESPONSE", 0x0D: "WRITE_RESPONSE", 0x0E: "CONFIRMED_SERVICE_ERROR", 0x0F: "DATA_NOTIFICATION",
    0x60: "AARQ", 0x61: "AARE", 0x62: "RLRQ", 0x63: "RLRE", 0xC0: "GET_REQUEST", 0xC1: "SET_REQUEST",
    0xC2: "EVENT_NOTIFICATION", 0xC3: "ACTION_REQUEST", 0xC4: "GET_RESPONSE", 0xC5: "SET_RESPONSE",
    0xC7: "ACTION_RESPONSE", 0xC8: "GLO_GET_REQUEST", 0xC9: "GLO_SET_REQUEST", 0xCB: "GLO_ACTION_REQUEST",
    0xCC: "GLO_GET_RESPONSE", 0xCD: "GLO_SET_RESPONSE", 0xCF: "GLO_ACTION_RESPONSE", 0xD8: "EXCEPTION_RESPONSE",
    0xDB: "GENERAL_GLO_CIPHERING", 0xDC: "GENERAL_DED_CIPHERING", 0xE0: "GENERAL_BLOCK_TRANSFER",
}  # fmt: skip
COSEM = b"\x60\x85\x74\x05\x08\x01"
"""The application context 2.16.756.5.8.1, without its last number."""
LARGEST, LARGEST_HEAD = 0x2000, 1024
APDU = FieldSpec("dlms_apdu", "APDUs", multiple=True)
WPORT = FieldSpec("dlms_wport", "Logical ports", multiple=True)


def size_of(head: bytes) -> int:
    """Whole length of the message that begins with these nine octets."""
    size = head[6] << 8 | head[7]
    if head[:2] != b"\0\1" or not 2 <= size <= LARGEST or head[8] not in APDUS:
        raise ParseError("no wrapper")
    return WRAPPER + size


def tell(report: Report, message: Cursor, now: int) -> None:
    """One message."""
    message.skip(2)
    source, destination = message.u16(), message.u16()
    message.skip(2)
    name = APDUS[message.u8()]
    report.add(APDU, name)
    report.add(WPORT, f"{source} {destination}")
    report.state = report.summary = name
    if name in ("AARQ", "RLRQ") or name.endswith("_REQUEST"):
        report.request((source, destination), now, "dlms")
    elif name in ("AARE", "RLRE") or name.endswith("_RESPONSE"):
        report.response((destination, source), now, "dlms")


class _Stream(FrameShell):
    """Over TCP."""

    __slots__ = ()

    label, header, limit = "DLMS", WRAPPER + 1, 16

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  the tag tells who speaks
        """Wrapper and APDU."""
        return size_of(head)

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002  the tag tells who speaks
        """One message."""
        tell(self.report, message, self.now)
        return MORE


class _Datagrams(DatagramInspector):
    """Over UDP."""

    __slots__ = ()

    label = "DLMS"

    def take(self, data: bytes) -> Status:
        if len(data) <= WRAPPER or size_of(data) != len(data):
            raise ParseError("length does not fit")
        tell(self.report, Cursor(data), self.now)
        return MORE


def recognise(context: Context, data: bytes) -> Claim:
    """A whole message."""
    if len(data) <= WRAPPER or size_of(data) != len(data):
        return NO
    return YES if on_port(context, PORT) or COSEM in data[:48] else NO


def _head(data: bytes, usual: bool) -> Claim:
    if len(data) <= WRAPPER:
        return MAYBE if data[:2] in (b"", b"\0", b"\0\1") else NO
    size = size_of(data)
    if COSEM in data[:48]:
        return YES
    if data[8] in (AARQ, AARE) and not usual:
        return MAYBE if len(data) < min(size, 48) else NO
    if usual:
        return YES
    if len(data) < size:
        return MAYBE if size <= LARGEST_HEAD else NO
    return WEAK if data[size : size + 2] in (b"", b"\0", b"\0\1") else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """The logical ports of both directions belong together."""
    usual = context.server_port in PORTS
    claim = jointly(client, server, lambda head: _head(head, usual))
    if claim is YES and len(client) > WRAPPER and len(server) > WRAPPER and client[2:6] != server[4:6] + server[2:4]:
        return NO
    return claim


PROTOCOL: ApplicationProtocol = StreamProtocol(
    _Stream,
    judge,
    PORTS,
    frozenset((0,)),
    DatagramProtocol(_Datagrams, recognise, PORTS, frozenset((0,)), look=Look(WRAPPER + 1, 1, frozenset((1,)))),
)
