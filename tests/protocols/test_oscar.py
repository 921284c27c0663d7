"""OSCAR: FLAPs and SNACs."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.oscar import PROTOCOL

from ._streams import ANYWHERE, Flight, check


def flap(channel: int, number: int, body: bytes) -> bytes:
    return struct.pack("!BBHH", 0x2A, channel, number, len(body)) + body


def snac(family: int, subtype: int, number: int, body: bytes = b"") -> bytes:
    return flap(2, number, struct.pack("!HHHI", family, subtype, 0, number) + body)


TALK: list[Flight] = [
    (1, flap(1, 1, b"\0\0\0\1")),
    (0, flap(1, 1, b"\0\0\0\1" + b"\0\6\0\4abcd")),
    (1, snac(1, 3, 9, b"\0\1\0\2")),
    (0, snac(4, 6, 10, b"message") + snac(0x99, 1, 11)),
    (0, flap(4, 5, b"")),
]


def test_conversation() -> None:
    """Recognised however it is cut; services by name."""
    assert check(PROTOCOL, TALK) == {"oscar_family": ("GENERIC", "MESSAGING", "0x0099")}


def test_claims() -> None:
    """Frames one behind the other; what does not fit is refused."""
    one = snac(1, 3, 9)
    assert PROTOCOL.claims(ANYWHERE, one, b"") is Claim.WEAK and PROTOCOL.claims(ANYWHERE, one + one, b"") is Claim.YES
    for head in (
        flap(6, 1, b""),
        flap(1, 1, b"\0\0\0\2"),
        one + b"\x2b\1\0\0\0\0",
        snac(0x99, 1, 1),
        flap(2, 1, b"ab"),
        b"*\0",
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
