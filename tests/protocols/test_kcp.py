"""KCP segments."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.kcp import PROTOCOL

from ._udp_cases import asked, fields, survives, told


def segment(kind: int, body: bytes = b"", window: int = 128, conversation: int = 7) -> bytes:
    return struct.pack("<IBBHIIII", conversation, kind, 0, window, 1, 2, 3, len(body)) + body


PUSH, ACK = segment(81, b"secret"), segment(82)


def test_conversation() -> None:
    """Commands, no data."""
    update = told(PROTOCOL, (0, PUSH), (1, ACK + segment(84)))
    assert fields(update) == {"kcp_command": ("PUSH", "ACK", "WINDOW_TELL")} and "secret" not in repr(update)


def test_claims() -> None:
    """Lengths fill the datagram; one bare segment is weak."""
    assert asked(PROTOCOL, PUSH) is asked(PROTOCOL, ACK + ACK) is Claim.YES and asked(PROTOCOL, ACK) is Claim.WEAK
    for data in (PUSH[:-1], PUSH + b"x", segment(85), segment(82, b"x"), segment(81, b"x", 0),
                 ACK + segment(82, conversation=8), segment(82, conversation=0)):  # fmt: skip
        assert asked(PROTOCOL, data) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, PUSH, ACK + PUSH)
