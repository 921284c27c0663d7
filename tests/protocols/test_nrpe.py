"""NRPE without TLS."""

from __future__ import annotations

import struct
from binascii import crc32

from netmon.protocols._contract import Claim
from netmon.protocols.nrpe import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run


def packet(kind: int, text: bytes, result: int = 0, version: int = 2) -> bytes:
    if version == 2:
        rest = struct.pack("!H", result) + text.ljust(1024, b"\0") + b"xx"
    else:
        rest = struct.pack("!HHI", result, 0, len(text) + 1) + text + b"\0" + bytes(3)
    head = struct.pack("!HH", version, kind)
    return head + struct.pack("!I", crc32(head + bytes(4) + rest)) + rest


TALK: list[Flight] = [(0, packet(1, b"check_secret!arg")), (1, packet(2, b"DISK secret", 2))]


def test_conversation() -> None:
    """Recognised however it is cut; results, no commands. Version 3 too."""
    told = check(PROTOCOL, TALK)
    assert told == {"nrpe_version": (2,), "nrpe_packet": ("QUERY", "RESPONSE"), "nrpe_result": ("CRITICAL",)}
    assert "secret" not in repr(run(PROTOCOL, TALK))
    assert PROTOCOL.claims(ANYWHERE, packet(1, b"check_load", version=3), b"") is Claim.YES


def test_others() -> None:
    """The check sum decides."""
    good = packet(1, b"check")
    for head in (good[:-1] + b"y", b"\0\2\0\7" + good[4:], b"\0\5"):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
