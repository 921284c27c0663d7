"""Yahoo Messenger: packet headers."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.ymsg import PROTOCOL

from ._streams import ANYWHERE, Flight, check

TALK: list[Flight] = [(0, b"YMSG\0\x10\0\0\0\x15\0\x8a" + bytes(29)), (1, b"YMSG\x10\0\0\0\0\0\0\x8a" + bytes(8))]


def test_conversation() -> None:
    """Recognised however it is cut, and what may be told of it."""
    assert check(PROTOCOL, TALK) == {}


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (
        b"YMCA",
        b"YMSG\x10\x10" + bytes(14),
        b"YMSG" + bytes(16),
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
