"""Teredo as an outer conversation."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.teredo import PROTOCOL

from ._udp_cases import asked, fields, on, survives, told

A = bytes.fromhex("20010000") + bytes(11) + b"\1"
B = bytes.fromhex("fe80") + bytes(13) + b"\2"
PACKET = bytes.fromhex("6000000000003b40") + A + B
WRAPPED = b"\0\1\2\1idx" + bytes(9) + b"\0\0\1\2\3\4\5\6" + PACKET


def test_what_is_carried_is_named() -> None:
    """Behind authentication and origin indications too."""
    for data in (PACKET, WRAPPED):
        assert fields(told(PROTOCOL, (0, data))) == {"teredo_address": ("2001::1", "fe80::2")}


def test_claims() -> None:
    """By a Teredo address anywhere, by the packet on the port."""
    other = PACKET[:8] + B + B
    assert asked(PROTOCOL, PACKET) is asked(PROTOCOL, other, on(3544)) is Claim.YES
    assert asked(PROTOCOL, other) is asked(PROTOCOL, PACKET[:-1], on(3544)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, PACKET, WRAPPED, port=3544)
