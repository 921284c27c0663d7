"""BFD."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.bfd import PROTOCOL

from ._udp_cases import asked, fields, finding, on, survives, told

UP = struct.pack("!BBBBIIIII", 0x20, 0xC0, 3, 24, 7, 8, 100_000, 100_000, 0)
DOWN = struct.pack("!BBBBIIIII", 0x21, 0x40, 3, 24, 7, 0, 1_000_000, 1_000_000, 0)


def test_sessions() -> None:
    """State, discriminator, and why it went down."""
    update = told(PROTOCOL, (0, UP), (0, DOWN))
    assert fields(update) == {
        "bfd_state": ("UP", "DOWN"),
        "bfd_discriminator": (7,),
        "bfd_diagnostic": ("detection time expired",),
    }
    assert finding(update).state == "DOWN"
    assert finding(told(PROTOCOL, (0, b"anything"), context=on(3785))).state == "ECHO"


def test_claims() -> None:
    """Sure on its ports, weak elsewhere, never for what breaks section 6.8.6."""
    assert asked(PROTOCOL, UP, on(3784)) is asked(PROTOCOL, DOWN, on(4784)) is Claim.YES
    assert asked(PROTOCOL, UP) is Claim.WEAK
    assert asked(PROTOCOL, b"anything", on(3785)) is Claim.MORE
    for data in (UP[:-1], UP[:2] + b"\0" + UP[3:], UP[:4] + bytes(4) + UP[8:], b"\xff" * 24):
        assert asked(PROTOCOL, data, on(3784)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, UP, DOWN, port=3784)
