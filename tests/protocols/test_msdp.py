"""MSDP: source-active messages and keepalives."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim, Context
from netmon.protocols.msdp import PROTOCOL

from ._streams import ANYWHERE, Flight, check

ACTIVE = struct.pack("!BHB4s", 1, 20, 1, b"\x0a\0\0\1") + b"\0\0\0\x20" + b"\xef\1\1\1" + b"\x0a\1\1\1"
KEEP_ALIVE = b"\4\0\3"
TALK: list[Flight] = [(0, KEEP_ALIVE + ACTIVE), (1, KEEP_ALIVE), (1, ACTIVE)]


def test_conversation() -> None:
    """Recognised however it is cut; the rendezvous point is told, sources are not."""
    told = check(PROTOCOL, TALK)
    assert told == {"msdp_message": ("KEEPALIVE", "SOURCE_ACTIVE"), "msdp_rp": ("10.0.0.1",)}


def test_claims() -> None:
    """Keepalives need the port; counts and entries must agree."""
    assert PROTOCOL.claims(ANYWHERE, KEEP_ALIVE, KEEP_ALIVE) is Claim.MORE
    assert PROTOCOL.claims(Context("tcp", 1, 639), KEEP_ALIVE, b"") is Claim.YES
    for head in (
        b"\4\0\4",
        b"\x09\0\3",
        ACTIVE[:3] + b"\2" + ACTIVE[4:],
        ACTIVE[:8] + b"\0\0\0\x1f",
        ACTIVE[:1] + b"\0\x0a",
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
