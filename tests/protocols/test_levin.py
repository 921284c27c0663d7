"""Levin messages."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.levin import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run

SIGNATURE = bytes.fromhex("0121010101010101")


def message(command: int, body: bytes = b"", wants: int = 0, flags: int = 1) -> bytes:
    return SIGNATURE + struct.pack("<QBIIII", len(body), wants, command, 0, flags, 1) + body


TALK: list[Flight] = [(0, message(1001, bytes(40), 1)), (1, message(1001, bytes(90), 0, 2) + message(9999))]


def test_conversation() -> None:
    """Recognised however it is cut; a handshake and its answer are a pair."""
    assert check(PROTOCOL, TALK) == {"levin_message": ("HANDSHAKE", "9999")}
    _, _, updates = run(PROTOCOL, TALK)
    assert len([half for update in updates for half in update.exchanges]) == 2


def test_claims() -> None:
    """Signature, length, flag."""
    for head in (b"\x01\x20", SIGNATURE + b"\xff" * 8 + b"\1", SIGNATURE + bytes(8) + b"\7"):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
