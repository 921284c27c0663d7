"""Steam discovery."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.steam import MAGIC, PROTOCOL

from ._udp_cases import asked, fields, finding, survives, told

MESSAGE = MAGIC + b"\x16\0\0\0\x08\xfchostname"


def test_discovery() -> None:
    """It is named; nothing inside is told."""
    update = told(PROTOCOL, (0, MESSAGE))
    assert finding(update).state == "DISCOVERY" and fields(update) == {}


def test_claims() -> None:
    """By the magic on any port."""
    assert asked(PROTOCOL, MESSAGE) is Claim.YES
    assert asked(PROTOCOL, MESSAGE[:7]) is asked(PROTOCOL, b"\xff" * 20) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, MESSAGE)
