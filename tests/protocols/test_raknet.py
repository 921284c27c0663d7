"""RakNet."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.raknet import MAGIC, PROTOCOL

from ._udp_cases import asked, fields, finding, survives, told

PING = b"\1" + bytes(8) + MAGIC + bytes(8)
PONG = b"\x1c" + bytes(16) + MAGIC + b"\0\x0bMCPE;Server"


def test_ping_pong_and_after() -> None:
    """Messages, the server's description, and connected datagrams passed over."""
    update = told(PROTOCOL, (0, PING), (1, PONG), (0, b"\x84\0\0\0data"))
    assert fields(update) == {
        "raknet_message": ("UNCONNECTED_PING", "UNCONNECTED_PONG"),
        "raknet_server": ("MCPE;Server",),
    }
    assert finding(update).state == "CONNECTED"


def test_claims() -> None:
    """By the magic at its place."""
    assert asked(PROTOCOL, PING) is asked(PROTOCOL, PONG) is asked(PROTOCOL, b"\5" + MAGIC + b"\x0b") is Claim.YES
    assert asked(PROTOCOL, b"\5" + PING[1:]) is asked(PROTOCOL, b"\x84data") is asked(PROTOCOL, PING[:20]) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, PING, PONG, port=19132)
