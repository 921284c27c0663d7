"""World of Warcraft: greetings."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.wow import PROTOCOL

from ._streams import ANYWHERE, Flight, check

TALK: list[Flight] = [
    (1, b"0\x00WORLD OF WARCRAFT CONNECTION - SERVER TO CLIENT\x00"),
    (0, b"0\x00WORLD OF WARCRAFT CONNECTION - CLIENT TO SERVER\x00"),
]


def test_greetings() -> None:
    """Either is enough."""
    assert check(PROTOCOL, TALK) == {}
    assert PROTOCOL.claims(ANYWHERE, b"0\x00WORLD WIDE WEB", b"") is Claim.NO
