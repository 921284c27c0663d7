"""ZMTP, the transport of ZeroMQ (rfc.zeromq.org, 23/ZMTP and 15/ZMTP).

Claimed: the signature and version of a greeting of either end. Told: version and security mechanism. Messages are not.
"""

from __future__ import annotations

from ._contract import DONE, MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._judge import jointly
from ._report import FieldSpec
from ._shell import StreamProtocol, StreamShell

GREETING = 64
MECHANISMS = (b"NULL", b"PLAIN", b"CURVE", b"GSSAPI")
SOCKETS = ("PAIR", "PUB", "SUB", "REQ", "REP", "DEALER", "ROUTER", "PULL", "PUSH")
VERSION = FieldSpec("zmtp_version", "Version", multiple=True, limit=4)
MECHANISM = FieldSpec("zmtp_mechanism", "Mechanism", multiple=True, limit=4)
SOCKET = FieldSpec("zmtp_socket", "Sockets", multiple=True, limit=4)


class _Zmtp(StreamShell):
    """Two sockets; only the greetings are read."""

    __slots__ = ("_heads",)

    label = "ZMTP"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._heads = [b"", b""]

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:  # noqa: ARG002  greetings carry no time
        """Collect a greeting."""
        if len(self._heads[side]) < GREETING:
            head = self._heads[side] = (self._heads[side] + data)[:GREETING]
            if len(head) >= 12 and head[10] < 3:
                self._old(side, head)
            elif len(head) == GREETING:
                self.report.add(VERSION, f"{head[10]}.{head[11]}")
                mechanism = head[12:32].rstrip(b"\0")
                if mechanism in MECHANISMS:
                    self.report.add(MECHANISM, mechanism)
                    self.report.summary = mechanism.decode("ascii")
                if mechanism == b"PLAIN":
                    self.report.risk("clear-text-credentials")
                self.report.state = "GREETING"
        return DONE if all(len(head) == GREETING for head in self._heads) else MORE

    def _old(self, side: int, head: bytes) -> None:
        """Version 2.0: the kind of socket stands in the greeting."""
        self.report.add(VERSION, "2.0")
        if head[11] < len(SOCKETS):
            self.report.add(SOCKET, SOCKETS[head[11]])
        self.report.state = "GREETING"
        self._heads[side] = head.ljust(GREETING, b"\0")

    def gap(self, side: int, length: int) -> Status:  # noqa: ARG002  nothing can be learnt behind a gap
        """What is missing cannot be told."""
        self._heads[side] = self._heads[side].ljust(GREETING, b"\0")
        return MORE


def greeting(head: bytes) -> Claim:
    """0xFF, eight octets of padding, 0x7F, version; version 3 names its mechanism."""
    if head[:1] not in (b"", b"\xff") or head[9:10] not in (b"", b"\x7f"):
        return NO
    if len(head) < 16:
        return MAYBE if len(head) < 12 or head[10] != 1 or head[11] >= len(SOCKETS) or any(head[1:8]) else YES
    if head[10] == 3:
        return YES if any(head[12:16] == word[:4] for word in MECHANISMS) else NO
    return YES if head[10] == 1 and head[11] < len(SOCKETS) and not any(head[1:8]) else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Both ends greet."""
    return jointly(client, server, greeting)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Zmtp, judge, frozenset(), frozenset((0xFF,)))
