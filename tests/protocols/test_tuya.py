"""Tuya's frames over UDP and TCP."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.tuya import PROTOCOL

from ._streams import ANYWHERE, Flight, check
from ._udp_cases import asked, fields, survives, told


def old(command: int, body: bytes) -> bytes:
    return struct.pack("!IIII", 0x55AA, 1, command, len(body) + 8) + body + bytes(4) + b"\0\0\xaa\x55"


def new(command: int, body: bytes) -> bytes:
    return struct.pack("!IHIII", 0x6699, 0, 1, command, len(body)) + body + b"\0\0\x99\x66"


TALK: list[Flight] = [(0, old(10, bytes(30))), (1, old(10, bytes(60))), (0, new(7, bytes(40)) + old(0x77, bytes(9)))]


def test_conversation() -> None:
    """Recognised however it is cut."""
    assert check(PROTOCOL, TALK) == {"tuya_command": ("DP_QUERY", "CONTROL", "0x77"), "tuya_frame": ("55AA",)}
    assert PROTOCOL.claims(ANYWHERE, old(10, bytes(9))[:-1] + b"\x56", b"") is Claim.NO


def test_announcements() -> None:
    """Prefix, length and suffix."""
    announcement = old(0x13, bytes(40))
    assert fields(told(PROTOCOL, (0, announcement)))["tuya_command"] == ("UDP_NEW",)
    assert asked(PROTOCOL, announcement) is asked(PROTOCOL, new(0x13, bytes(40))) is Claim.YES
    for data in (announcement[:-1], announcement + b"x", announcement[:-1] + b"\x56", b"\0\0\x55\xab" + announcement[4:]):
        assert asked(PROTOCOL, data) is Claim.NO
    survives(PROTOCOL, announcement, new(0x13, bytes(40)))
