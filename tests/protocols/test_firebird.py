"""Firebird's opening."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.firebird import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run


def opaque(value: bytes) -> bytes:
    return struct.pack("!I", len(value)) + value + bytes(-len(value) % 4)


USER = b"\x01\x04user\x04\x04host"
CONNECT = struct.pack("!IIII", 1, 19, 3, 1) + opaque(b"/data/hidden.fdb") + struct.pack("!I", 2) + opaque(USER) + bytes(40)
TALK: list[Flight] = [(0, CONNECT), (1, struct.pack("!IIII", 3, 0x800D, 1, 3))]


def test_conversation() -> None:
    """Recognised however it is cut; the path is not told."""
    assert check(PROTOCOL, TALK) == {"firebird_versions": (2,), "firebird_user": ("user",), "firebird_version": (13,)}
    assert "hidden" not in repr(run(PROTOCOL, TALK))
    finding, _, _ = run(PROTOCOL, [(0, CONNECT), (1, struct.pack("!II", 4, 0))])
    assert finding.state == "REJECTED"


def test_others() -> None:
    """Words in their ranges."""
    for client, server in (
        (struct.pack("!II", 1, 77), b""),
        (struct.pack("!I", 2), b""),
        (b"\1", b""),
        (CONNECT, b"\0\0\0\x77"),
    ):
        assert PROTOCOL.claims(ANYWHERE, client, server) is Claim.NO
