"""TRDP."""

from __future__ import annotations

import struct
from binascii import crc32

from netmon.protocols._contract import Claim
from netmon.protocols.trdp import PROTOCOL

from ._udp_cases import asked, fields, survives, told


def message(kind: bytes, telegram: int, size: int) -> bytes:
    head = (struct.pack("!IBB2sI", 1, 1, 0, kind, telegram)).ljust(size - 4, b"\0")
    return head + crc32(head).to_bytes(4, "little")


DATA, REQUEST = message(b"Pd", 1000, 40) + bytes(64), message(b"Mr", 2000, 116) + bytes(8)


def test_messages() -> None:
    """Types and telegrams."""
    assert fields(told(PROTOCOL, (0, DATA), (0, REQUEST))) == {
        "trdp_type": ("PROCESS_DATA", "REQUEST"),
        "trdp_comid": (1000, 2000),
    }


def test_claims() -> None:
    """The check sum decides."""
    assert asked(PROTOCOL, DATA) is asked(PROTOCOL, REQUEST) is Claim.YES
    for data in (DATA[:39], DATA[:20] + b"x" + DATA[21:], message(b"Px", 1, 40), message(b"Mr", 1, 40)):
        assert asked(PROTOCOL, data) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, DATA, REQUEST)
