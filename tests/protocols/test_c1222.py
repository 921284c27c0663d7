"""C12.22: associations."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context
from netmon.protocols.c1222 import PROTOCOL

from ._streams import ANYWHERE, Flight, check
from ._udp_cases import survives

UDP = Context("udp", 50000, 50001)
READ = bytes.fromhex("6028a2070605600002000 1a6070605600002000 2a403020101a803020102be082806810400300001".replace(" ", ""))
TALK: list[Flight] = [(0, READ), (1, READ)]


def test_conversation() -> None:
    """Recognised however it is cut, and what may be told of it."""
    assert check(PROTOCOL, TALK) == {}


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (
        b"\x60\x84",
        b"\x30\x0c\2\1",
        b"\x60\x20\xa2\1\0\xa2\1\0",
        b"\x60\x20\x30\0",
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO


def test_datagrams() -> None:
    """Over UDP a message fills its datagram."""
    for data in (READ,):
        assert PROTOCOL.claims(UDP, data, b"") is Claim.YES
        assert PROTOCOL.claims(UDP, data + b"\xff", b"") is Claim.YES
        survives(PROTOCOL, data)
