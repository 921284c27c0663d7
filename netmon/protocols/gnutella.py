"""Gnutella 0.6: the handshake of "The Annotated Gnutella Protocol Specification" section 2.1.

Claimed: its first line, of either side. Told: the programs' names. Where both agree on ``Upgrade: TLS/1.0`` the stream is
handed on behind the client's second group of headers.
"""

from __future__ import annotations

from ._contract import CLIENT, SERVER, ApplicationProtocol, Claim, Context, Status
from ._judge import jointly, one_of
from ._report import FieldSpec
from ._shell import LineShell, StreamProtocol

AGENT = FieldSpec("gnutella_agent", "Programs", multiple=True, limit=4)
PORTS = frozenset((6346, 6347))
LINES = 128


class _Gnutella(LineShell):
    """One connection."""

    __slots__ = ("_groups", "_lines_seen", "_offered", "_upgrade")

    label = "Gnutella"
    limit = 512

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._lines_seen = self._groups = 0
        self._offered = self._upgrade = False

    def line(self, side: int, text: bytes) -> Status:
        """Headers only; what follows them is compressed, or TLS."""
        name, _, value = text.partition(b":")
        name = name.lower()
        if name == b"user-agent":
            self.report.add(AGENT, value.strip())
        elif name == b"upgrade" and side == SERVER:
            self._offered |= b"TLS" in value.upper()
        elif name == b"connection" and side == CLIENT:
            self._upgrade |= b"upgrade" in value.lower()
        elif not text and side == CLIENT:
            self._groups += 1
            if self._groups == 2 and self._offered and self._upgrade:
                self.switched_to = "TLS"
                return Status.SWITCH
        self._lines_seen += 1
        return Status.DONE if self._lines_seen > LINES else Status.MORE


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Connect, and its answer."""
    return jointly(client, server, lambda head: one_of(head, b"GNUTELLA CONNECT/0.", b"GNUTELLA/0."))


PROTOCOL: ApplicationProtocol = StreamProtocol(_Gnutella, judge, PORTS, frozenset(b"G"))
