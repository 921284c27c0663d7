"""GIOP: requests in both byte orders, replies."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.giop import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run


def giop(minor: int, kind: int, body: bytes, little: bool = True) -> bytes:
    return b"GIOP" + bytes([1, minor, int(little), kind]) + struct.pack("<I" if little else ">I", len(body)) + body


REQUEST = giop(2, 0, struct.pack("<IB3xHxxI", 5, 3, 0, 4) + b"KEY\0" + struct.pack("<I", 6) + b"_is_a\0\0\0" + b"secret")
OLD = giop(0, 0, struct.pack(">IIB3xI", 0, 6, 1, 4) + b"\1\2\3\4" + struct.pack(">I", 5) + b"ping\0", little=False)
TALK: list[Flight] = [(0, REQUEST), (1, giop(2, 1, struct.pack("<IIII", 5, 0, 0, 1))), (0, OLD), (0, giop(0, 5, b""))]


def test_conversation() -> None:
    """Recognised however it is cut; operations by the length before them."""
    assert check(PROTOCOL, TALK) == {
        "giop_version": ("1.0",),
        "giop_message": ("REQUEST", "REPLY", "CLOSE_CONNECTION"),
        "giop_operation": ("_is_a", "ping"),
    }
    assert "secret" not in repr(run(PROTOCOL, TALK))


def test_claims() -> None:
    """Versions, types and flags that do not exist."""
    for head in (
        b"GIOP\2\0\0\0\0\0\0\0",
        b"GIOP\1\4\0\0\0\0\0\0",
        b"GIOP\1\0\x80\0\0\0\0\0",
        b"GIOP\1\0\0\x08\0\0\0\0",
        b"GIO ",
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"GIOP\1\0", b"") is Claim.MORE
