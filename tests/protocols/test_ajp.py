"""AJP: packets of both directions."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.ajp import PROTOCOL

from ._streams import ANYWHERE, Flight, check

TALK: list[Flight] = [(0, b"\x12\x34\0\1\x0a"), (1, b"AB\0\1\x09"), (0, b"\x12\x34\1\0\2\2" + bytes(254))]


def test_conversation() -> None:
    """Recognised however it is cut, and what may be told of it."""
    assert check(PROTOCOL, TALK) == {}


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (
        b"\x12\x34\0\0\2",
        b"\x12\x34\1\0\2\x40",
        b"\x12\x34\0\2\x09",
        b"AB\0\1\x09",
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
