"""UFTP."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.uftp import PROTOCOL

from ._udp_cases import asked, fields, finding, on, survives, told


def message(kind: int, words: int = 2) -> bytes:
    return bytes([0x40, kind]) + bytes(14) + bytes([kind, words]) + bytes(words * 4 - 2)


ANNOUNCE, SEGMENT = message(1, 6), message(9)


def test_messages() -> None:
    """By name."""
    update = told(PROTOCOL, (0, ANNOUNCE), (0, SEGMENT))
    assert fields(update) == {"uftp_message": ("ANNOUNCE", "FILESEG"), "uftp_version": (4,)}
    assert finding(update).state == "FILESEG"


def test_claims() -> None:
    """Sure on the port, weak for an announcement elsewhere."""
    assert asked(PROTOCOL, SEGMENT, on(1044)) is Claim.YES
    assert asked(PROTOCOL, ANNOUNCE) is Claim.WEAK and asked(PROTOCOL, SEGMENT) is Claim.NO
    for data in (b"\x20" + SEGMENT[1:], message(9)[:16] + b"\x08\1\0\0", message(9)[:16] + b"\x09\xff\0\0"):
        assert asked(PROTOCOL, data, on(1044)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, ANNOUNCE, SEGMENT, port=1044)
