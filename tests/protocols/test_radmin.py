"""Radmin's opening."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context
from netmon.protocols.radmin import PROTOCOL

from ._streams import ANYWHERE, Flight, check

OPENING = bytes.fromhex("01000000010000000808")
TALK: list[Flight] = [(0, OPENING), (1, b"\1\0\0\0\x25\x09\0\1\x10\x08\1\0\x09\x08" + bytes(32))]


def test_conversation() -> None:
    """Recognised however it is cut, and nothing is told."""
    assert check(PROTOCOL, TALK) == {}


def test_claims() -> None:
    """The opening alone is weak on the port."""
    assert PROTOCOL.claims(Context("tcp", 1, 4899), OPENING, b"") is Claim.WEAK
    assert PROTOCOL.claims(ANYWHERE, OPENING, b"") is Claim.MORE
    for client, server in ((OPENING[:9] + b"\x09", b""), (OPENING, b"\2")):
        assert PROTOCOL.claims(ANYWHERE, client, server) is Claim.NO
