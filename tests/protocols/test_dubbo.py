"""Dubbo's calls."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.dubbo import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run


def message(flags: int, status: int, number: int, body: bytes = b"") -> bytes:
    return struct.pack("!HBBQI", 0xDABB, flags, status, number, len(body)) + body


CALL = message(0xC2, 0, 1, b"\x052.0.2\x1corg.example.demo.DemoService\x050.0.0\x08sayHello" + b"secret")
TALK: list[Flight] = [(0, CALL), (1, message(0x02, 20, 1, b"\x91\5hello")), (0, message(0xE2, 0, 2, b"N"))]


def test_conversation() -> None:
    """Recognised however it is cut; the service, no arguments."""
    assert check(PROTOCOL, TALK) == {"dubbo_service": ("org.example.demo.DemoService",), "dubbo_status": ("OK",)}
    assert "secret" not in repr(run(PROTOCOL, TALK))


def test_others() -> None:
    """Serialisation, status, length."""
    for head in (message(0xDF, 0, 1), message(2, 99, 1), b"\xda\xbc", message(0xC2, 0, 1)[:12] + b"\xff" * 4):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
