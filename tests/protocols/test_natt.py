"""NAT traversal: SPIs are named (the rest is in test_ike)."""

from __future__ import annotations

from netmon.protocols.natt import PROTOCOL

from ._udp_cases import fields, told


def test_security_parameter_indexes_are_listed() -> None:
    """One per direction."""
    payloads = [(0, bytes.fromhex("01020304") + bytes(30)), (1, bytes.fromhex("a1b2c3d4") + bytes(30)), (0, b"\xff")]
    assert fields(told(PROTOCOL, *payloads)) == {"ipsec_spi": ("0x01020304", "0xa1b2c3d4")}
