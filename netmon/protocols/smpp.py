"""Short Message Peer-to-Peer (SMPP 3.4 and 5.0).

Claimed: a bind (or outbind) whose strings fit its length, on any port; other PDUs with known command and plausible length on
the usual ports or in both directions. Told: commands, versions, status codes and the system that binds. Passwords, numbers
and messages are not.
"""

from __future__ import annotations

from netmon.errors import NeedMore, ParseError

from ._contract import MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._report import FieldSpec
from ._shell import StreamProtocol

PORTS = frozenset((2775,))
HEADER = 16
MAXIMUM = 70_000
LARGEST_NUMBER = 1 << 24
"""Numbers are counted from 1; few sessions get so far."""
RESPONSE = 0x8000_0000
COMMANDS = {
    0x01: "BIND_RECEIVER", 0x02: "BIND_TRANSMITTER", 0x03: "QUERY_SM", 0x04: "SUBMIT_SM", 0x05: "DELIVER_SM", 0x06: "UNBIND",
    0x07: "REPLACE_SM", 0x08: "CANCEL_SM", 0x09: "BIND_TRANSCEIVER", 0x0B: "OUTBIND", 0x15: "ENQUIRE_LINK",
    0x21: "SUBMIT_MULTI", 0x102: "ALERT_NOTIFICATION", 0x103: "DATA_SM", 0x111: "BROADCAST_SM", 0x112: "QUERY_BROADCAST_SM",
    0x113: "CANCEL_BROADCAST_SM", 0x80000000: "GENERIC_NACK",
}  # fmt: skip
BINDS = frozenset((1, 2, 9))
OUTBIND = 0x0B
VERSIONS = {0x33: "3.3", 0x34: "3.4", 0x50: "5.0"}
COMMAND = FieldSpec("smpp_command", "Commands", multiple=True)
STATUS = FieldSpec("smpp_status", "Error status", multiple=True)
SYSTEM = FieldSpec("smpp_system_id", "System", multiple=True, limit=4)
VERSION = FieldSpec("smpp_version", "Version")


def name_of(command: int) -> str:
    """The name of a command or, with ``_RESP``, of its response; ``ParseError`` when there is none."""
    name = COMMANDS.get(command) or COMMANDS.get(command & ~RESPONSE)
    if name is None or (command > RESPONSE and command & ~RESPONSE in (OUTBIND, 0x102)):
        raise ParseError("unknown command")
    return name if command in COMMANDS else f"{name}_RESP"


class _Smpp(FrameShell):
    """One session."""

    __slots__ = ()

    label, header, limit = "SMPP", HEADER, 128

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  both ends may ask
        """Of the PDU."""
        size = int.from_bytes(head[:4], "big")
        name_of(int.from_bytes(head[4:8], "big"))
        if not HEADER <= size <= MAXIMUM:
            raise ParseError("no SMPP length")
        return size

    def frame(self, side: int, message: Cursor) -> Status:
        """One PDU."""
        message.skip(4)
        command, status, number = message.u32(), message.u32(), message.u32()
        name, report = name_of(command), self.report
        report.add(COMMAND, name)
        report.state = name
        asker = side if command < RESPONSE else 1 - side
        half = report.request if command < RESPONSE else report.response
        half((asker, number), self.now, "smpp")
        if status:
            report.add(STATUS, f"0x{status:08x}")
        if command in BINDS:
            system, version = _bind(message)
            report.add(SYSTEM, system)
            report.set(VERSION, VERSIONS.get(version, f"0x{version:02x}"))
            report.summary = f"{name} {system.decode('ascii', 'replace')}"
            report.risk("clear-text-credentials")
        return MORE


def _bind(body: Cursor) -> tuple[bytes, int]:
    """Who binds, and the version of the interface (section 4.1)."""
    system = body.until(b"\0", 15)
    body.until(b"\0", 8)
    body.until(b"\0", 12)
    return system, body.u8()


def pdu(head: bytes) -> Claim:
    """The first PDU of a direction."""
    if len(head) < HEADER:
        return MAYBE if b"\0\0".startswith(head[:2]) or head[:3] == b"\0\1\0" else NO
    size, command, status, number = (int.from_bytes(head[at : at + 4], "big") for at in (0, 4, 8, 12))
    name_of(command)
    if not HEADER <= size <= MAXIMUM or (command < RESPONSE and status) or status > 0x4FF or not 0 < number < LARGEST_NUMBER:
        return NO
    if command not in BINDS:
        return WEAK
    body = Cursor(head, HEADER, size)
    try:
        _, version = _bind(body)
        body.skip(2)
        body.until(b"\0", 40)
    except NeedMore:
        return MAYBE if len(head) < min(size, 100) else NO
    return YES if version in VERSIONS and len(head) >= size and body.at_end else MAYBE if len(head) < size else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """Both ends speak alike; without a bind a request and a response must be there."""
    answers = [pdu(head) for head in (client, server) if head]
    for claim in (NO, YES):
        if claim in answers:
            return claim
    if WEAK in answers and context.server_port in PORTS:
        return YES
    if answers.count(WEAK) == 2:
        return YES if (client[4] ^ server[4]) & 0x80 else NO
    return MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Smpp, judge, PORTS, frozenset((0,)))
