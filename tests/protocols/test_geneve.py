"""Geneve as an outer conversation."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.geneve import PROTOCOL

from ._udp_cases import asked, fields, on, survives, told

FRAME = bytes(7) + b"\2\3\4\5\6" + b"\x08\x06" + bytes(28)
PACKET = b"\x01\0\x65\x58\0\0\x2a\0" + b"\0\0\0\0" + FRAME


def test_networks_and_contents_are_named() -> None:
    """With options before the payload."""
    assert fields(told(PROTOCOL, (0, PACKET))) == {"geneve_vni": (42,), "geneve_protocol": ("ethernet",)}


def test_claims() -> None:
    """With a payload that fits; weakly on its port by the header."""
    assert asked(PROTOCOL, PACKET) is asked(PROTOCOL, PACKET, on(6081)) is Claim.YES
    assert asked(PROTOCOL, PACKET[:12], on(6081)) is Claim.WEAK
    assert asked(PROTOCOL, b"\0\0\0\3" + PACKET[4:], on(6081)) is Claim.NO
    assert asked(PROTOCOL, PACKET[:12]) is asked(PROTOCOL, PACKET[:11], on(6081)) is Claim.NO
    assert asked(PROTOCOL, b"\x41" + PACKET[1:], on(6081)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, PACKET, port=6081)
