"""Synchrophasors: frames with their checksum."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context
from netmon.protocols.synchrophasor import PROTOCOL

from ._streams import ANYWHERE, Flight, check
from ._udp_cases import survives

UDP = Context("udp", 50000, 50001)
COMMAND = bytes.fromhex("aa41001200f10000000000000000 0005d7d0".replace(" ", ""))
TALK: list[Flight] = [(0, COMMAND), (1, COMMAND)]


def test_conversation() -> None:
    """Recognised however it is cut, and what may be told of it."""
    assert check(PROTOCOL, TALK) == {}


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (
        COMMAND[:-1] + b"\0",
        b"\xaa\x71",
        b"\xaa\x41\0\3",
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO


def test_datagrams() -> None:
    """Over UDP a message fills its datagram."""
    for data in (COMMAND,):
        assert PROTOCOL.claims(UDP, data, b"") is Claim.YES
        assert PROTOCOL.claims(UDP, data + b"\xff", b"") is Claim.YES
        survives(PROTOCOL, data)
