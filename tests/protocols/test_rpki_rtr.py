"""RPKI to router: queries and answers."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context
from netmon.protocols.rpki_rtr import PROTOCOL

from ._streams import ANYWHERE, Flight, check

TALK: list[Flight] = [(0, b"\1\2\0\0\0\0\0\x08"), (1, b"\1\3\0\7\0\0\0\x08" + b"\1\4\0\0\0\0\0\x14" + bytes(12))]


def test_conversation() -> None:
    """Recognised however it is cut, and what may be told of it."""
    assert check(PROTOCOL, TALK) == {}


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (
        b"\1\2\0\0\0\0\0\x09",
        b"\1\x0c",
        b"\3\2",
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO


def test_one_direction() -> None:
    """One query is weak on the usual port and too little elsewhere."""
    assert PROTOCOL.claims(Context("tcp", 50000, 323), TALK[0][1], b"") is Claim.WEAK
    assert PROTOCOL.claims(ANYWHERE, TALK[0][1], b"") is Claim.MORE
