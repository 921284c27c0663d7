"""Mumble's pings."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.mumble import PROTOCOL

from ._udp_cases import ELSEWHERE, asked, fields, finding, on, survives, told

ASK = bytes(4) + b"identity"
ANSWER = struct.pack("!I8sIII", 0x00010305, b"identity", 3, 100, 72000)


def test_conversation() -> None:
    """Version and load; then voice."""
    update = told(PROTOCOL, (0, ASK), (1, ANSWER), (0, b"\x80" * 40))
    assert fields(update) == {"mumble_version": ("1.3.5",), "mumble_users": (3,), "mumble_users_maximum": (100,)}
    assert finding(update).state == "VOICE"


def test_claims() -> None:
    """A pair of the same identifier is sure; one alone is not, or by the port."""
    assert PROTOCOL.claims(ELSEWHERE, ASK, ANSWER) is Claim.YES
    assert PROTOCOL.claims(ELSEWHERE, bytes(4) + b"identitx", ANSWER) is Claim.NO
    assert asked(PROTOCOL, ASK) is Claim.MORE and asked(PROTOCOL, ASK, on(64738)) is Claim.WEAK
    assert asked(PROTOCOL, ANSWER, on(64738)) is Claim.YES
    for data in (ASK + b"x", struct.pack("!I8sIII", 0x10305, b"x", 300, 100, 72000), b"\1" + ANSWER[1:]):
        assert asked(PROTOCOL, data, on(64738)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, ASK, ANSWER, port=64738)
