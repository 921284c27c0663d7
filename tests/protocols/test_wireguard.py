"""WireGuard."""

from __future__ import annotations

import struct

import pytest

from netmon.model.finding import Role
from netmon.protocols._contract import Claim
from netmon.protocols.wireguard import PROTOCOL

from ._udp_cases import asked, fields, finding, on, survives, told

INITIATION = struct.pack("<II", 1, 77) + bytes(range(32)) + bytes(108)
RESPONSE = struct.pack("<III", 2, 88, 77) + bytes(range(32)) + bytes(48)
COOKIE = struct.pack("<II", 3, 77) + bytes(56)
TRANSPORT = struct.pack("<IIQ", 4, 88, 5) + bytes(range(32))


def test_handshake_and_transport() -> None:
    """Message types, the handshake time, the state."""
    update = told(PROTOCOL, (0, INITIATION), (1, RESPONSE), (0, TRANSPORT))
    assert fields(update) == {"wireguard_type": (1, 2, 4)}
    assert finding(update).state == "ESTABLISHED"
    assert [half.role for half in update.exchanges] == [Role.REQUEST, Role.RESPONSE]
    assert update.exchanges[0].key == update.exchanges[1].key


def test_claims() -> None:
    """Handshakes are sure, the rest is weak away from the port."""
    assert asked(PROTOCOL, INITIATION) is asked(PROTOCOL, RESPONSE) is asked(PROTOCOL, TRANSPORT, on(51820)) is Claim.YES
    assert asked(PROTOCOL, TRANSPORT) is asked(PROTOCOL, COOKIE) is Claim.WEAK


@pytest.mark.parametrize(
    "data", [INITIATION[:-1], TRANSPORT + b"x", TRANSPORT[:16] + bytes(32), b"\1\0\0\1" + INITIATION[4:], bytes(64)]
)
def test_wrong_sizes_and_reserved_octets_are_refused(data: bytes) -> None:
    """Not claimed, even on the port."""
    assert asked(PROTOCOL, data, on(51820)) is Claim.NO


def test_padded_handshakes_at_home() -> None:
    """Variants that hide from filters make the messages longer: claimed on the usual port only."""
    assert asked(PROTOCOL, RESPONSE + bytes(8), on(51820)) is Claim.YES
    assert asked(PROTOCOL, RESPONSE + bytes(8)) is Claim.NO
    assert fields(told(PROTOCOL, (1, RESPONSE + bytes(8)), context=on(51820)))["wireguard_type"] == (2,)


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, INITIATION, TRANSPORT, port=51820)
