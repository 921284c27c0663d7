"""VXLAN as an outer conversation."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.vxlan import PROTOCOL

from ._udp_cases import asked, fields, finding, on, survives, told

FRAME = bytes(7) + b"\2\3\4\5\6" + b"\x08\x06" + bytes(28)
PACKET = b"\x08\0\0\0\0\0\x2a\0" + FRAME


def test_networks_are_named() -> None:
    """One outer conversation may carry several."""
    update = told(PROTOCOL, (0, PACKET), (0, b"\x08\0\0\0\0\x01\0\0" + FRAME))
    assert fields(update) == {"vxlan_vni": (42, 256)} and finding(update).summary == "network 42"


def test_claims() -> None:
    """On its port by the header, elsewhere with a frame that fits."""
    assert asked(PROTOCOL, PACKET) is asked(PROTOCOL, PACKET, on(4789)) is Claim.YES
    assert asked(PROTOCOL, PACKET[:8], on(4789)) is Claim.WEAK
    assert (
        asked(PROTOCOL, PACKET[:8])
        is asked(PROTOCOL, bytes(60), on(4789))
        is asked(PROTOCOL, PACKET[:7], on(4789))
        is Claim.NO
    )


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, PACKET, port=4789)
