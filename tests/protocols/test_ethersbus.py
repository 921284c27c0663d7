"""Ether-S-Bus."""

from __future__ import annotations

import struct
from binascii import crc_hqx

from netmon.protocols._contract import Claim
from netmon.protocols.ethersbus import PROTOCOL

from ._udp_cases import asked, fields, survives, told


def telegram(kind: int, body: bytes, version: int = 1) -> bytes:
    head = struct.pack("!IBBHB", 11 + len(body), version, 0, 7, kind) + body
    return head + crc_hqx(head, 0).to_bytes(2, "big")


ASK, ANSWER = telegram(0, b"\x0a\x20"), telegram(1, b"D2M4802")


def test_conversation() -> None:
    """Telegrams, commands, pairs."""
    update = told(PROTOCOL, (0, ASK), (1, ANSWER), (0, telegram(0, b"\x0a\x77")))
    assert fields(update) == {"sbus_telegram": ("REQUEST", "RESPONSE"), "sbus_command": ("READ_PROGRAM_VERSION", "0x77")}
    assert len(update.exchanges) == 3


def test_claims() -> None:
    """Length and check sum."""
    assert asked(PROTOCOL, ASK) is Claim.YES
    for data in (ASK[:-1] + bytes([ASK[-1] ^ 1]), ASK + b"x", telegram(0, b"\x0a\x20", 9), telegram(7, b"\x0a\x20")):
        assert asked(PROTOCOL, data) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, ASK, ANSWER)
