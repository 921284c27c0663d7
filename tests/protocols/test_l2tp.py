"""L2TP as an outer conversation."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.l2tp import PROTOCOL

from ._udp_cases import asked, fields, finding, on, survives, told


def pair(kind: int, value: bytes) -> bytes:
    return struct.pack("!HHH", 0x8000 | len(value) + 6, 0, kind) + value


PAIRS = pair(0, b"\0\1") + pair(7, b"gateway") + pair(11, b"challenge")
START = struct.pack("!HHHHHH", 0xC802, 12 + len(PAIRS), 3, 0, 0, 0) + PAIRS
ACK = struct.pack("!HHHHHH", 0xC802, 12, 3, 0, 1, 1)
DATA = struct.pack("!HHH", 0x0002, 3, 9) + b"\xff\x03\x00\x21data"


def test_control_and_data() -> None:
    """Message, host name, tunnel; state follows."""
    update = told(PROTOCOL, (0, START))
    assert fields(update) == {
        "l2tp_version": (2,),
        "l2tp_tunnel": (3,),
        "l2tp_message": ("SCCRQ",),
        "l2tp_host": ("gateway",),
    }
    assert finding(update).state == "SCCRQ"
    assert finding(told(PROTOCOL, (0, ACK))).state == "ACK"
    assert finding(told(PROTOCOL, (0, START), (0, DATA))).state == "DATA"


def test_claims() -> None:
    """Control messages anywhere, data by the port and weakly."""
    assert asked(PROTOCOL, START) is asked(PROTOCOL, ACK) is Claim.YES
    assert asked(PROTOCOL, DATA, on(1701)) is Claim.WEAK
    assert asked(PROTOCOL, DATA) is asked(PROTOCOL, START + b"x") is asked(PROTOCOL, b"\xff" * 12, on(1701)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise; a pair of length 0 ends the walk."""
    survives(PROTOCOL, START, struct.pack("!HHHHHH", 0xC802, 20, 3, 0, 0, 0) + bytes(8), port=1701)
