"""MNDP."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.mndp import PROTOCOL

from ._udp_cases import asked, fields, on, survives, told


def value(kind: int, body: bytes) -> bytes:
    return struct.pack("!HH", kind, len(body)) + body


ANNOUNCEMENT = (
    b"\0\0\0\1" + value(1, bytes(6)) + value(5, b"router") + value(7, b"6.49") + value(8, b"MikroTik") + value(12, b"RB750")
)


def test_announcement() -> None:
    """Identity, version, platform, board."""
    assert fields(told(PROTOCOL, (0, bytes(4)), (1, ANNOUNCEMENT))) == {
        "mndp_identity": ("router",),
        "mndp_version": ("6.49",),
        "mndp_platform": ("MikroTik",),
        "mndp_board": ("RB750",),
    }


def test_claims() -> None:
    """On the port only, an address first."""
    assert asked(PROTOCOL, ANNOUNCEMENT, on(5678)) is Claim.YES and asked(PROTOCOL, bytes(4), on(5678)) is Claim.WEAK
    assert asked(PROTOCOL, ANNOUNCEMENT) is Claim.NO
    for data in (ANNOUNCEMENT[:-1], bytes(4) + value(5, b"x"), bytes(4) + value(1, bytes(5)), ANNOUNCEMENT + value(99, b"")):
        assert asked(PROTOCOL, data, on(5678)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, ANNOUNCEMENT, port=5678)
