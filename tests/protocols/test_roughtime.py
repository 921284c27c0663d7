"""Roughtime."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.roughtime import PROTOCOL

from ._udp_cases import asked, fields, survives, told


def message(**values: bytes) -> bytes:
    names = [name.encode().ljust(4, b"\xff" if name == "PAD" else b"\0") for name in values]
    offsets, at = b"", 0
    for value in list(values.values())[:-1]:
        at += len(value)
        offsets += struct.pack("<I", at)
    return struct.pack("<I", len(names)) + offsets + b"".join(names) + b"".join(values.values())


def framed(data: bytes) -> bytes:
    return b"ROUGHTIM" + struct.pack("<I", len(data)) + data


ASK = message(NONC=bytes(64), PAD=bytes(900))
ANSWER = framed(message(SIG=bytes(64), PATH=b"", SREP=bytes(80), CERT=bytes(100), INDX=bytes(4)))


def test_conversation() -> None:
    """Tags; both ways of framing."""
    update = told(PROTOCOL, (0, ASK), (1, ANSWER))
    assert fields(update) == {
        "roughtime_tag": ("NONC", "PAD", "SIG", "PATH", "SREP", "CERT", "INDX"),
        "roughtime_framing": ("FRAMED",),
    }
    assert len(update.exchanges) == 2


def test_claims() -> None:
    """Offsets inside, known tags."""
    assert asked(PROTOCOL, ASK) is asked(PROTOCOL, ANSWER) is Claim.YES
    for data in (
        message(NONC=bytes(64), WHAT=bytes(9)),
        ANSWER + b"x",
        ASK[:4] + b"\xff\xff\0\0" + ASK[8:],
        b"\2\0\0\0" + bytes(40),
    ):
        assert asked(PROTOCOL, data) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, ASK[:80], ANSWER)
