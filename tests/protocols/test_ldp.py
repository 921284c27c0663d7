"""LDP: sessions and hellos."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context
from netmon.protocols.ldp import PROTOCOL

from ._streams import ANYWHERE, Flight, check
from ._udp_cases import survives

UDP = Context("udp", 50000, 50001)
INIT = b"\0\1\0\x20\x0a\0\0\1\0\0\2\0\0\x16\0\0\0\1\5\0\0\x0e" + bytes(14)
HELLO = b"\0\1\0\x16\x0a\0\0\1\0\0\1\0\0\x0c\0\0\0\1\4\0\0\4" + bytes(4)
ALIVE = b"\0\1\0\x0e\x0a\0\0\1\0\0\2\1\0\4\0\0\0\2"
TALK: list[Flight] = [(0, INIT), (1, INIT), (0, ALIVE), (1, ALIVE)]


def test_conversation() -> None:
    """Recognised however it is cut, and what may be told of it; each message by itself in the middle."""
    assert PROTOCOL.claims(ANYWHERE, ALIVE, b"") is Claim.YES
    assert check(PROTOCOL, TALK) == {}


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (
        b"\0\2",
        b"\0\1\0\x20\x0a\0\0\1\0\0\7\7\0\x10",
        b"\0\1\0\x20\0\0\0\0\0\0\2\0\0\x10",
        INIT[:18] + b"\4" + INIT[19:],
        INIT[:21] + b"\x0f" + INIT[22:],
        ALIVE[:13] + b"\5" + ALIVE[14:],
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO


def test_datagrams() -> None:
    """Over UDP a message fills its datagram."""
    for data in (HELLO,):
        assert PROTOCOL.claims(UDP, data, b"") is Claim.YES
        assert PROTOCOL.claims(UDP, data + b"\xff", b"") is Claim.NO
        survives(PROTOCOL, data)
