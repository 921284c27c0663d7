"""Ethernet Global Data."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.egd import PROTOCOL

from ._udp_cases import asked, fields, on, survives, told

MESSAGE = struct.pack("<BBH4sIIIIHHI", 13, 1, 7, b"\x0a\0\0\1", 123, 1, 0, 1, 2, 0, 0) + bytes(20)


def test_messages() -> None:
    """Producer and exchange, on the port only."""
    assert fields(told(PROTOCOL, (0, MESSAGE))) == {"egd_producer": ("10.0.0.1",), "egd_exchange": (123,)}
    assert asked(PROTOCOL, MESSAGE, on(18246)) is Claim.YES and asked(PROTOCOL, MESSAGE) is Claim.NO
    for data in (
        MESSAGE[:31],
        b"\x0e" + MESSAGE[1:],
        MESSAGE[:4] + bytes(4) + MESSAGE[8:],
        MESSAGE[:28] + b"\1" + MESSAGE[29:],
    ):
        assert asked(PROTOCOL, data, on(18246)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, MESSAGE, port=18246)
