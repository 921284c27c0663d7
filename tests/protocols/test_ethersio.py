"""Ether-S-I/O."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.ethersio import PROTOCOL

from ._udp_cases import asked, fields, survives, told

TELEGRAM = b"ESIO\0\0\1\0\0\0\0\x31\x76\x16" + bytes(30)


def test_telegrams() -> None:
    """By the mark."""
    assert fields(told(PROTOCOL, (0, TELEGRAM), (1, b"ESIO\0\1" + bytes(20)))) == {"esio_telegram": ("TRANSFER", "STATUS")}
    assert asked(PROTOCOL, TELEGRAM) is Claim.YES
    for data in (TELEGRAM[:15], b"ESIX" + TELEGRAM[4:], b"ESIO\x20 " + bytes(20)):
        assert asked(PROTOCOL, data) is Claim.NO
    survives(PROTOCOL, TELEGRAM)
