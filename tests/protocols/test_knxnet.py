"""KNXnet/IP."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.knxnet import PROTOCOL

from ._udp_cases import asked, fields, finding, survives, told

SEARCH = struct.pack("!HHH", 0x0610, 0x0201, 14) + bytes(8)
SECURE = struct.pack("!HHH", 0x0610, 0x0950, 10) + bytes(4)


def test_services() -> None:
    """By name."""
    update = told(PROTOCOL, (0, SEARCH), (0, SECURE))
    assert fields(update) == {"knx_service": ("SEARCH_REQUEST", "SECURE_WRAPPER")}
    assert finding(update).state == "SECURE_WRAPPER"


def test_claims() -> None:
    """Header, known service, exact length."""
    assert asked(PROTOCOL, SEARCH) is Claim.YES
    for data in (SEARCH[:-1], SEARCH + b"x", b"\6\x20" + SEARCH[2:], SEARCH[:2] + b"\x0f\xff" + SEARCH[4:], b"\6"):
        assert asked(PROTOCOL, data) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, SEARCH, port=3671)
