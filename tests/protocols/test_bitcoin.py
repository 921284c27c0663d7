"""Bitcoin: message headers."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.bitcoin import PROTOCOL

from ._streams import ANYWHERE, Flight, check

TALK: list[Flight] = [
    (0, bytes.fromhex("f9beb4d9") + b"version\0\0\0\0\0" + bytes(20)),
    (1, bytes.fromhex("f9beb4d9") + b"verack".ljust(12, b"\0")),
]


def test_conversation() -> None:
    """Recognised however it is cut, and what may be told of it."""
    assert check(PROTOCOL, TALK) == {}


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (
        bytes.fromhex("f9beb4d9") + b"ver\0ion\0\0\0\0\0",
        bytes.fromhex("f9beb4d8"),
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
