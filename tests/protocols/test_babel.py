"""Babel."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.babel import PROTOCOL

from ._udp_cases import asked, fields, on, survives, told

BODY = b"\4\6\0\0\0\1\1\x90" + b"\0" + b"\1\2\0\0" + b"\x08\4abcd"
PACKET = b"\x2a\2" + len(BODY).to_bytes(2, "big") + BODY
TRAILER = PACKET + b"\x10\2ab"


def test_tlvs() -> None:
    """By name; one octet of padding is none."""
    assert fields(told(PROTOCOL, (0, TRAILER))) == {"babel_tlv": ("HELLO", "PADN", "UPDATE")}


def test_claims() -> None:
    """TLVs fill the body; a trailer needs the port."""
    assert (
        asked(PROTOCOL, PACKET) is asked(PROTOCOL, TRAILER, on(6696)) is Claim.YES and asked(PROTOCOL, TRAILER) is Claim.NO
    )
    for data in (PACKET[:-1], b"\x2a\1" + PACKET[2:], b"\x2a\2\0\2\4\x09", b"\x2b" + PACKET[1:]):
        assert asked(PROTOCOL, data, on(6696)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, PACKET, port=6696)
