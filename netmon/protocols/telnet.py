"""Telnet: RFC 854, RFC 855 and the options' own documents.

Claimed: option negotiation (IAC WILL, WONT, DO, DONT, SB) as the first thing either end says. Told: nothing but that, since
all the rest is somebody's terminal in clear. States: NEGOTIATION, ESTABLISHED.
"""

from __future__ import annotations

from ._contract import ApplicationProtocol, Claim, Context, Status
from ._shell import StreamProtocol, StreamShell

IAC, SB, WILL, DONT = 255, 250, 251, 254
PORTS = frozenset((23, 2323, 107, 992))
ENOUGH = 8
"""Segments after which nothing more is told."""


class _Telnet(StreamShell):
    """One session."""

    __slots__ = ("_segments",)

    label = "Telnet"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._segments = 0
        self.report.state = "NEGOTIATION"
        self.report.risk("clear-text-session")

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:  # noqa: ARG002
        """Text without a command means the session is on."""
        if IAC not in data:
            self._segments += len(data)
        if self._segments >= ENOUGH:
            self.report.state = "ESTABLISHED"
            return Status.DONE
        return Status.MORE

    def gap(self, side: int, length: int) -> Status:  # noqa: ARG002
        """Nothing depends on it."""
        return Status.MORE


def _looks(head: bytes) -> Claim:
    if head[0] != IAC:
        return Claim.NO
    if len(head) < 3:
        return Claim.MORE if len(head) < 2 or SB <= head[1] <= DONT else Claim.NO
    known_option = head[2] <= 49 or head[2] in (138, 139, 140, 255)
    return Claim.YES if SB <= head[1] <= DONT and known_option else Claim.NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """See the module."""
    answers = [_looks(head) for head in (client, server) if head]
    for answer in (Claim.YES, Claim.MORE):
        if answer in answers:
            return answer
    return Claim.NO if answers else Claim.MORE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Telnet, judge, PORTS, frozenset((IAC,)))
