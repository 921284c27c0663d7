"""SMB 1, 2 and 3: [MS-CIFS], [MS-SMB2]; directly over TCP or in a NetBIOS session (RFC 1002 section 4.3).

Claimed: a frame with one of the four signatures, or a NetBIOS session request. Told: dialects, who logs on (NTLM, Kerberos
names), shares, RPC interfaces bound through named pipes, the use of SMB 1. File names and contents are not.
States: NEGOTIATE, SESSION_SETUP, ESTABLISHED, ENCRYPTED.
"""

from __future__ import annotations

from typing import Final

from netmon.errors import ParseError

from ._contract import DONE, MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._logon import report_logon
from ._report import FieldSpec
from ._rpc import report_binds
from ._shell import StreamProtocol

PORTS: Final = frozenset((445, 139))
SMB1: Final = b"\xffSMB"
SMB2: Final = b"\xfeSMB"
ENCRYPTED: Final = b"\xfdSMB"
COMPRESSED: Final = b"\xfcSMB"
SIGNATURES: Final = (SMB1, SMB2, ENCRYPTED, COMPRESSED)
SESSION_MESSAGE: Final = 0x00
SESSION_REQUEST: Final = 0x81
SESSION_KEEPALIVE: Final = 0x85
NEGOTIATE: Final = 0
SESSION_SETUP: Final = 1
TREE_CONNECT: Final = 3
WRITE: Final = 9
IOCTL: Final = 11
SMB1_NEGOTIATE: Final = 0x72
SMB1_SESSION_SETUP: Final = 0x73
SMB1_TREE_CONNECT: Final = 0x75
SMB1_TRANSACTION: Final = 0x25
RESPONSE: Final = 1
HEADER2: Final = 64

DIALECT2: Final = FieldSpec("smb2_dialect", "SMB 2/3 dialects", multiple=True, limit=12)
DIALECT1: Final = FieldSpec("smb1_dialect", "SMB 1 dialects", multiple=True, limit=12)
SHARE: Final = FieldSpec("smb_share", "Shares", multiple=True)


class _Smb(FrameShell):
    """One connection."""

    __slots__ = ()

    label = "SMB"
    limit = 4096

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002
        """NetBIOS session header; directly over TCP the length has 24 bits."""
        if head[0] != SESSION_MESSAGE and not SESSION_REQUEST <= head[0] <= SESSION_KEEPALIVE:
            raise ParseError("no session packet")
        return 4 + int.from_bytes(head[1:], "big")

    def frame(self, side: int, message: Cursor) -> Status:
        """One session packet."""
        kind = message.u8()
        message.skip(3)
        if kind != SESSION_MESSAGE or message.at_end:
            return MORE
        signature, report = message.peek(4), self.report
        if signature == SMB2:
            self._version_2(message)
        elif signature == SMB1:
            report.risk("obsolete-smb")
            self._version_1(message)
        elif signature in (ENCRYPTED, COMPRESSED):
            report.state = "ENCRYPTED" if signature == ENCRYPTED else report.state
            return DONE if signature == ENCRYPTED and side == 0 and self.framing[1].frames else MORE
        elif not self.framing[side].frames:
            raise ParseError("no SMB signature")
        return MORE

    def _version_2(self, message: Cursor) -> None:
        packet = message.rest()
        cursor = Cursor(packet)
        cursor.skip(12)
        command = cursor.u16le()
        cursor.skip(2)
        response = cursor.u32le() & RESPONSE
        cursor.seek(min(HEADER2, len(packet)))
        report = self.report
        if command == NEGOTIATE:
            report.state = "NEGOTIATE"
            self._dialects(cursor, bool(response))
        elif command == SESSION_SETUP:
            report.state = "SESSION_SETUP"
            report_logon(report, packet)
        elif command == TREE_CONNECT and not response:
            cursor.skip(4)
            offset, length = cursor.u16le(), cursor.u16le()
            cursor.seek(offset)
            self._share(cursor.take(length).decode("utf-16-le", "replace"))
        if command > SESSION_SETUP:
            report.state = "ESTABLISHED"
        if command in (WRITE, IOCTL):
            report_binds(report, packet)

    def _dialects(self, cursor: Cursor, response: bool) -> None:
        cursor.skip(2)
        if response:
            cursor.skip(2)
            self.report.add(DIALECT2, f"0x{cursor.u16le():04x}")
            return
        count = cursor.u16le()
        cursor.skip(32)
        for _ in range(min(count, 16)):
            self.report.add(DIALECT2, f"0x{cursor.u16le():04x}")

    def _share(self, path: str) -> None:
        self.report.add(SHARE, path.rstrip("\0"))
        self.report.summary = path.rstrip("\0")

    def _version_1(self, message: Cursor) -> None:
        packet = message.rest()
        cursor = Cursor(packet)
        cursor.skip(4)
        command = cursor.u8()
        cursor.skip(4)
        flags = cursor.u8()
        report = self.report
        if command == SMB1_NEGOTIATE:
            report.state = "NEGOTIATE"
            if not flags & 0x80:
                cursor.seek(35)
                for name in cursor.rest().split(b"\0")[:16]:
                    report.add(DIALECT1, name[1:] if name[:1] == b"\x02" else b"")
        elif command == SMB1_SESSION_SETUP:
            report.state = "SESSION_SETUP"
            report_logon(report, packet)
        else:
            report.state = "ESTABLISHED"
            report_binds(report, packet)


def _looks(head: bytes) -> Claim:
    """Session header, then a signature."""
    if head[0] == SESSION_REQUEST:  # called and calling name, each encoded as 32 letters
        if len(head) < 5:
            return MAYBE
        return YES if head[1:5] == b"\0\0\x44\x20" else NO
    if head[0] in (0x82, 0x83) and b"\0\0".startswith(head[1:3]) and len(head) <= 5:
        return WEAK if len(head) > 3 else MAYBE
    if head[0] == 0x82 and head[1:4] == b"\0\0\0":
        head = head[4:]
    if head[0] != SESSION_MESSAGE:
        return NO
    if len(head) < 8:
        return MAYBE if any(signature.startswith(head[4:8]) for signature in SIGNATURES) else NO
    return YES if head[4:8] in SIGNATURES else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Either end."""
    answers = [_looks(head) for head in (client, server) if head]
    for answer in (YES, NO, WEAK):
        if answer in answers:
            return answer
    return MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Smb, judge, PORTS, frozenset((0, 0x81, 0x82, 0x83)))
