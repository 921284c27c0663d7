"""H.323: call signalling, control, registration."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context
from netmon.protocols.h323 import PROTOCOL

from ._streams import ANYWHERE, Flight, check
from ._udp_cases import survives

UDP = Context("udp", 50000, 50001)
SETUP = b"\3\0\0\x1c\x08\2\0\1\5\4\3" + bytes(17)
CONTROL = b"\3\0\0\x1c\2\x70\1\6\0\x08\x81\x75\0\5" + bytes(14)
TALK: list[Flight] = [(0, SETUP), (1, CONTROL)]


def test_conversation() -> None:
    """Recognised however it is cut, and what may be told of it."""
    assert check(PROTOCOL, TALK) == {}


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (
        b"\3\0\0\x2c\2\xf0\x80\x7f\x65" + bytes(40),
        b"\4\0",
        b"\3\0\0\x0b\x08\2\0\1\x77\0\0",
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO


def test_datagrams() -> None:
    """Over UDP a message fills its datagram."""
    for data in (b"\2\x20\0\0\6\0\x08\x91\x4a\0\4" + bytes(20),):
        assert PROTOCOL.claims(UDP, data, b"") is Claim.YES
        assert PROTOCOL.claims(UDP, data + b"\xff", b"") is Claim.YES
        for head in (data[3:], data[:10], data[:4] + b"\7" + data[5:]):
            assert PROTOCOL.claims(UDP, head, b"") is Claim.NO
        survives(PROTOCOL, data)
