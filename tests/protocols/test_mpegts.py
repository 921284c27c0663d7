"""MPEG transport streams."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.mpegts import PROTOCOL

from ._udp_cases import asked, fields, finding, survives, told


def packet(pid: int, counter: int) -> bytes:
    return bytes([0x47, pid >> 8, pid & 255, 0x10 | counter & 15]) + bytes(184)


STREAM = packet(256, 14) + packet(256, 15) + packet(256, 0) + packet(0x1FFF, 3)


def test_identifiers_and_gaps() -> None:
    """Counters wrap; a jump is counted; null packets are not listed."""
    update = told(PROTOCOL, (0, STREAM))
    assert fields(update) == {"mpegts_pid": (256,)} and finding(update).state == "STREAMING"
    assert fields(told(PROTOCOL, (0, STREAM), (0, packet(256, 5))))["mpegts_discontinuities"] == (1,)


def test_claims() -> None:
    """Several whole packets are sure, one is weak."""
    assert asked(PROTOCOL, STREAM) is Claim.YES and asked(PROTOCOL, packet(1, 1)) is Claim.WEAK
    for data in (STREAM[:-1], STREAM + b"G", packet(1, 1) + bytes(188), packet(1, 1)[:3] + b"\0" + bytes(184)):
        assert asked(PROTOCOL, data) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, packet(1, 1))
