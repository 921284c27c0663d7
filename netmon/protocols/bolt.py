"""Bolt, the protocol of Neo4j (neo4j.com, "Bolt Protocol").

Claimed: the preamble and four versions in order. Told: the version chosen. Statements are not.
"""

from __future__ import annotations

from ._contract import SERVER, ApplicationProtocol, Claim, Context, Status
from ._judge import magic
from ._report import FieldSpec
from ._shell import StreamProtocol, StreamShell

PORTS = frozenset((7687,))
PREAMBLE = bytes.fromhex("6060b017")
HANDSHAKE = 20
LARGEST = 20
VERSION = FieldSpec("bolt_version", "Version")


class _Bolt(StreamShell):
    """One connection."""

    __slots__ = ("_chosen",)

    label = "Bolt"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._chosen = b""

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:  # noqa: ARG002  versions carry no time
        """The server's choice: minor, major."""
        if side != SERVER:
            self.report.state = self.report.state or "HANDSHAKE"
            return Status.MORE
        self._chosen += data[: 4 - len(self._chosen)]
        if len(self._chosen) < 4:
            return Status.MORE
        if any(self._chosen):
            self.report.set(VERSION, f"{self._chosen[3]}.{self._chosen[2]}")
        self.report.state = "NEGOTIATED" if any(self._chosen) else "REFUSED"
        return Status.DONE

    def gap(self, side: int, length: int) -> Status:  # noqa: ARG002  nothing can be learnt behind a gap
        """What is missing cannot be told."""
        return Status.DONE if side == SERVER else Status.MORE


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Preamble, then versions with a zero octet each."""
    if len(server) >= 4 and (server[0] or server[3] > LARGEST) and server[:4] != b"\0\0\1\xff":
        return Claim.NO
    claim = magic(client, PREAMBLE) if client else Claim.MORE
    if claim is not Claim.YES:
        return claim
    if any(client[at] for at in range(4, min(len(client), HANDSHAKE), 4)):
        return Claim.NO
    return Claim.YES if len(client) >= HANDSHAKE else Claim.MORE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Bolt, judge, PORTS, frozenset(PREAMBLE[:1]))
