"""Spotify: announcements, hellos."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.spotify import PROTOCOL

from ._streams import ANYWHERE, Flight, check
from ._udp_cases import asked, finding, survives

ANNOUNCEMENT = b"SpotUdp0" + bytes(32)
TALK: list[Flight] = [(0, b"\0\4\0\0\1\x04\x52\x0e\x50" + bytes(251)), (1, bytes(100))]


def test_conversation() -> None:
    """Recognised however it is cut, and nothing is told."""
    assert check(PROTOCOL, TALK) == {}


def test_announcement() -> None:
    """By its word."""
    assert asked(PROTOCOL, ANNOUNCEMENT) is Claim.YES and asked(PROTOCOL, b"SpotUdp1") is Claim.NO
    inspector = PROTOCOL.start(ANYWHERE.__class__("udp", 57621, 57621))
    inspector.feed(0, ANNOUNCEMENT, 0)
    update = inspector.update()
    assert update is not None and finding(update).label == "Spotify"
    survives(PROTOCOL, ANNOUNCEMENT)


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (b"\0\5", b"\0\4\0\0\0\x10\x52", b"\0\4\0\0\1\4\x53", b"\0\4\1\0\0\0"):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
