"""RTMP: handshakes with and without echo."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context
from netmon.protocols.rtmp import PROTOCOL

from ._streams import ANYWHERE, Flight, check

RANDOM = bytes(range(1, 256)) * 6
HELLO = b"\x03" + bytes(8) + RANDOM[:1528]
ANSWER = b"\x03" + bytes(8) + RANDOM[1:1529]
ECHO = bytes(8) + RANDOM[:1528]
TALK: list[Flight] = [(0, HELLO), (1, ANSWER + ECHO)]


def test_conversation() -> None:
    """Recognised however it is cut, and what may be told of it."""
    assert check(PROTOCOL, TALK) == {}


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (
        b"\x05" + bytes(1536),
        b"GET / HTTP/1.1\r\n",
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO


def test_digests() -> None:
    """Without the echo it is weak, except where RTMP usually is."""
    server = ANSWER + bytes(1536)
    assert PROTOCOL.claims(ANYWHERE, HELLO, ANSWER) is Claim.WEAK
    assert PROTOCOL.claims(ANYWHERE, HELLO, server) is Claim.WEAK
    assert PROTOCOL.claims(Context("tcp", 50000, 1935), HELLO, server) is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, HELLO, b"\x03") is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, HELLO[:100], b"") is Claim.MORE
