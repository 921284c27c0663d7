"""SCCP: messages in both directions and in a row."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context
from netmon.protocols.skinny import PROTOCOL

from ._streams import ANYWHERE, Flight, check

TALK: list[Flight] = [(0, b"\x10\0\0\0\x14\0\0\0\x26\0\0\0" + bytes(12)), (1, b"\x08\0\0\0\x14\0\0\0\x88\0\0\0" + bytes(4))]


def test_conversation() -> None:
    """Recognised however it is cut, and what may be told of it."""
    assert check(PROTOCOL, TALK) == {}


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (
        b"\x10\0\0\0\x33",
        b"\x10\0\1",
        b"\x02\0\0\0\x14\0\0\0\x26\0\0\0",
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO


def test_old_version() -> None:
    """Version 0 is mostly zeros: the port has to speak for it."""
    keepalive, answer = b"\4" + bytes(11), b"\4" + bytes(8) + b"\1\0\0"
    assert PROTOCOL.claims(ANYWHERE, keepalive, answer) is Claim.MORE
    assert PROTOCOL.claims(Context("tcp", 50000, 2000), keepalive, answer) is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, TALK[0][1], b"") is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, TALK[0][1] + TALK[1][1], b"") is Claim.YES
