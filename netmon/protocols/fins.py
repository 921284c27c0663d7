"""FINS, the factory network of Omron controllers, over UDP and TCP.

Claimed: over TCP the four letters that begin every frame; over UDP on port 9600 a command or response header with a known
command. Read: commands, responses, node addresses; memory contents are not looked at.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Inspector, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._report import FieldSpec, Report
from ._shell import starts_like
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT = 9600
MAGIC = b"FINS"
RESPONSE = 0x40
_TCP_FINS = 2
COMMANDS = {
    0x0101: "MEMORY_AREA_READ", 0x0102: "MEMORY_AREA_WRITE", 0x0103: "MEMORY_AREA_FILL", 0x0104: "MULTIPLE_MEMORY_AREA_READ",
    0x0105: "MEMORY_AREA_TRANSFER", 0x0201: "PARAMETER_AREA_READ", 0x0202: "PARAMETER_AREA_WRITE",
    0x0203: "PARAMETER_AREA_CLEAR", 0x0306: "PROGRAM_AREA_READ", 0x0307: "PROGRAM_AREA_WRITE", 0x0308: "PROGRAM_AREA_CLEAR",
    0x0401: "RUN", 0x0402: "STOP", 0x0501: "CONTROLLER_DATA_READ", 0x0502: "CONNECTION_DATA_READ",
    0x0601: "CONTROLLER_STATUS_READ", 0x0620: "CYCLE_TIME_READ", 0x0701: "CLOCK_READ", 0x0702: "CLOCK_WRITE",
    0x0920: "MESSAGE", 0x0C01: "ACCESS_RIGHT_ACQUIRE", 0x0C02: "ACCESS_RIGHT_FORCED_ACQUIRE", 0x0C03: "ACCESS_RIGHT_RELEASE",
    0x2101: "ERROR_CLEAR", 0x2102: "ERROR_LOG_READ", 0x2103: "ERROR_LOG_CLEAR", 0x2201: "FILE_NAME_READ",
    0x2202: "SINGLE_FILE_READ", 0x2203: "SINGLE_FILE_WRITE", 0x2301: "FORCED_SET_RESET", 0x2302: "FORCED_SET_RESET_CANCEL",
}  # fmt: skip
COMMAND = FieldSpec("fins_command", "Command", multiple=True)
RESULT = FieldSpec("fins_result", "Result", multiple=True)


def command(data: bytes) -> int:
    """The command code behind a header whose fixed values are right."""
    if len(data) < 12 or data[0] & 0x3E or not data[0] & 0x80 or data[1] or data[2] > 7:
        raise ParseError("no FINS header")
    return data[10] << 8 | data[11]


def tell(report: Report, data: bytes, now_ns: int) -> None:
    """Add one message to a report."""
    code = command(data)
    name = COMMANDS.get(code, f"COMMAND_0x{code:04X}")
    report.add(COMMAND, name)
    report.state = "RESPONSE" if data[0] & RESPONSE else "COMMAND"
    report.summary = name
    if data[0] & RESPONSE:
        if len(data) >= 14:
            report.add(RESULT, f"0x{data[12:14].hex()}")
        report.response((data[9], code), now_ns, "fins")
    else:
        report.request((data[9], code), now_ns, "fins")


class _Datagrams(DatagramInspector):
    """FINS over UDP."""

    __slots__ = ()

    label = "FINS"

    def take(self, data: bytes) -> Status:
        tell(self.report, data, self.now)
        return MORE


class _Frames(FrameShell):
    """FINS over TCP: magic, length, command, error, then for command 2 a FINS message."""

    __slots__ = ()

    label = "FINS"
    header = 8

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  both directions alike
        if head[:4] != MAGIC:
            raise ParseError("no FINS frame")
        return 8 + int.from_bytes(head[4:8], "big")

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002  both directions alike
        message.skip(8)
        kind = message.u32()
        message.skip(4)
        if kind == _TCP_FINS:
            tell(self.report, message.rest(), self.now)
        else:
            self.report.state = self.report.state or "CONNECT"
        return MORE


def recognise(context: Context, data: bytes) -> Claim:
    """Only where it usually is: the header has little of its own."""
    if not on_port(context, PORT):
        return NO
    try:
        return YES if command(data) in COMMANDS else WEAK
    except ParseError:
        return NO


class _Protocol(DatagramProtocol):
    """Over TCP by the magic."""

    __slots__ = ()

    def claims(self, context: Context, client: bytes, server: bytes) -> Claim:
        if context.transport != "tcp":
            return super().claims(context, client, server)
        heads = [data for data in (client, server) if data]
        if not all(starts_like(data, MAGIC) for data in heads):
            return NO
        return YES if any(len(data) >= 8 for data in heads) else MAYBE

    def start(self, context: Context) -> Inspector:
        return _Frames(context) if context.transport == "tcp" else super().start(context)


PROTOCOL: ApplicationProtocol = _Protocol(
    _Datagrams, recognise, frozenset((PORT,)), frozenset((0x80, 0x81, 0xC0, 0xC1, 0x46)), frozenset(("udp", "tcp"))
)
