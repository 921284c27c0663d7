"""ADS over TCP."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.ads import PROTOCOL

from ._streams import ANYWHERE, Flight, check


def message(command: int, flags: int, body: bytes = b"", error: int = 0) -> bytes:
    ends = b"\x0a\0\0\1\1\1" + struct.pack("<H", 851) + b"\x0a\0\0\2\1\1" + struct.pack("<H", 32000)
    ams = ends + struct.pack("<HHIII", command, flags, len(body), error, 9) + body
    return struct.pack("<HI", 0, len(ams)) + ams


TALK: list[Flight] = [(0, message(2, 4, bytes(12))), (1, message(2, 5, bytes(20), 0x706)), (0, message(9, 4, bytes(30)))]


def test_conversation() -> None:
    """Recognised however it is cut."""
    assert check(PROTOCOL, TALK) == {
        "ads_command": ("READ", "READ_WRITE"),
        "ads_target": ("10.0.0.1.1.1:851",),
        "ads_error": ("0x706",),
    }


def test_others() -> None:
    """Lengths that disagree, commands and flags that do not exist."""
    good = message(2, 4, bytes(12))
    for head in (
        message(77, 4),
        message(2, 8),
        b"\1" + good[1:],
        good[:2] + b"\x2d" + good[3:],
        good[:2] + b"\xff\xff\xff\xff",
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
