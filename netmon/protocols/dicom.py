"""DICOM's upper layer (PS3.8): images of hospitals over TCP.

Claimed: a request for an association with its titles and reserved octets, or the answer to it. Told: application titles and
kinds of PDUs. What is transferred is somebody's.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly
from ._report import FieldSpec
from ._shell import StreamProtocol

PORTS = frozenset((104, 11112))
TYPES = {1: "A_ASSOCIATE_RQ", 2: "A_ASSOCIATE_AC", 3: "A_ASSOCIATE_RJ", 4: "P_DATA_TF", 5: "A_RELEASE_RQ", 6: "A_RELEASE_RP",
         7: "A_ABORT"}  # fmt: skip
REQUEST, ACCEPT = 1, 2
TITLES_END = 42
MAXIMUM = 1 << 26
PDU = FieldSpec("dicom_pdu", "PDUs", multiple=True)
CALLED = FieldSpec("dicom_called", "Called title")
CALLING = FieldSpec("dicom_calling", "Calling title")


class _Dicom(FrameShell):
    """One association."""

    __slots__ = ()

    label, header, limit = "DICOM", 6, 128

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  the type tells who speaks
        """Type, reserved, length."""
        size = int.from_bytes(head[2:6], "big")
        if head[0] not in TYPES or head[1] or not 4 <= size <= MAXIMUM:
            raise ParseError("no DICOM PDU")
        return 6 + size

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002  the type tells who speaks
        """One PDU."""
        kind = message.u8()
        report = self.report
        report.add(PDU, TYPES[kind])
        report.state = TYPES[kind]
        if kind == REQUEST:
            message.skip(9)
            called, calling = message.take(16).strip(), message.take(16).strip()
            report.set(CALLED, called)
            report.set(CALLING, calling)
            report.summary = f"{report.get(CALLING)} to {report.get(CALLED)}"
        return MORE


def association(head: bytes) -> Claim:
    """A request or its acceptance: version, titles in letters, 32 reserved octets (section 9.3)."""
    if len(head) < TITLES_END:
        begun = not head or (head[0] in (REQUEST, ACCEPT) and not any(head[1:3]) and (len(head) < 8 or head[6:8] == b"\0\1"))
        return MAYBE if begun else NO
    size = int.from_bytes(head[2:6], "big")
    titles = head[10:TITLES_END]
    known = head[0] in (REQUEST, ACCEPT) and not head[1] and 68 <= size <= MAXIMUM and head[6:10] == b"\0\1\0\0"
    if head[0] == ACCEPT:
        titles = titles.replace(b"\0", b" ")  # reserved there, usually repeated
    return YES if known and titles.isascii() and titles.decode().isprintable() else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """A rejection or an abort may come back instead."""
    if server[:1] in (b"\3", b"\7") and client:
        return association(client)
    return jointly(client, server, association)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Dicom, judge, PORTS, frozenset((REQUEST, ACCEPT)))
