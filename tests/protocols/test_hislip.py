"""HiSLIP messages."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.hislip import PROTOCOL

from ._streams import ANYWHERE, Flight, check


def message(kind: int, body: bytes = b"", parameter: int = 0) -> bytes:
    return b"HS" + struct.pack("!BBIQ", kind, 0, parameter, len(body)) + body


TALK: list[Flight] = [
    (0, message(0, b"hislip0", 0x01005253)),
    (1, message(1, parameter=0x01000001)),
    (0, message(7, b"*IDN?\n")),
    (1, message(7, b"secret\n") + message(200)),
]


def test_conversation() -> None:
    """Recognised however it is cut."""
    assert check(PROTOCOL, TALK) == {
        "hislip_message": ("INITIALIZE", "INITIALIZE_RESPONSE", "DATA_END", "VENDOR_200"),
        "hislip_version": ("1.0",),
        "hislip_subaddress": ("hislip0",),
    }


def test_claims() -> None:
    """Prologue, type, length."""
    for head in (b"HX", b"HS\x60", message(7)[:8] + b"\xff" * 8):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
