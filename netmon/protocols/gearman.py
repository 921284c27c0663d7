"""Gearman (gearman.org/protocol): jobs for workers.

Claimed: the magic of a request or a response with a packet type that exists. Told: packet types and functions. Work is not.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly, one_of
from ._report import FieldSpec
from ._shell import StreamProtocol

PORTS = frozenset((4730,))
REQUEST, RESPONSE = b"\0REQ", b"\0RES"
HEADER = 12
MAXIMUM = 1 << 28
TYPES = {
    1: "CAN_DO", 2: "CANT_DO", 3: "RESET_ABILITIES", 4: "PRE_SLEEP", 6: "NOOP", 7: "SUBMIT_JOB", 8: "JOB_CREATED",
    9: "GRAB_JOB", 10: "NO_JOB", 11: "JOB_ASSIGN", 12: "WORK_STATUS", 13: "WORK_COMPLETE", 14: "WORK_FAIL",
    15: "GET_STATUS", 16: "ECHO_REQ", 17: "ECHO_RES", 18: "SUBMIT_JOB_BG", 19: "ERROR", 20: "STATUS_RES",
    21: "SUBMIT_JOB_HIGH", 22: "SET_CLIENT_ID", 23: "CAN_DO_TIMEOUT", 24: "ALL_YOURS", 25: "WORK_EXCEPTION",
    26: "OPTION_REQ", 27: "OPTION_RES", 28: "WORK_DATA", 29: "WORK_WARNING", 30: "GRAB_JOB_UNIQ", 31: "JOB_ASSIGN_UNIQ",
    32: "SUBMIT_JOB_HIGH_BG", 33: "SUBMIT_JOB_LOW", 34: "SUBMIT_JOB_LOW_BG", 35: "SUBMIT_JOB_SCHED",
    36: "SUBMIT_JOB_EPOCH", 37: "SUBMIT_REDUCE_JOB", 38: "SUBMIT_REDUCE_JOB_BACKGROUND", 39: "GRAB_JOB_ALL",
    40: "JOB_ASSIGN_ALL", 41: "GET_STATUS_UNIQUE", 42: "STATUS_RES_UNIQUE",
}  # fmt: skip
FUNCTION_FIRST = frozenset((1, 2, 7, 18, 21, 23, 32, 33, 34, 35, 36))
"""Types whose first argument is a function's name."""
PACKET = FieldSpec("gearman_packet", "Packets", multiple=True)
FUNCTION = FieldSpec("gearman_function", "Functions", multiple=True)


class _Gearman(FrameShell):
    """One connection."""

    __slots__ = ()

    label, header, limit = "Gearman", HEADER, 256

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  the magic tells who speaks
        """Header and arguments."""
        size = int.from_bytes(head[8:12], "big")
        if head[:4] not in (REQUEST, RESPONSE) or int.from_bytes(head[4:8], "big") not in TYPES or size > MAXIMUM:
            raise ParseError("no Gearman header")
        return HEADER + size

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002  the magic tells who speaks
        """One packet."""
        message.skip(4)
        kind = message.u32()
        message.skip(4)
        report = self.report
        report.add(PACKET, TYPES[kind])
        report.state = report.summary = TYPES[kind]
        if kind in FUNCTION_FIRST:
            report.add(FUNCTION, message.rest().split(b"\0", 1)[0])
        return MORE


def packet(head: bytes) -> Claim:
    """Magic, type."""
    claim = one_of(head, REQUEST, RESPONSE)
    if claim is not YES or len(head) < 8:
        return NO if claim is NO else MAYBE
    return YES if int.from_bytes(head[4:8], "big") in TYPES else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Either end."""
    return jointly(client, server, packet)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Gearman, judge, PORTS, frozenset((0,)))
