"""Elasticsearch: transport messages between nodes."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.elasticsearch import PROTOCOL

from ._streams import ANYWHERE, Flight, check

TALK: list[Flight] = [
    (0, b"ES\0\0\0\x34" + bytes(7) + b"\1\x08\0\x5c\xc6\x63" + bytes(30)),
    (1, b"ES\0\0\0\x13" + bytes(7) + b"\1\x09\0\x5c\xc6\x63" + bytes(8)),
]


def test_conversation() -> None:
    """Recognised however it is cut, and what may be told of it."""
    assert check(PROTOCOL, TALK) == {}


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (
        b"ESTABLISHED",
        b"ES\0\0\0\1",
        b"EHLO x",
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
