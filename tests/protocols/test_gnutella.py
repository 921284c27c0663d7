"""Gnutella's handshake."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.gnutella import PROTOCOL

from ._streams import ANYWHERE, Flight, check

TALK: list[Flight] = [
    (0, b"GNUTELLA CONNECT/0.6\r\nUser-Agent: gtk-gnutella/1.1\r\n\r\n"),
    (1, b"GNUTELLA/0.6 503 Busy\r\nUser-Agent: Shareaza\r\n\r\n"),
]


def test_handshake() -> None:
    """Both programs."""
    assert check(PROTOCOL, TALK) == {"gnutella_agent": ("gtk-gnutella/1.1", "Shareaza")}


def test_claims() -> None:
    """Its first words."""
    assert PROTOCOL.claims(ANYWHERE, b"GNUT", b"") is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, b"GNUTELLA HELLO", b"") is Claim.NO
