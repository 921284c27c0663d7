"""Photon's commands."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.photon import PROTOCOL

from ._udp_cases import asked, fields, survives, told


def command(kind: int, body: bytes) -> bytes:
    return struct.pack("!BBBBII", kind, 0xFF, 1, 4, 12 + len(body), 1) + body


def datagram(*commands: bytes, checked: int = 0) -> bytes:
    return (
        struct.pack("!HBBII", 0xFFFF, checked, len(commands), 4, 0x22B6E6BA)
        + (b"crc!" if checked else b"")
        + b"".join(commands)
    )


CONNECT = datagram(command(2, bytes(32)))
ANSWER = datagram(command(1, bytes(8)), command(3, bytes(32)))
DATA = datagram(command(6, b"secret"), checked=0xCC)


def test_conversation() -> None:
    """Kinds of commands."""
    update = told(PROTOCOL, (0, CONNECT), (1, ANSWER), (0, DATA))
    assert fields(update) == {"photon_command": ("CONNECT", "ACKNOWLEDGE", "VERIFY_CONNECT", "SEND_RELIABLE")}
    assert "secret" not in repr(update)


def test_claims() -> None:
    """Commands fill the datagram."""
    assert asked(PROTOCOL, CONNECT) is asked(PROTOCOL, ANSWER) is asked(PROTOCOL, DATA) is Claim.YES
    for data in (CONNECT[:-1], CONNECT + b"x", datagram(command(2, bytes(30))), datagram(command(99, bytes(8))), bytes(40)):
        assert asked(PROTOCOL, data) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, CONNECT, ANSWER)
