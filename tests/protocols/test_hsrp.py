"""HSRP."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.hsrp import PROTOCOL

from ._udp_cases import asked, fields, finding, on, survives, told

V1 = struct.pack("!8B8s4s", 0, 0, 16, 3, 10, 120, 7, 0, b"s3cret\0\0", bytes([192, 0, 2, 254]))
V2 = bytes([1, 40, 2, 0, 6, 4]) + struct.pack("!H", 300) + bytes(18) + bytes([192, 0, 2, 253]) + bytes(12)


def test_both_versions() -> None:
    """State, group, virtual address; not the password."""
    update = told(PROTOCOL, (0, V1))
    assert fields(update) == {
        "hsrp_version": (1,),
        "hsrp_operation": ("HELLO",),
        "hsrp_group": (7,),
        "hsrp_address": ("192.0.2.254",),
    }
    assert (finding(update).state, finding(update).summary) == ("ACTIVE", "group 7 192.0.2.254 active")
    assert "s3cret" not in str(update)
    update = told(PROTOCOL, (0, V2))
    assert (fields(update)["hsrp_group"], fields(update)["hsrp_address"]) == ((300,), ("192.0.2.253",))


def test_claims() -> None:
    """Only on its ports."""
    assert asked(PROTOCOL, V1, on(1985)) is asked(PROTOCOL, V2, on(2029)) is Claim.YES
    assert (
        asked(PROTOCOL, V1) is asked(PROTOCOL, b"\0\x09" + V1[2:], on(1985)) is asked(PROTOCOL, V1[:7], on(1985)) is Claim.NO
    )


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, V1, V2, port=1985)
