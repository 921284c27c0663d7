"""Ethereum: discovery and handshakes."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context
from netmon.protocols.ethereum import PROTOCOL

from ._streams import ANYWHERE, Flight, check
from ._udp_cases import asked, fields, survives, told

PING = b"\x5a" * 96 + b"\1\1" + b"\xc4\1\2\3\4"
LONG = b"\x5a" * 96 + b"\0\4" + b"\xf8\x64" + bytes(100)
AUTH, ACK = b"\1\xed\4" + b"\x77" * 492, b"\1\xa3\4" + b"\x66" * 418
TALK: list[Flight] = [(0, AUTH), (1, ACK), (0, b"\x99" * 40)]


def test_conversation() -> None:
    """Recognised however it is cut, and nothing is told."""
    assert check(PROTOCOL, TALK) == {}


def test_stream_claims() -> None:
    """Both handshakes, or one on the port."""
    assert PROTOCOL.claims(ANYWHERE, AUTH, b"") is Claim.MORE
    assert PROTOCOL.claims(Context("tcp", 1, 30303), AUTH, b"") is Claim.WEAK
    for head in (b"\1\xed\3", b"\0\x10", b"\4\x01"):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO


def test_discovery() -> None:
    """Type, and a list that fills the packet."""
    assert fields(told(PROTOCOL, (0, PING), (1, LONG))) == {"ethereum_message": ("PING", "NEIGHBOURS")}
    assert asked(PROTOCOL, PING) is asked(PROTOCOL, LONG) is Claim.YES
    for data in (
        PING[:-1],
        PING + b"x",
        PING[:96] + b"\2" + PING[97:],
        PING[:97] + b"\7" + PING[98:],
        PING[:98] + b"\x83\1\2\3\4",
    ):
        assert asked(PROTOCOL, data) is Claim.NO
    survives(PROTOCOL, PING, LONG)
