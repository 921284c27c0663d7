"""FIX: the first message."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.fix import PROTOCOL

from ._streams import ANYWHERE, Flight, check

TALK: list[Flight] = [(0, b"8=FIXT.1.1\x019=62\x0135=A\x0149=SECRET\x01"), (1, b"8=FIXT.1.1\x019=70\x0135=A\x0149=X\x01")]


def test_conversation() -> None:
    """Recognised however it is cut, and what may be told of it."""
    assert check(PROTOCOL, TALK) == {"fix_version": ("FIXT.1.1",)}


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (
        b"8=FOX",
        b"8=FIX.4.4|9=62",
        b"80 = 8",
        b"8=FIX.4.4\x019=x" + bytes(30),
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
