"""Session announcements."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.sap import PROTOCOL

from ._udp_cases import asked, fields, on, survives, told

ANNOUNCEMENT = b"\x20\0\0\1\xc1\1\xba\x3c" + b"application/sdp\0v=0\r\ns=secret\r\n"
BARE = b"\x34\1\0\1" + bytes(15) + b"\1" + b"auth" + b"v=0\r\n"
HIDDEN = b"\x22\0\0\1\xc1\1\xba\x3c" + bytes(range(100, 140))


def test_announcements() -> None:
    """Sources of both kinds, no names."""
    update = told(PROTOCOL, (0, ANNOUNCEMENT), (0, BARE))
    assert fields(update) == {"sap_message": ("ANNOUNCEMENT", "DELETION"), "sap_source": ("193.1.186.60", "::1")}
    assert "secret" not in repr(update)


def test_claims() -> None:
    """By the payload, or the port when it is hidden."""
    assert asked(PROTOCOL, ANNOUNCEMENT) is asked(PROTOCOL, BARE) is Claim.YES
    assert asked(PROTOCOL, HIDDEN, on(9875)) is Claim.WEAK and asked(PROTOCOL, HIDDEN) is Claim.NO
    for data in (
        ANNOUNCEMENT[:8],
        b"\x40" + ANNOUNCEMENT[1:],
        ANNOUNCEMENT[:8] + b"text/plain\0",
        b"\x20\x09" + ANNOUNCEMENT[2:],
    ):
        assert asked(PROTOCOL, data, on(9875)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, ANNOUNCEMENT, BARE, port=9875)
