"""Beckhoff ADS, the automation device specification of TwinCAT, in AMS over TCP.

Claimed: an AMS/TCP header, and behind it an AMS header whose lengths agree, with a command and flags that exist. Told:
commands, the networks' identifiers, errors. Values are not. Exchange: ``ads``, by invoke number.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly
from ._report import FieldSpec
from ._shell import StreamProtocol

PORTS = frozenset((48898,))
HEADER, AMS = 6, 32
MAXIMUM = 1 << 24
COMMANDS = {1: "READ_DEVICE_INFO", 2: "READ", 3: "WRITE", 4: "READ_STATE", 5: "WRITE_CONTROL", 6: "ADD_NOTIFICATION",
            7: "DELETE_NOTIFICATION", 8: "NOTIFICATION", 9: "READ_WRITE"}  # fmt: skip
RESPONSE, COMMAND_FLAG, UDP_FLAG = 0x0001, 0x0004, 0x0040
COMMAND = FieldSpec("ads_command", "Commands", multiple=True)
TARGET = FieldSpec("ads_target", "Target", multiple=True, limit=8)
ERROR = FieldSpec("ads_error", "Errors", multiple=True)


def size_of(head: bytes) -> int:
    """Whole length of the message that begins with these 38 octets."""
    size = int.from_bytes(head[2:6], "little")
    command, flags = (int.from_bytes(head[at : at + 2], "little") for at in (22, 24))
    data = int.from_bytes(head[26:30], "little")
    known = command in COMMANDS and flags & COMMAND_FLAG and not flags & ~(RESPONSE | COMMAND_FLAG | UDP_FLAG)
    if any(head[:2]) or not known or size != AMS + data or size > MAXIMUM:
        raise ParseError("no AMS header")
    return HEADER + size


class _Ads(FrameShell):
    """One connection."""

    __slots__ = ()

    label, header, limit = "ADS", HEADER + AMS, HEADER + AMS

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  the flags tell who speaks
        """Both headers and the data."""
        return size_of(head)

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002  the flags tell who speaks
        """One message."""
        message.skip(HEADER)
        target, port = message.take(6), message.u16le()
        message.skip(8)
        command, flags = message.u16le(), message.u16le()
        message.skip(4)
        error, number = message.u32le(), message.u32le()
        report = self.report
        report.add(COMMAND, COMMANDS[command])
        report.state = report.summary = COMMANDS[command]
        if error:
            report.add(ERROR, f"0x{error:x}")
        if flags & RESPONSE:
            report.response((command, number), self.now, "ads")
        else:
            report.add(TARGET, f"{'.'.join(map(str, target))}:{port}")
            report.request((command, number), self.now, "ads")
        return MORE


def message(head: bytes) -> Claim:
    """Both headers."""
    if len(head) < HEADER + AMS:
        return MAYBE if not any(head[:2]) and not head[5:6].strip(b"\0") else NO
    size_of(head)
    return YES


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Both directions alike."""
    return jointly(client, server, message)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Ads, judge, PORTS, frozenset((0,)))
