"""RMCP: ASF and IPMI."""

from __future__ import annotations

import pytest

from netmon.protocols._contract import Claim
from netmon.protocols.ipmi import PROTOCOL

from ._udp_cases import asked, fields, finding, survives, told

PING = bytes.fromhex("0600ff06 000011be 80000000")
V15 = bytes.fromhex("0600ff07 00 00000000 00000000 09 2018c88100388e04b5")
V15_AUTH = bytes.fromhex("0600ff07 02 00000001 00000002") + bytes(16) + b"\x02ab"
V20 = bytes.fromhex("0600ff07 06 10 00000000 00000000 0400 00000000")


@pytest.mark.parametrize(
    ("data", "version", "kind"),
    [
        (PING, "ASF", "PING"),
        (V15, "1.5", "IPMI"),
        (V15_AUTH, "1.5", "IPMI"),
        (V20, "2.0", "OPEN_SESSION_REQUEST"),
    ],
)
def test_messages(data: bytes, version: str, kind: str) -> None:
    """Each generation has its own header; claimed on any port."""
    update = told(PROTOCOL, (0, data))
    assert fields(update) == {"ipmi_message": (kind,), "ipmi_version": (version,)}
    assert finding(update).summary == f"{version} {kind}"
    assert asked(PROTOCOL, data) is Claim.YES


def test_claims() -> None:
    """An acknowledgement is weak; lengths must fit."""
    assert asked(PROTOCOL, b"\x06\0\x01\x86") is Claim.WEAK
    for data in (V15[:-1], V20[:-1], b"\x05" + PING[1:], PING[:11], PING[:8] + b"\x99" + PING[9:]):
        assert asked(PROTOCOL, data) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, PING, V15, V20)
