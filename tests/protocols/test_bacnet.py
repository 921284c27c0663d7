"""BACnet/IP."""

from __future__ import annotations

import struct

import pytest

from netmon.protocols._contract import Claim
from netmon.protocols.bacnet import PROTOCOL

from ._udp_cases import asked, fields, finding, survives, told


def bvll(function: int, body: bytes) -> bytes:
    return struct.pack("!BBH", 0x81, function, 4 + len(body)) + body


WHO_IS = bvll(11, bytes.fromhex("0120ffff00ff1008"))
READ = bvll(10, bytes.fromhex("0104 0005 010c 0c00000001 194d".replace(" ", "")))
SEGMENTED = bvll(10, bytes.fromhex("0104 0805 01 0204 0e".replace(" ", "")))
ANSWER = bvll(10, bytes.fromhex("0108 00ff 01 05 30010c".replace(" ", "")))
FORWARDED = bvll(4, bytes(6) + bytes.fromhex("0100 1000".replace(" ", "")))
NETWORK = bvll(11, bytes.fromhex("018000"))


@pytest.mark.parametrize(
    ("data", "state", "summary"),
    [
        (WHO_IS, "UNCONFIRMED_REQUEST", "who-Is"),
        (READ, "CONFIRMED_REQUEST", "readProperty"),
        (SEGMENTED, "CONFIRMED_REQUEST", "readPropertyMultiple"),
        (ANSWER, "COMPLEX_ACK", "readProperty"),
        (FORWARDED, "UNCONFIRMED_REQUEST", "i-Am"),
        (NETWORK, "NETWORK_MESSAGE", "BROADCAST_NPDU"),
        (bvll(5, b"\0\x3c"), "REGISTER_FOREIGN_DEVICE", "REGISTER_FOREIGN_DEVICE"),
        (bvll(10, b"\1"), "UNICAST_NPDU", "UNICAST_NPDU"),
    ],
)
def test_services(data: bytes, state: str, summary: str) -> None:
    """Behind addresses, forwarding and segmentation."""
    update = told(PROTOCOL, (0, data))
    assert (finding(update).state, finding(update).summary) == (state, summary)
    assert ("bacnet_service" in fields(update)) == (summary[0].islower())
    assert asked(PROTOCOL, data) is Claim.YES


def test_claims() -> None:
    """Function and exact length."""
    for data in (WHO_IS[:-1], WHO_IS + b"x", bvll(13, b"x"), b"\x80" + WHO_IS[1:]):
        assert asked(PROTOCOL, data) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, WHO_IS, READ, ANSWER, port=47808)
