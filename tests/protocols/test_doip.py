"""DoIP: vehicles and testers."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context
from netmon.protocols.doip import PROTOCOL

from ._streams import ANYWHERE, Flight, check
from ._udp_cases import survives

UDP = Context("udp", 50000, 50001)
TALK: list[Flight] = [(0, b"\2\xfd\0\5\0\0\0\x0b" + bytes(11)), (1, b"\2\xfd\0\6\0\0\0\x09" + bytes(9))]


def test_conversation() -> None:
    """Recognised however it is cut, and what may be told of it."""
    assert check(PROTOCOL, TALK) == {}


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (
        b"\2\xfc",
        b"\2\xfd\0\x77\0\0\0\0",
        b"\2\xfd\0\5\xff\0\0\0",
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO


def test_datagrams() -> None:
    """Over UDP a message fills its datagram."""
    for data in (
        b"\2\xfd\0\1\0\0\0\0",
        b"\2\xfd\0\4\0\0\0\x20" + bytes(32),
    ):
        assert PROTOCOL.claims(UDP, data, b"") is Claim.YES
        assert PROTOCOL.claims(UDP, data + b"\xff", b"") is Claim.NO
        survives(PROTOCOL, data)
