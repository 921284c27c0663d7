"""PCP and NAT-PMP."""

from __future__ import annotations

import struct

from netmon.model.finding import Role
from netmon.protocols._contract import Claim
from netmon.protocols.pcp import PROTOCOL

from ._udp_cases import asked, fields, finding, on, survives, told

ASK, TELL = b"\0\0", b"\0\x80\0\0" + bytes(4) + bytes([198, 51, 100, 7])
REFUSED = b"\0\x81\0\2" + bytes(4)
MAP = b"\2\1\0\0" + struct.pack("!I", 3600) + bytes(16) + bytes(36)
MAPPED = b"\2\x81\0\0" + bytes(20) + bytes(20) + bytes(10) + b"\xff\xff" + bytes([198, 51, 100, 8])


def test_both_generations() -> None:
    """Operations, results, the address outside, the response time."""
    update = told(PROTOCOL, (0, ASK), (1, TELL), (1, REFUSED), (0, MAP), (1, MAPPED))
    assert fields(update) == {
        "pcp_version": ("NAT-PMP", "PCP"),
        "pcp_operation": ("EXTERNAL_ADDRESS", "MAP_UDP", "MAP"),
        "pcp_result": (0, 2),
        "pcp_external_ip": ("198.51.100.7", "198.51.100.8"),
    }
    assert finding(update).state == "RESPONSE"
    assert [half.role for half in update.exchanges][:2] == [Role.REQUEST, Role.RESPONSE]


def test_claims() -> None:
    """Only on its ports, with the size of the operation."""
    for data in (ASK, TELL, REFUSED, MAP, MAPPED):
        assert asked(PROTOCOL, data, on(5351)) is Claim.YES and asked(PROTOCOL, data) is Claim.NO
    for data in (b"\0", b"\0\3", b"\0\1\0", b"\2\1\0\0", b"\1\0" + bytes(30)):
        assert asked(PROTOCOL, data, on(5351)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, TELL, MAP, MAPPED, port=5351)
