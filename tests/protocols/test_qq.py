"""OICQ."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.qq import PROTOCOL

from ._udp_cases import asked, fields, finding, on, survives, told

KEEP_ALIVE = bytes.fromhex("02 3649 0002 1234 11223344".replace(" ", "")) + bytes(16) + b"\3"


def test_commands() -> None:
    """Command and version, not the account number."""
    update = told(PROTOCOL, (0, KEEP_ALIVE))
    assert fields(update) == {"qq_command": ("KEEP_ALIVE",), "qq_version": ("0x3649",)}
    assert finding(update).state == "KEEP_ALIVE"
    assert "11223344" not in str(update)


def test_claims() -> None:
    """Only on its ports; an unknown command weakly."""
    assert asked(PROTOCOL, KEEP_ALIVE, on(8000)) is Claim.YES
    assert asked(PROTOCOL, KEEP_ALIVE[:3] + b"\x7f\xff" + KEEP_ALIVE[5:], on(8000)) is Claim.WEAK
    assert asked(PROTOCOL, KEEP_ALIVE) is asked(PROTOCOL, KEEP_ALIVE[:-1], on(8000)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, KEEP_ALIVE, port=8000)
