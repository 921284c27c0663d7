"""Java RMI: the header."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.rmi import PROTOCOL

from ._streams import ANYWHERE, Flight, check

TALK: list[Flight] = [(0, b"JRMI\0\2K"), (1, b"N\0\x09127.0.0.1\0\0\x86\x92")]


def test_conversation() -> None:
    """Recognised however it is cut, and what may be told of it."""
    assert check(PROTOCOL, TALK) == {}


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (
        b"JRMI\0\2X",
        b"JRMI\1",
        b"JOIN #x",
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
