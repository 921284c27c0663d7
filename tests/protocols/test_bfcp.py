"""BFCP over TCP and UDP."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.bfcp import PROTOCOL

from ._streams import ANYWHERE, Flight, check
from ._udp_cases import asked, fields, survives, told


def message(primitive: int, transaction: int, body: bytes = b"", version: int = 0x20, conference: int = 7) -> bytes:
    return struct.pack("!BBHIHH", version, primitive, len(body) // 4, conference, transaction, 3) + body


REQUEST = message(1, 1, b"\x05\4\0\1" + b"\x0a\3x\0")
STATUS = message(4, 1, b"\x1f\4\0\1")
TALK: list[Flight] = [(0, REQUEST), (1, STATUS), (0, message(11, 2)), (1, message(12, 2))]


def test_conversation() -> None:
    """Recognised however it is cut."""
    assert check(PROTOCOL, TALK) == {
        "bfcp_conference": (7,),
        "bfcp_primitive": ("FLOOR_REQUEST", "FLOOR_REQUEST_STATUS", "HELLO", "HELLO_ACK"),
    }


def test_stream_claims() -> None:
    """Bare headers say nothing alone; both directions belong to one conference."""
    hello, ack = message(11, 1), message(12, 1)
    assert PROTOCOL.claims(ANYWHERE, hello, b"") is Claim.MORE and PROTOCOL.claims(ANYWHERE, hello, ack) is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, hello, message(12, 1, conference=8)) is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b" y", b"") is Claim.NO


def test_datagrams() -> None:
    """Attributes must fill the message, and the message the datagram."""
    assert asked(PROTOCOL, REQUEST) is Claim.YES and asked(PROTOCOL, message(11, 1, version=0x40)) is Claim.WEAK
    for data in (REQUEST + b"x", REQUEST[:-1], message(1, 1, b"\0\0\0\0"), message(1, 1, b"\x05\7\0\1"), message(19, 1),
                 message(11, 1, conference=0)):  # fmt: skip
        assert asked(PROTOCOL, data) is Claim.NO
    assert fields(told(PROTOCOL, (0, REQUEST), (1, STATUS)))["bfcp_primitive"] == ("FLOOR_REQUEST", "FLOOR_REQUEST_STATUS")
    survives(PROTOCOL, REQUEST, STATUS)
