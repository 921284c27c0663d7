"""Apache ZooKeeper's client protocol (zookeeper.jute, ConnectRequest).

Claimed: a connection request whose fields fill it, or its answer. Told: the session's time-out, whether it is renewed, and
operations. Paths and data are not. Exchange: ``zookeeper``, by transaction number.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import CLIENT, MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._report import FieldSpec
from ._shell import StreamProtocol

PORTS = frozenset((2181,))
LENGTH = 4
MAXIMUM = 1 << 22
REQUEST_SIZES, ANSWER_SIZES = (44, 45), (36, 37)
PASSWORD = 16
LONGEST_TIMEOUT = 3_600_000
OPERATIONS = {
    -11: "CLOSE_SESSION", 1: "CREATE", 2: "DELETE", 3: "EXISTS", 4: "GET_DATA", 5: "SET_DATA", 6: "GET_ACL", 7: "SET_ACL",
    8: "GET_CHILDREN", 9: "SYNC", 11: "PING", 12: "GET_CHILDREN2", 13: "CHECK", 14: "MULTI", 15: "CREATE2", 16: "RECONFIG",
    18: "REMOVE_WATCHES", 19: "CREATE_CONTAINER", 21: "CREATE_TTL", 22: "MULTI_READ", 100: "AUTH", 101: "SET_WATCHES",
    102: "SASL", 103: "GET_EPHEMERALS", 105: "SET_WATCHES2", 106: "ADD_WATCH",
}  # fmt: skip
AUTH = 100
OPERATION = FieldSpec("zookeeper_operation", "Operations", multiple=True)
TIMEOUT = FieldSpec("zookeeper_timeout", "Session time-out (ms)")


class _ZooKeeper(FrameShell):
    """One session."""

    __slots__ = ("_begun",)

    label, header, limit = "ZooKeeper", LENGTH, 64

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._begun = [False, False]

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  both directions alike
        """Four octets before each message."""
        size = int.from_bytes(head, "big")
        if not 4 <= size <= MAXIMUM:
            raise ParseError("no length")
        return LENGTH + size

    def frame(self, side: int, message: Cursor) -> Status:
        """The connection first, then requests and replies."""
        message.skip(LENGTH)
        report = self.report
        if not self._begun[side]:
            self._begun[side] = True
            message.skip(12 if side == CLIENT else 4)
            timeout = message.u32()
            if side != CLIENT:
                report.set(TIMEOUT, timeout)
            report.state = "CONNECT" if side == CLIENT else "CONNECTED" if timeout else "EXPIRED"
            return MORE
        number = message.u32()
        if side != CLIENT:
            report.response(number, self.now, "zookeeper")
            return MORE
        code = message.u32()
        name = OPERATIONS.get(code - (1 << 32) if code >> 31 else code, f"{code}")
        report.add(OPERATION, name)
        report.summary = name
        if code == AUTH:
            report.risk("clear-text-credentials")
        report.request(number, self.now, "zookeeper")
        return MORE


def _connects(head: bytes, sizes: tuple[int, int], passed: int) -> Claim:
    """Length, version 0, (last transaction,) time-out, session, password of sixteen octets."""
    if len(head) >= 4 and int.from_bytes(head[:4], "big") not in sizes:
        return NO
    if any(head[:3]) or any(head[4:8]):
        return NO
    at = 8 + passed
    if len(head) < at + 16:
        return MAYBE
    timeout, password = (int.from_bytes(head[place : place + 4], "big") for place in (at, at + 12))
    return YES if timeout <= LONGEST_TIMEOUT and password == PASSWORD else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Request and answer have different sizes."""
    answers = []
    if client:
        answers.append(_connects(client, REQUEST_SIZES, 8))
    if server:
        answers.append(_connects(server, ANSWER_SIZES, 0))
    for claim in (NO, YES):
        if claim in answers:
            return claim
    return MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_ZooKeeper, judge, PORTS, frozenset((0,)))
