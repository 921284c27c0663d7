"""Gnutella 0.6: the handshake of "The Annotated Gnutella Protocol Specification" section 2.1.

Claimed: its first line, of either side. Told: the programs' names.
"""

from __future__ import annotations

from ._contract import ApplicationProtocol, Claim, Context, Status
from ._judge import jointly, one_of
from ._report import FieldSpec
from ._shell import LineShell, StreamProtocol

AGENT = FieldSpec("gnutella_agent", "Programs", multiple=True, limit=4)
PORTS = frozenset((6346, 6347))
LINES = 64


class _Gnutella(LineShell):
    """One connection."""

    __slots__ = ("_lines_seen",)

    label = "Gnutella"
    limit = 512

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._lines_seen = 0

    def line(self, side: int, text: bytes) -> Status:  # noqa: ARG002
        """Headers only; what follows them is compressed."""
        name, _, value = text.partition(b":")
        if name.lower() == b"user-agent":
            self.report.add(AGENT, value.strip())
        self._lines_seen += 1
        return Status.DONE if self._lines_seen > LINES else Status.MORE


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Connect, and its answer."""
    return jointly(client, server, lambda head: one_of(head, b"GNUTELLA CONNECT/0.", b"GNUTELLA/0."))


PROTOCOL: ApplicationProtocol = StreamProtocol(_Gnutella, judge, PORTS, frozenset(b"G"))
