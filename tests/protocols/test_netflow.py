"""NetFlow and IPFIX."""

from __future__ import annotations

import struct

import pytest

from netmon.protocols._contract import Claim
from netmon.protocols.netflow import PROTOCOL

from ._udp_cases import asked, fields, finding, on, survives, told

V5 = struct.pack("!HHIIIIBBH", 5, 2, 1, 2, 3, 4, 0, 0, 0) + bytes(96)
TEMPLATE = struct.pack("!HHHHHH", 0, 12, 256, 1, 8, 4)
V9 = struct.pack("!HHIIII", 9, 2, 1, 2, 3, 77) + TEMPLATE + struct.pack("!HH", 256, 8) + bytes(4)
IPFIX = struct.pack("!HHIII", 10, 16 + 12, 1, 2, 78) + b"\0\2" + TEMPLATE[2:]


@pytest.mark.parametrize(
    ("data", "version", "domain", "sets", "summary"),
    [
        (V5, 5, None, ("data",), "v5"),
        (V9, 9, (77,), ("template", "data"), "v9"),
        (IPFIX, 10, (78,), ("template",), "IPFIX"),
    ],
)
def test_versions(data: bytes, version: int, domain: object, sets: tuple[str, ...], summary: str) -> None:
    """Version, observation domain, kinds of sets."""
    update = told(PROTOCOL, (0, data))
    assert fields(update).get("netflow_domain") == domain
    assert (fields(update)["netflow_version"], fields(update)["netflow_sets"]) == ((version,), sets)
    assert finding(update).summary == summary
    assert asked(PROTOCOL, data) is Claim.YES


def test_claims() -> None:
    """What does not fill the datagram needs the port; nonsense is refused there too."""
    for data in (V5[:-1], V9[:-2], IPFIX + b"x"):
        assert asked(PROTOCOL, data) is Claim.NO and asked(PROTOCOL, data, on(2055)) is Claim.WEAK
    assert asked(PROTOCOL, b"\0\5\0\0" + bytes(40), on(2055)) is asked(PROTOCOL, b"\0\6" + bytes(40), on(2055)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise; a set of length 0 ends the walk."""
    survives(PROTOCOL, V5[:40], V9, IPFIX, V9[:20] + bytes(40), port=2055)
