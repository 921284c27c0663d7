"""Steam: discovery of In-Home Streaming hosts on the local network.

Claimed, on any port: its eight octets of magic. Read: that it is discovery; host names and keys inside are left out.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import ApplicationProtocol, Claim, Context, Status
from ._udp import DatagramInspector, DatagramProtocol

PORT = 27036
MAGIC = b"\xff\xff\xff\xff\x21\x4c\x5f\xa0"


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By the magic."""
    return Claim.YES if data.startswith(MAGIC) else Claim.NO


class _Steam(DatagramInspector):
    """One host."""

    __slots__ = ()

    label = "Steam"

    def take(self, data: bytes) -> Status:
        if not data.startswith(MAGIC):
            raise ParseError("no discovery message")
        self.report.state = "DISCOVERY"
        return Status.MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Steam, recognise, frozenset((PORT,)), frozenset((0xFF,)))
