"""Steam: discovery of In-Home Streaming hosts on the local network, and the connections to its servers over UDP.

There is no public document; the layout is the one the field agrees on. Claimed, on any port: the eight octets of magic of a
discovery, or a packet of a connection with its mark, a type that exists and the length of the datagram. Read: which of both
it is; host names and keys inside are left out.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, YES, ApplicationProtocol, Claim, Context, Status
from ._udp import DatagramInspector, DatagramProtocol

PORT = 27036
MAGIC = b"\xff\xff\xff\xff\x21\x4c\x5f\xa0"
CONNECTION, HEADER = b"VS01", 36
TYPES = {1: "CHALLENGE_REQUEST", 2: "CHALLENGE", 3: "CONNECT", 4: "ACCEPT", 5: "DISCONNECT", 6: "DATA", 7: "DATAGRAM"}


def state_of(data: bytes) -> str:
    """What a datagram is; ``ParseError`` when it is neither."""
    if data.startswith(MAGIC):
        return "DISCOVERY"
    sized = len(data) >= HEADER and int.from_bytes(data[4:6], "little") == len(data) - HEADER
    if not data.startswith(CONNECTION) or not sized or data[6] not in TYPES:
        raise ParseError("neither discovery nor connection")
    return TYPES[data[6]]


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By the magic, or the mark and the length."""
    state_of(data)
    return YES


class _Steam(DatagramInspector):
    """One host."""

    __slots__ = ()

    label = "Steam"

    def take(self, data: bytes) -> Status:
        self.report.state = state_of(data)
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Steam, recognise, frozenset((PORT,)), frozenset(b"\xffV"))
