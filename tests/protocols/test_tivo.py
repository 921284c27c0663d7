"""TiVo beacons."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.tivo import PROTOCOL

from ._udp_cases import asked, fields, finding, survives, told

BEACON = b"TiVoConnect=1\nswversion=1.0\nmethod=broadcast\nidentity=uuid:secret\nmachine=Living Room\nplatform=tcd/Series3\n"


def test_beacon() -> None:
    """Machine, platform, software; not the identity."""
    update = told(PROTOCOL, (0, BEACON))
    assert fields(update) == {
        "tivo_software": ("1.0",),
        "tivo_machine": ("Living Room",),
        "tivo_platform": ("tcd/Series3",),
    }
    assert finding(update).summary == "Living Room" and "secret" not in str(update)


def test_claims() -> None:
    """By the first line."""
    assert asked(PROTOCOL, BEACON) is Claim.YES and asked(PROTOCOL, BEACON[1:]) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, BEACON)
