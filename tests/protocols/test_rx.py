"""Rx packets."""

from __future__ import annotations

import struct

from netmon.model.finding import Role
from netmon.protocols._contract import Claim
from netmon.protocols.rx import PROTOCOL

from ._udp_cases import asked, fields, on, survives, told


def packet(kind: int, flags: int = 1, service: int = 52, call: int = 7, sequence: int = 1, body: bytes = bytes(8)) -> bytes:
    head = struct.pack("!IIIII", 0x5F000000, 0x1234, call, sequence, 1)
    return head + struct.pack("!BBBBHH", kind, flags, 0, 0, 0, service) + body


CALL, REPLY = packet(1, 0x05), packet(1, 0x04)


def test_conversation() -> None:
    """Packets and services; a call and its reply."""
    update = told(
        PROTOCOL, (0, CALL), (1, REPLY), (0, packet(4, service=0, sequence=0)), (0, packet(1, service=9999, sequence=2))
    )
    assert fields(update) == {"rx_type": ("DATA", "ACK"), "rx_service": ("VOLUME_LOCATION", "9999")}
    assert [half.role for half in update.exchanges] == [Role.REQUEST, Role.RESPONSE]


def test_claims() -> None:
    """On the ports, or a first packet to a known service."""
    assert asked(PROTOCOL, CALL, on(7003)) is asked(PROTOCOL, packet(3, 0, 0, body=bytes(4)), on(7000)) is Claim.YES
    assert (
        asked(PROTOCOL, packet(4, 0, 99), on(7000))
        is asked(PROTOCOL, bytes(4) + CALL[4:], on(7000))
        is asked(PROTOCOL, CALL)
        is Claim.WEAK
    )
    for data in (REPLY, packet(1, 5, 99), CALL[:27], packet(9), packet(1, 0xC1)):
        assert asked(PROTOCOL, data) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, CALL, REPLY, port=7000)
