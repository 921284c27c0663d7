"""BJNP."""

from __future__ import annotations

import struct

from netmon.model.finding import Role
from netmon.protocols._contract import Claim
from netmon.protocols.bjnp import PROTOCOL

from ._udp_cases import asked, fields, survives, told


def message(device: int, command: int, body: bytes = b"") -> bytes:
    return b"BJNP" + struct.pack("!BBHHHI", device, command, 0, 5, 0, len(body)) + body


ASK, ANSWER = message(2, 1), message(0x82, 1, bytes(16))


def test_conversation() -> None:
    """Devices, commands, pairs."""
    update = told(PROTOCOL, (0, ASK), (1, ANSWER), (0, message(1, 0x77)))
    assert fields(update) == {"bjnp_device": ("SCANNER", "PRINTER"), "bjnp_command": ("DISCOVER", "0x77")}
    assert [half.role for half in update.exchanges] == [Role.REQUEST, Role.RESPONSE, Role.REQUEST]


def test_claims() -> None:
    """Mark, device, length."""
    assert asked(PROTOCOL, ASK) is asked(PROTOCOL, b"MFNP" + ANSWER[4:]) is Claim.YES
    for data in (ASK[:-1], ASK + b"x", message(9, 1), b"BJNX" + ASK[4:]):
        assert asked(PROTOCOL, data) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, ASK, ANSWER)
