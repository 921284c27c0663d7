"""Discord's discovery of one's own address."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.discord import PROTOCOL

from ._udp_cases import asked, fields, finding, survives, told

REQUEST = b"\0\1\0\x46\0\3\xcf\xa8" + bytes(66)
RESPONSE = b"\0\2\0\x46\0\3\xcf\xa8" + b"192.0.2.1".ljust(64, b"\0") + b"\xc8\xb5"


def test_conversation() -> None:
    """Discovery, then voice; the address is not told."""
    update = told(PROTOCOL, (0, REQUEST), (1, RESPONSE), (0, b"\x90\x78" + bytes(80)))
    assert fields(update) == {"discord_message": ("IP_DISCOVERY_REQUEST", "IP_DISCOVERY_RESPONSE")}
    assert finding(update).state == "VOICE" and "192.0.2.1" not in repr(update)


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
