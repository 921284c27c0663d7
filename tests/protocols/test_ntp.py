"""NTP."""

from __future__ import annotations

import struct

import pytest

from netmon.model.finding import Exchange, Role
from netmon.protocols._contract import Claim, Context
from netmon.protocols.ntp import PROTOCOL

from ._udp_cases import ELSEWHERE, asked, fields, finding, on, survives, told

STAMP = struct.pack("!II", 0xE8000000, 0x12345678)
REQUEST = bytes([0x23, 0, 6, 0xEC]) + bytes(36) + STAMP
RESPONSE = bytes([0x24, 2, 6, 0xEC]) + struct.pack("!II", 0x100, 0x200) + bytes([192, 0, 2, 1]) + STAMP + STAMP * 3


def test_request_and_response() -> None:
    """Version, modes, strata, reference; the time stamp pairs them."""
    update = told(PROTOCOL, (0, REQUEST), (1, RESPONSE))
    assert fields(update) == {
        "ntp_version": (4,),
        "ntp_mode": (3, 4),
        "ntp_stratum": (0, 2),
        "ntp_reference": ("192.0.2.1",),
    }
    assert (finding(update).state, finding(update).summary) == ("SERVER", "stratum 2 192.0.2.1")
    assert update.exchanges == (Exchange(STAMP, Role.REQUEST, 0, "ntp"), Exchange(STAMP, Role.RESPONSE, 1, "ntp"))


def test_a_reference_clock_has_a_name() -> None:
    """Stratum 1."""
    clock = RESPONSE[:1] + b"\1" + RESPONSE[2:12] + b"GPS\0" + RESPONSE[16:]
    assert finding(told(PROTOCOL, (1, clock))).summary == "stratum 1 GPS"


@pytest.mark.parametrize(
    ("data", "state"), [(bytes([0x16, 2]) + bytes(10), "CONTROL"), (bytes([0x17, 0, 3, 42]) + bytes(44), "PRIVATE")]
)
def test_control_and_private_modes(data: bytes, state: str) -> None:
    """They have no stratum."""
    update = told(PROTOCOL, (0, data))
    assert finding(update).state == state and "ntp_stratum" not in fields(update)
    assert asked(PROTOCOL, data, on(123)) is Claim.YES and asked(PROTOCOL, data) is Claim.NO


def test_claims() -> None:
    """Sure on the port and where the stamps match, weakly elsewhere, not for nonsense."""
    assert asked(PROTOCOL, REQUEST, on(123)) is Claim.YES
    assert PROTOCOL.claims(ELSEWHERE, REQUEST, RESPONSE) is Claim.YES
    assert asked(PROTOCOL, REQUEST) is asked(PROTOCOL, RESPONSE) is Claim.WEAK
    assert asked(PROTOCOL, RESPONSE[:47], on(123)) is asked(PROTOCOL, b"\x24" + b"\xff" * 47) is Claim.NO
    assert PROTOCOL.claims(Context("udp", 1, 2), REQUEST, bytes(60)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, REQUEST, RESPONSE, port=123)
