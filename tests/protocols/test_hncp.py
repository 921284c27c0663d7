"""HNCP."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.hncp import PROTOCOL

from ._udp_cases import asked, fields, on, survives, told


def tlv(kind: int, body: bytes) -> bytes:
    return struct.pack("!HH", kind, len(body)) + body + bytes(-len(body) % 4)


MESSAGE = tlv(3, bytes(8)) + tlv(4, bytes(8)) + tlv(32, b"abcde") + tlv(999, b"")


def test_tlvs() -> None:
    """By name, on the port only."""
    assert fields(told(PROTOCOL, (0, MESSAGE))) == {"hncp_tlv": ("NODE_ENDPOINT", "NETWORK_STATE", "HNCP_VERSION", "999")}
    assert asked(PROTOCOL, MESSAGE, on(8231)) is Claim.YES and asked(PROTOCOL, MESSAGE) is Claim.NO
    for data in (MESSAGE[:-1], tlv(4, bytes(8)), b"\0\3\0\x09ab"):
        assert asked(PROTOCOL, data, on(8231)) is Claim.NO
    survives(PROTOCOL, MESSAGE, port=8231)
