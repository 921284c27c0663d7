"""Discord's discovery of one's own address."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Status
from netmon.protocols.discord import PROTOCOL

from ._udp_cases import ELSEWHERE, asked, fields, survives

REQUEST = b"\0\1\0\x46\0\3\xcf\xa8" + bytes(66)
RESPONSE = b"\0\2\0\x46\0\3\xcf\xa8" + b"192.0.2.1".ljust(64, b"\0") + b"\xc8\xb5"


def test_conversation() -> None:
    """After the response what follows is recognised anew; the address is not told."""
    inspector = PROTOCOL.start(ELSEWHERE)
    assert inspector.feed(0, REQUEST, 0) is Status.MORE
    assert inspector.feed(1, RESPONSE, 0) is Status.SWITCH
    update = inspector.update()
    assert update is not None and fields(update) == {"discord_message": ("IP_DISCOVERY_REQUEST", "IP_DISCOVERY_RESPONSE")}
    assert "192.0.2.1" not in repr(update)


def test_claims() -> None:
    """Size, type, length, address."""
    assert asked(PROTOCOL, REQUEST) is asked(PROTOCOL, RESPONSE) is Claim.YES
    for data in (
        REQUEST + b"\0",
        REQUEST[:9] + b"x" + REQUEST[10:],
        RESPONSE[:8] + b"no address" + RESPONSE[18:],
        bytes(74),
    ):
        assert asked(PROTOCOL, data) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, REQUEST, RESPONSE)
