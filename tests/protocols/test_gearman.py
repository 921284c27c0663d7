"""Gearman packets."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.gearman import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run


def packet(word: bytes, kind: int, body: bytes = b"") -> bytes:
    return b"\0" + word + struct.pack("!II", kind, len(body)) + body


TALK: list[Flight] = [
    (0, packet(b"REQ", 1, b"resize") + packet(b"REQ", 7, b"reverse\0id\0secret")),
    (1, packet(b"RES", 8, b"H:1") + packet(b"RES", 13, b"H:1\0result")),
]


def test_conversation() -> None:
    """Recognised however it is cut; functions, no work."""
    assert check(PROTOCOL, TALK) == {
        "gearman_packet": ("CAN_DO", "SUBMIT_JOB", "JOB_CREATED", "WORK_COMPLETE"),
        "gearman_function": ("resize", "reverse"),
    }
    assert "secret" not in repr(run(PROTOCOL, TALK))


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (b"\0REX", packet(b"REQ", 99), b"\0\0"):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
