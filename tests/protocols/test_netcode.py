"""netcode's connection request."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.netcode import PROTOCOL

from ._udp_cases import asked, fields, finding, survives, told

REQUEST = b"\0NETCODE 1.02\0" + bytes(1064)


def test_conversation() -> None:
    """The version, then what is encrypted."""
    update = told(PROTOCOL, (0, REQUEST), (1, b"\x12" + bytes(300)))
    assert fields(update) == {"netcode_version": ("1.02",)} and finding(update).state == "CONNECTED"


def test_claims() -> None:
    """Text and size."""
    assert asked(PROTOCOL, REQUEST) is Claim.YES
    for data in (REQUEST[:-1], b"\0NETCODE 2.00\0" + REQUEST[14:], REQUEST[:13] + b"x" + REQUEST[14:]):
        assert asked(PROTOCOL, data) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, REQUEST)
