"""Wake-on-LAN."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.wol import PROTOCOL

from ._udp_cases import asked, fields, survives, told

MAGIC = b"\xff" * 6 + b"\0\x11\x22\x33\x44\x55" * 16


def test_magic() -> None:
    """Whom it wakes; the password is not told."""
    update = told(PROTOCOL, (0, MAGIC), (0, MAGIC + b"secret"))
    assert fields(update) == {"wol_target": ("00:11:22:33:44:55",)} and "secret" not in repr(update)


def test_claims() -> None:
    """All sixteen, and nothing else behind them."""
    assert asked(PROTOCOL, MAGIC) is Claim.YES
    for data in (MAGIC[:-1], MAGIC + b"x", MAGIC[:-1] + b"\x56", b"\xff" * 102):
        assert asked(PROTOCOL, data) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, MAGIC)
