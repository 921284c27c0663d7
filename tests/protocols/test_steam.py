"""Steam discovery."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.steam import MAGIC, PROTOCOL

from ._udp_cases import asked, fields, finding, survives, told

MESSAGE = MAGIC + b"\x16\0\0\0\x08\xfchostname"


def test_discovery() -> None:
    """It is named; nothing inside is told."""
    update = told(PROTOCOL, (0, MESSAGE))
    assert finding(update).state == "DISCOVERY" and fields(update) == {}


def test_connection() -> None:
    """A packet of a connection to a server."""
    packet = b"VS01\4\0\2\0" + bytes(28) + b"abcd"
    assert asked(PROTOCOL, packet) is Claim.YES
    assert finding(told(PROTOCOL, (0, packet))).state == "CHALLENGE"
    for data in (packet + b"x", packet[:6] + b"\x63" + packet[7:], b"VT01" + packet[4:]):
        assert asked(PROTOCOL, data) is Claim.NO
    survives(PROTOCOL, packet)


def test_claims() -> None:
    """By the magic on any port."""
    assert asked(PROTOCOL, MESSAGE) is Claim.YES
    assert asked(PROTOCOL, MESSAGE[:7]) is asked(PROTOCOL, b"\xff" * 20) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, MESSAGE)
