"""sFlow."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.sflow import PROTOCOL

from ._udp_cases import asked, fields, finding, on, survives, told

SAMPLE = struct.pack("!II", 1, 8) + bytes(8) + struct.pack("!II", 2, 4) + bytes(4)
V5 = struct.pack("!II4sIIII", 5, 1, bytes([192, 0, 2, 9]), 0, 1, 2, 2) + SAMPLE
V5_IPV6 = struct.pack("!II16sIIII", 5, 2, bytes.fromhex("20010db8") + bytes(11) + b"\1", 0, 1, 2, 1) + SAMPLE[:16]
V4 = struct.pack("!II4sIII", 4, 1, bytes([192, 0, 2, 9]), 1, 2, 1)


def test_agents_and_samples() -> None:
    """Version, agent of either family, kinds of samples."""
    update = told(PROTOCOL, (0, V5), (0, V5_IPV6))
    assert fields(update) == {
        "sflow_version": (5,),
        "sflow_agent": ("192.0.2.9", "2001:db8::1"),
        "sflow_sample": ("flow", "counters"),
    }
    assert finding(update).state == "EXPORT"


def test_claims() -> None:
    """Version 5 anywhere when it fits exactly, older ones on the port."""
    assert asked(PROTOCOL, V5) is asked(PROTOCOL, V4, on(6343)) is asked(PROTOCOL, V5[:-1], on(6343)) is Claim.YES
    assert asked(PROTOCOL, V4) is asked(PROTOCOL, V5 + b"x") is asked(PROTOCOL, bytes(40), on(6343)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, V5, V5_IPV6, port=6343)
