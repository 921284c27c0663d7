"""PTP over UDP."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.ptp import PROTOCOL

from ._udp_cases import asked, fields, finding, on, survives, told

SYNC = struct.pack("!BBHB", 0x10, 2, 44, 5) + bytes(15) + bytes.fromhex("0200000000000001") + bytes(16)
V1 = b"\0\1\0\1" + bytes(16) + b"\1" + bytes(11) + b"\1" + bytes(20)


def test_messages() -> None:
    """Kind, version, domain, clock."""
    update = told(PROTOCOL, (0, SYNC))
    assert fields(update) == {
        "ptp_message": ("SYNC",),
        "ptp_version": (2,),
        "ptp_domain": (5,),
        "ptp_clock": ("0200000000000001",),
    }
    assert finding(told(PROTOCOL, (0, V1))).summary == "v1 DELAY_REQUEST"


def test_claims() -> None:
    """Only on its ports and with a length that fits."""
    assert asked(PROTOCOL, SYNC, on(319)) is asked(PROTOCOL, V1, on(320)) is Claim.YES
    for data, port in (
        (SYNC, 50002),
        (SYNC[:40], 319),
        (b"\x1f" + SYNC[1:], 319),
        (bytes(50), 320),
        (V1[:20] + b"\3" + V1[21:], 320),
    ):
        assert asked(PROTOCOL, data, on(port)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, SYNC, V1, port=319)
