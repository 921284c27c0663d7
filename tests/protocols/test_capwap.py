"""CAPWAP and LWAPP."""

from __future__ import annotations

import pytest

from netmon.protocols._contract import Claim
from netmon.protocols.capwap import PROTOCOL

from ._udp_cases import asked, fields, finding, on, survives, told
from .test_dtls import conversation

DISCOVERY = bytes.fromhex("0010020000000000") + b"\0\0\0\1" + bytes(8)


@pytest.mark.parametrize(
    ("port", "data", "state"),
    [
        (5246, DISCOVERY, "DISCOVERY_REQUEST"),
        (5246, b"\1\0\0\0\x16\xfe\xff" + bytes(20), "ENCRYPTED"),
        (5247, DISCOVERY[:8] + b"frame", "DATA"),
        (12222, b"\0\0\0\4" + bytes(6), "LWAPP"),
    ],
)
def test_messages(port: int, data: bytes, state: str) -> None:
    """Control, encrypted control, data, and the ancestor; only where they usually are."""
    update = told(PROTOCOL, (0, data), context=on(port))
    assert finding(update).state == state
    assert ("capwap_message" in fields(update)) == (state == "DISCOVERY_REQUEST")
    assert asked(PROTOCOL, data, on(port)) is (Claim.WEAK if state == "DATA" else Claim.YES)
    assert asked(PROTOCOL, data) is Claim.NO


def test_others_are_not_claimed() -> None:
    """Wrong preamble, header length, record, technology or reserved bits."""
    for data in (
        DISCOVERY[:2] + b"\x3e" + DISCOVERY[3:],
        DISCOVERY[:3] + b"\1" + DISCOVERY[4:],
        b"\1\0\0\1\x16" + bytes(20),
        b"\x20" + DISCOVERY[1:],
        b"\0\0" + DISCOVERY[2:],
        b"\1\0\0\0\x50" + bytes(9),
        DISCOVERY[:10],
    ):
        assert asked(PROTOCOL, data, on(5246)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, DISCOVERY, port=5246)


def test_the_handshake_behind_the_preamble() -> None:
    """DTLS fields beside CAPWAP's own state."""
    flights = [(side, b"\1\0\0\0" + data) for side, data in conversation()]
    update = told(PROTOCOL, *flights, context=on(5246))
    assert finding(update).label == "CAPWAP"
    assert finding(update).state == "ENCRYPTED"
    assert fields(update)["tls_version"] == ("DTLS 1.2",)
