"""iSCSI (RFC 7143).

Claimed: a login request or response whose text keys are iSCSI's, on any port; other PDUs of known form on the usual one.
Told: names of initiator and target, the kind of session, kinds of PDUs. CHAP values and data are not.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly
from ._report import FieldSpec
from ._shell import StreamProtocol

PORTS = frozenset((3260, 860))
HEADER = 48
OPCODES = {
    0x00: "NOP_OUT", 0x01: "SCSI_COMMAND", 0x02: "TASK_MANAGEMENT", 0x03: "LOGIN", 0x04: "TEXT", 0x05: "DATA_OUT",
    0x06: "LOGOUT", 0x10: "SNACK", 0x20: "NOP_IN", 0x21: "SCSI_RESPONSE", 0x22: "TASK_MANAGEMENT_RESPONSE",
    0x23: "LOGIN_RESPONSE", 0x24: "TEXT_RESPONSE", 0x25: "DATA_IN", 0x26: "LOGOUT_RESPONSE", 0x31: "READY_TO_TRANSFER",
    0x32: "ASYNC_MESSAGE", 0x3F: "REJECT",
}  # fmt: skip
LOGIN, TEXT, LOGIN_RESPONSE, TEXT_RESPONSE = 0x03, 0x04, 0x23, 0x24
REQUESTS = frozenset((0x00, 0x01, 0x02, 0x03, 0x04, 0x06))
RESPONSES = frozenset((0x20, 0x21, 0x22, 0x23, 0x24, 0x26))
KEYS = (
    b"InitiatorName=", b"TargetName=", b"SessionType=", b"AuthMethod=", b"HeaderDigest=", b"TargetPortalGroupTag=",
    b"CHAP_", b"DataDigest=", b"MaxRecvDataSegmentLength=", b"TargetAlias=", b"InitiatorAlias=", b"SendTargets=",
)  # fmt: skip
NO_TAG = 0xFFFF_FFFF
PDU = FieldSpec("iscsi_pdu", "PDUs", multiple=True)
INITIATOR = FieldSpec("iscsi_initiator", "Initiator")
TARGET = FieldSpec("iscsi_target", "Target", multiple=True, limit=16)
SESSION = FieldSpec("iscsi_session", "Session")


def size_of(head: bytes) -> int:
    """Whole length of the PDU that begins with these eight octets, without digests."""
    if head[0] & 0x80 or head[0] & 0x3F not in OPCODES:
        raise ParseError("no iSCSI header")
    return HEADER + 4 * head[4] + (int.from_bytes(head[5:8], "big") + 3 & ~3)


class _Iscsi(FrameShell):
    """One connection."""

    __slots__ = ()

    label, header, limit = "iSCSI", HEADER, HEADER + 2048

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  the opcode tells who speaks
        """Basic header, additional headers, data."""
        return size_of(head)

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002  the opcode tells who speaks
        """One PDU; the initiator's task tag pairs it."""
        opcode = message.u8() & 0x3F
        message.skip(3)
        extra, size = message.u8(), message.u24()
        message.skip(8)
        tag = message.u32()
        report = self.report
        report.add(PDU, OPCODES[opcode])
        report.state = OPCODES[opcode]
        if tag != NO_TAG:
            if opcode in REQUESTS:
                report.request(tag, self.now, "iscsi")
            elif opcode in RESPONSES:
                report.response(tag, self.now, "iscsi")
        if opcode in (LOGIN, TEXT, LOGIN_RESPONSE, TEXT_RESPONSE):
            message.skip(HEADER - 20 + 4 * extra)
            self._keys(message.take(min(size, message.left)))
        return MORE

    def _keys(self, text: bytes) -> None:
        """Text keys (section 6)."""
        report = self.report
        for item in text.split(b"\0", 64)[:64]:
            key, _, value = item.partition(b"=")
            if key == b"InitiatorName":
                report.set(INITIATOR, value)
            elif key == b"TargetName":
                report.add(TARGET, value)
                report.summary = value.decode("utf-8", "replace")
            elif key == b"SessionType":
                report.set(SESSION, value)
            elif key == b"CHAP_N":
                report.risk("clear-text-credentials")


def pdu(head: bytes, usual: bool, target: bool) -> Claim:
    """The first PDU of a direction; a target's codes are the initiator's and 32, or more."""
    if not head or head[0] & 0x80 or head[0] & 0x3F not in OPCODES or (head[0] & 0x3F >= 0x20) is not target:
        return NO
    if len(head) < HEADER:
        return MAYBE
    opcode = head[0] & 0x3F
    text = head[HEADER + 4 * head[4] : min(size_of(head), HEADER + 1024)]
    if opcode in (LOGIN, LOGIN_RESPONSE):
        if text.startswith(KEYS):
            return YES
        size = int.from_bytes(head[5:8], "big")
        if not size and opcode == LOGIN_RESPONSE and usual:
            return YES
        return MAYBE if size and any(key.startswith(text) for key in KEYS) else NO
    if not usual or (head[0] & 0x40 and opcode >= 0x20):
        return NO
    return WEAK if size_of(head) < 0x0100_0000 else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """Either direction; where one is lost the other must do."""
    usual = context.server_port in PORTS
    return jointly(client, server, lambda head: pdu(head, usual, False), lambda head: pdu(head, usual, True))


PROTOCOL: ApplicationProtocol = StreamProtocol(
    _Iscsi, judge, PORTS, frozenset(opcode | immediate for opcode in OPCODES for immediate in (0, 0x40))
)
