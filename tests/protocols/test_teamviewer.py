"""TeamViewer."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context
from netmon.protocols.teamviewer import PROTOCOL

from ._streams import ANYWHERE, Flight, check
from ._udp_cases import asked, on, survives

TALK: list[Flight] = [(0, b"\x17\x24\x0a\x20\0" + bytes(32)), (1, b"\x17\x24\x11\x04\0" + bytes(4))]
DATAGRAM = bytes(11) + b"\x17\x24" + bytes(20)


def test_conversation() -> None:
    """Recognised however it is cut, and nothing is told."""
    assert check(PROTOCOL, TALK) == {}


def test_claims() -> None:
    """Both directions, or the port."""
    assert PROTOCOL.claims(ANYWHERE, TALK[0][1], b"") is Claim.WEAK
    assert PROTOCOL.claims(Context("tcp", 1, 5938), b"\x11\x30\x24\0\0", b"") is Claim.YES
    for head in (b"\x17\x03\x03", b"\x17\x24\x02", b"\x17\x24\x0a\xff\xff"):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO


def test_datagrams() -> None:
    """The mark at its place."""
    assert asked(PROTOCOL, DATAGRAM, on(5938)) is Claim.YES and asked(PROTOCOL, DATAGRAM) is Claim.WEAK
    assert asked(PROTOCOL, DATAGRAM[:15]) is asked(PROTOCOL, b"\1" + DATAGRAM[1:]) is Claim.NO
    survives(PROTOCOL, DATAGRAM, port=5938)
