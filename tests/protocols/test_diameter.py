"""Diameter: capabilities exchange."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.diameter import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run


def attribute(code: int, value: bytes) -> bytes:
    return struct.pack(">IBBH", code, 0x40, 0, len(value) + 8) + value + bytes(-len(value) % 4)


def message(flags: int, command: int, body: bytes) -> bytes:
    return struct.pack(">IIIII", 0x01000000 | len(body) + 20, flags << 24 | command, 0, 7, 8) + body


TALK: list[Flight] = [
    (
        0,
        message(0x80, 257, attribute(264, b"client.example.com") + attribute(296, b"example.com") + attribute(1, b"secret")),
    ),
    (1, message(0, 257, attribute(268, bytes(4)) + attribute(264, b"server.example.com"))),
]


def test_conversation() -> None:
    """Recognised however it is cut, and what may be told of it."""
    assert check(PROTOCOL, TALK) == {
        "diameter_command": (257,),
        "diameter_origin_host": ("client.example.com", "server.example.com"),
        "diameter_origin_realm": ("example.com",),
    }


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (
        message(0x81, 257, attribute(264, b"x")),
        message(0x80, 99, attribute(264, b"x")),
        b"\1\0\0\x13" + bytes(20),
        message(0x80, 257, b"\xff" * 8),
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO


def test_exchange() -> None:
    """Request and answer are paired; users are not told."""
    _, _, updates = run(PROTOCOL, TALK)
    assert [exchange.key for update in updates for exchange in update.exchanges] == [7, 7]
    assert "secret" not in repr(updates)
