"""OLSR and AODV."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.manet import PROTOCOLS

from ._udp_cases import asked, fields, on, survives, told

OLSR, AODV = PROTOCOLS
PACKET = struct.pack("!HH", 28, 1) + struct.pack("!BBH", 1, 0, 12) + bytes(8) + struct.pack("!BBH", 2, 0, 12) + bytes(8)
REQUEST = b"\1" + bytes(23)


def test_messages() -> None:
    """By name."""
    assert fields(told(OLSR, (0, PACKET))) == {"olsr_message": ("HELLO", "TC")}
    assert fields(told(AODV, (0, REQUEST))) == {"aodv_message": ("RREQ",)}


def test_claims() -> None:
    """Only on their ports, with lengths that fit."""
    assert asked(OLSR, PACKET, on(698)) is asked(AODV, REQUEST, on(654)) is Claim.YES
    assert asked(OLSR, PACKET) is asked(AODV, REQUEST) is asked(OLSR, PACKET[:-1], on(698)) is Claim.NO
    assert asked(AODV, REQUEST[:-1], on(654)) is asked(OLSR, b"\0\x08\0\1\1\0\0\0", on(698)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(OLSR, PACKET, port=698)
    survives(AODV, REQUEST, port=654)
