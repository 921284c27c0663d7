"""Ethereum's peers (github.com/ethereum/devp2p): node discovery version 4 over UDP, the RLPx handshake over TCP.

Claimed: a discovery packet whose type exists and whose list fills it; handshakes of both directions with the size they state
and an uncompressed key behind it. Told: kinds of discovery packets. All else is encrypted.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Look, Status
from ._judge import NamedShell, jointly
from ._report import FieldSpec
from ._shell import StreamProtocol
from ._udp import DatagramInspector, DatagramProtocol

PORTS = frozenset((30303, 30301))
TYPES = {1: "PING", 2: "PONG", 3: "FIND_NODE", 4: "NEIGHBOURS", 5: "ENR_REQUEST", 6: "ENR_RESPONSE"}
HASH, SIGNATURE = 32, 65
TYPE_AT = HASH + SIGNATURE
UNCOMPRESSED = 4
SMALLEST, LARGEST = 0xD2, 0x0400
"""Of a handshake: key, initialisation vector, contents and their tag, and up to 300 octets of padding."""
MESSAGE = FieldSpec("ethereum_message", "Messages", multiple=True)


def list_ends(data: bytes, at: int) -> int:
    """Where the RLP list at ``at`` ends; ``ParseError`` when there is none."""
    first = data[at]
    if first < 0xC0:
        raise ParseError("no list")
    if first < 0xF8:
        return at + 1 + first - 0xC0
    size = first - 0xF7
    return at + 1 + size + int.from_bytes(data[at + 1 : at + 1 + size], "big")


def packet(data: bytes) -> str:
    """The type of a discovery packet."""
    if len(data) < TYPE_AT + 2 or data[TYPE_AT - 1] > 1 or data[TYPE_AT] not in TYPES:
        raise ParseError("no discovery packet")
    if list_ends(data, TYPE_AT + 1) != len(data):
        raise ParseError("list does not fill it")
    return TYPES[data[TYPE_AT]]


class _Discovery(DatagramInspector):
    """Two nodes."""

    __slots__ = ()

    label = "Ethereum"

    def take(self, data: bytes) -> Status:
        name = packet(data)
        self.report.add(MESSAGE, name)
        self.report.state = self.report.summary = name
        return MORE


class _Rlpx(NamedShell):
    """Two peers."""

    __slots__ = ()

    label = "Ethereum"


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By type and list."""
    if len(data) < TYPE_AT + 2 or data[TYPE_AT - 1] > 1:
        return NO
    packet(data)
    return YES


def handshake(head: bytes) -> Claim:
    """Size, then a key (EIP-8)."""
    size = int.from_bytes(head[:2], "big")
    if (len(head) >= 2 and not SMALLEST <= size <= LARGEST) or (len(head) >= 3 and head[2] != UNCOMPRESSED):
        return NO
    return WEAK if len(head) >= size + 2 > 2 else MAYBE


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """Both directions, or one on the usual port; a client waits for the answer before it goes on."""
    claim = jointly(client, server, handshake)
    if claim is WEAK and context.server_port not in PORTS:
        return MAYBE
    return claim


_DATAGRAMS = DatagramProtocol(
    _Discovery, recognise, PORTS, frozenset(range(256)), look=Look(TYPE_AT + 2, TYPE_AT - 1, frozenset((0, 1)))
)
PROTOCOL: ApplicationProtocol = StreamProtocol(_Rlpx, judge, PORTS, frozenset(range(5)), _DATAGRAMS)
