"""DRDA: DDM structures."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.drda import PROTOCOL

from ._streams import ANYWHERE, Flight, check

TALK: list[Flight] = [
    (0, b"\0\x26\xd0\x41\0\1\0\x20\x10\x41" + bytes(28)),
    (1, b"\0\x10\xd0\x43\0\1\0\x0a\x14\x43" + bytes(6)),
]


def test_conversation() -> None:
    """Recognised however it is cut, and what may be told of it."""
    assert check(PROTOCOL, TALK) == {}


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (
        b"\0\x26\xd0\x41\0\1\0\x21\x10\x41",
        b"\0\x26\xd1",
        b"\0\x26\xd0\x41\0\1\0\x20\x50\x41",
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
