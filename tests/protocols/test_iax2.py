"""IAX2: calls, registration, voice."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.iax2 import PROTOCOL

from ._udp_cases import asked, fields, on, survives, told


def full(kind: int, subclass: int, body: bytes = b"", call: int = 1, other: int = 0, order: int = 0) -> bytes:
    return struct.pack("!HHIBBBB", 0x8000 | call, other, 3, order, 0, kind, subclass) + body


NEW = full(6, 1, b"\x0b\2\0\2\1\0045551\6\4user")
ACCEPT = full(6, 7, b"\x09\4\0\0\0\4", other=1)
HANGUP = full(6, 5, b"\x16\6Normal", other=2, order=4)


def test_conversation() -> None:
    """Messages, version, cause; numbers and names are not told, voice is passed over."""
    update = told(PROTOCOL, (0, NEW), (1, ACCEPT), (0, b"\0\1\0\2" + bytes(20)), (0, full(2, 4, bytes(8))), (0, HANGUP))
    assert fields(update) == {
        "iax2_message": ("NEW", "ACCEPT", "VOICE", "HANGUP"),
        "iax2_version": (2,),
        "iax2_cause": ("Normal",),
    }
    assert "5551" not in repr(update) and len(update.exchanges) == 2


def test_claims() -> None:
    """What begins a call is sure anywhere, the rest on the port; elements must fill the frame."""
    assert asked(PROTOCOL, NEW) is asked(PROTOCOL, HANGUP, on(4569)) is Claim.YES
    assert asked(PROTOCOL, full(2, 4, bytes(8)), on(4569)) is Claim.WEAK
    assert asked(PROTOCOL, HANGUP) is asked(PROTOCOL, full(2, 4, bytes(8))) is Claim.NO
    for data in (NEW[:-1], NEW + b"\x99", full(6, 99), full(11, 1), b"\0\1\0\2", NEW[:12] + b"\x66\0"):
        assert asked(PROTOCOL, data, on(4569)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, NEW, HANGUP, port=4569)
