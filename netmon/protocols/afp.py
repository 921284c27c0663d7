"""Apple Filing Protocol on the Data Stream Interface (DSI) over TCP.

Claimed: a request that opens a session or asks for the server's status, or an answer of the same command and number to a
request. Told: DSI commands, AFP commands and errors. Volumes, paths and log-ins are not.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._report import FieldSpec
from ._shell import StreamProtocol

PORTS = frozenset((548,))
HEADER = 16
REQUEST, REPLY = 0, 1
COMMANDS = {1: "CLOSE_SESSION", 2: "COMMAND", 3: "GET_STATUS", 4: "OPEN_SESSION", 5: "TICKLE", 6: "WRITE", 8: "ATTENTION"}
OPEN, STATUS, COMMAND, WRITE = 4, 3, 2, 6
FUNCTIONS = {
    1: "BYTE_RANGE_LOCK", 2: "CLOSE_VOL", 3: "CLOSE_DIR", 4: "CLOSE_FORK", 5: "COPY_FILE", 6: "CREATE_DIR", 7: "CREATE_FILE",
    8: "DELETE", 9: "ENUMERATE", 10: "FLUSH", 11: "FLUSH_FORK", 14: "GET_FORK_PARMS", 15: "GET_SRVR_INFO",
    16: "GET_SRVR_PARMS", 17: "GET_VOL_PARMS", 18: "LOGIN", 19: "LOGIN_CONT", 20: "LOGOUT", 21: "MAP_ID", 22: "MAP_NAME",
    23: "MOVE_AND_RENAME", 24: "OPEN_VOL", 25: "OPEN_DIR", 26: "OPEN_FORK", 27: "READ", 28: "RENAME", 33: "WRITE",
    34: "GET_FILE_DIR_PARMS", 48: "OPEN_DT", 60: "READ_EXT", 61: "WRITE_EXT", 63: "LOGIN_EXT", 66: "ENUMERATE_EXT",
    68: "ENUMERATE_EXT2",
}  # fmt: skip
DSI = FieldSpec("dsi_command", "DSI commands", multiple=True)
FUNCTION = FieldSpec("afp_command", "AFP commands", multiple=True)
ERROR = FieldSpec("afp_error", "Errors", multiple=True)


def size_of(head: bytes) -> int:
    """Whole length of the message that begins with these sixteen octets."""
    if head[0] > REPLY or head[1] not in COMMANDS or any(head[12:16]):
        raise ParseError("no DSI header")
    return HEADER + int.from_bytes(head[8:12], "big")


class _Afp(FrameShell):
    """One session."""

    __slots__ = ()

    label, header, limit = "AFP", HEADER, 32

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  both directions alike
        """DSI header and data."""
        return size_of(head)

    def frame(self, side: int, message: Cursor) -> Status:
        """One message; the function is the first octet of a command's data."""
        flags, command, number, code = message.u8(), message.u8(), message.u16(), message.u32()
        message.skip(8)
        report = self.report
        report.add(DSI, COMMANDS[command])
        report.state = COMMANDS[command]
        if flags == REPLY:
            report.response((1 - side, number), self.now, "afp")
            if code and command in (COMMAND, WRITE):
                report.add(ERROR, code - (1 << 32) if code >> 31 else code)
            return MORE
        report.request((side, number), self.now, "afp")
        if command in (COMMAND, WRITE) and message.left:
            function = message.u8()
            report.add(FUNCTION, FUNCTIONS.get(function, f"{function}"))
            report.summary = FUNCTIONS.get(function, "")
        return MORE


def _head(data: bytes, side: int) -> Claim:
    if len(data) < HEADER:
        return MAYBE if not data or (data[0] <= REPLY and (len(data) < 2 or data[1] in COMMANDS)) else NO
    size, command = size_of(data) - HEADER, data[1]
    if data[0] == REQUEST and not side:
        if command == STATUS:
            return WEAK if not size and not any(data[4:8]) else NO
        if command == OPEN:
            sound = not any(data[4:8]) and (size == 0 or (size >= 6 and data[16:18] in (b"", b"\1", b"\1\4")))
            return WEAK if sound else NO
    return WEAK if size <= 0x0100_0000 and any(data[2:4]) else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """A request and its answer are sure; one of them is on the usual port."""
    answers = [_head(data, side) for side, data in enumerate((client, server)) if data]
    if NO in answers:
        return NO
    if len(answers) == 2 and answers.count(WEAK) == 2:
        asked = client[0] == REQUEST and server[0] == REPLY and client[1:4] == server[1:4]
        return YES if asked else WEAK if context.server_port in PORTS else NO
    if WEAK in answers and context.server_port in PORTS:
        return YES
    return MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Afp, judge, PORTS, frozenset((REQUEST, REPLY)))
