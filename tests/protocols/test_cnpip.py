"""CNP/IP."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.cnpip import PROTOCOL

from ._udp_cases import asked, fields, on, survives, told

PACKET = b"\0\x20\1\1" + bytes(28)


def test_packets() -> None:
    """Kinds, on the port only."""
    assert fields(told(PROTOCOL, (0, PACKET), (1, b"\0\x14\1\x71" + bytes(16)))) == {"cnpip_type": ("DATA", "CONFIGURATION")}
    assert asked(PROTOCOL, PACKET, on(1628)) is Claim.YES and asked(PROTOCOL, PACKET) is Claim.NO
    for data in (PACKET[:-1], b"\0\x20\2" + PACKET[3:], b"\0\x20\1\x99" + PACKET[4:], PACKET[:10]):
        assert asked(PROTOCOL, data, on(1628)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, PACKET, port=1628)
