"""Ubiquiti's discovery."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.ubiquiti import PROTOCOL

from ._udp_cases import asked, fields, on, survives, told


def value(kind: int, body: bytes) -> bytes:
    return struct.pack("!BH", kind, len(body)) + body


BODY = value(2, bytes(10)) + value(1, bytes(6)) + value(0x0B, b"gate") + value(0x0C, b"UGW3") + value(3, b"4.4.18")
ANNOUNCEMENT = b"\2\6" + len(BODY).to_bytes(2, "big") + BODY
QUESTION = b"\1\0\0\0"


def test_announcement() -> None:
    """Name, model, firmware."""
    assert fields(told(PROTOCOL, (0, QUESTION), (1, ANNOUNCEMENT))) == {
        "ubiquiti_hostname": ("gate",),
        "ubiquiti_model": ("UGW3",),
        "ubiquiti_firmware": ("4.4.18",),
    }


def test_claims() -> None:
    """Values fill the datagram; a question needs the port."""
    assert asked(PROTOCOL, ANNOUNCEMENT) is Claim.YES
    assert asked(PROTOCOL, QUESTION, on(10001)) is Claim.WEAK and asked(PROTOCOL, QUESTION) is Claim.MORE
    wrong = value(2, bytes(9)) + value(1, bytes(6))
    for data in (ANNOUNCEMENT[:-1], ANNOUNCEMENT + b"x", b"\1\0" + len(wrong).to_bytes(2, "big") + wrong, b"\3\0\0\0"):
        assert asked(PROTOCOL, data, on(10001)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, ANNOUNCEMENT, QUESTION, port=10001)
