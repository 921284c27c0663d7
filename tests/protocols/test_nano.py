"""Nano's headers."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.nano import PROTOCOL

from ._streams import ANYWHERE, Flight, check

TALK: list[Flight] = [(0, b"RC\x14\x14\x12\x0a\5\0" + bytes(32)), (1, b"RC\x14\x13\x12\x0a\7\0" + bytes(192))]


def test_conversation() -> None:
    """Recognised however it is cut."""
    assert check(PROTOCOL, TALK) == {
        "nano_network": ("live",),
        "nano_version": (20, 19),
        "nano_message": ("NODE_ID_HANDSHAKE",),
    }


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (b"RC\x12\x14\x12\x0a\5\0", b"RC\x14\x14\x12\x77\5\0", b"RD", b"RC\x14\x14\2\x0a\5\0"):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
