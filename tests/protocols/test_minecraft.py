"""Minecraft's handshake."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.minecraft import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run


def handshake(state: int, host: bytes = b"mc.example.org") -> bytes:
    body = b"\0\xfd\5" + bytes([len(host)]) + host + struct.pack("!H", 25565) + bytes([state])
    return bytes([len(body)]) + body


LOGIN = b"\x08\0\6secret"
TALK: list[Flight] = [(0, handshake(2) + LOGIN), (1, b"\x05\1abcd")]


def test_conversation() -> None:
    """Recognised however it is cut; the host, no player."""
    assert check(PROTOCOL, TALK) == {"minecraft_version": (765,), "minecraft_host": ("mc.example.org",)}
    finding, _, updates = run(PROTOCOL, TALK)
    assert (finding.hostname, finding.state) == ("mc.example.org", "LOGIN") and "secret" not in repr(updates)
    assert PROTOCOL.claims(ANYWHERE, handshake(1) + b"\1\0", b"") is Claim.YES


def test_others() -> None:
    """Lengths, states, what follows."""
    for head in (
        handshake(9) + LOGIN,
        handshake(2, b"\xff\xfe") + LOGIN,
        handshake(1) + b"\2\0",
        handshake(2) + b"\x08\1",
        b"\x16\3\1\2\0\1\0",
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, handshake(2), b"") is Claim.MORE
