"""OpenWire: WIREFORMAT_INFO."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.openwire import PROTOCOL

from ._streams import ANYWHERE, Flight, check

TALK: list[Flight] = [
    (0, b"\0\0\0\xda\1ActiveMQ\0\0\0\x0a" + bytes(210)),
    (1, b"\0\0\1\x51\1ActiveMQ\0\0\0\x0c" + bytes(300)),
]


def test_conversation() -> None:
    """Recognised however it is cut, and what may be told of it."""
    assert check(PROTOCOL, TALK) == {}


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (
        b"\0\0\0\1\1",
        b"\0\0\0\xda\2Active",
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
