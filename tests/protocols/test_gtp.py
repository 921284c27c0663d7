"""GTP, all versions."""

from __future__ import annotations

import struct

import pytest

from netmon.protocols._contract import Claim
from netmon.protocols.gtp import PROTOCOL

from ._udp_cases import asked, fields, finding, on, survives, told

IP = bytes.fromhex("450000180001000040110000c0000201c0000202") + b"data"
TUNNELLED = struct.pack("!BBHI", 0x30, 255, len(IP), 0x1234) + IP
ECHO = struct.pack("!BBHIHBB", 0x32, 1, 4, 0, 1, 0, 0)
SESSION = struct.pack("!BBHIII", 0x48, 32, 12, 0, 7 << 8, 0)
PRIME = struct.pack("!BBHH", 0x4E, 240, 0, 1)
OLD = struct.pack("!BBH", 0x1E, 16, 0) + bytes(16)


@pytest.mark.parametrize(
    ("data", "version", "message"),
    [
        (TUNNELLED, "1", "G_PDU"),
        (ECHO, "1", "ECHO_REQUEST"),
        (SESSION, "2", "CREATE_SESSION_REQUEST"),
        (b"\x2e" + PRIME[1:], "'", "DATA_RECORD_TRANSFER_REQUEST"),
        (OLD, "0", "CREATE_PDP_REQUEST"),
    ],
)
def test_versions(data: bytes, version: str, message: str) -> None:
    """Each has its own header."""
    update = told(PROTOCOL, (0, data))
    assert (fields(update)["gtp_version"], fields(update)["gtp_message"]) == ((version,), (message,))
    assert finding(update).summary == f"v{version} {message}"


def test_tunnels_are_named() -> None:
    """The endpoint identifier, where it is not zero."""
    assert fields(told(PROTOCOL, (0, TUNNELLED)))["gtp_teid"] == ("0x00001234",)
    assert "gtp_teid" not in fields(told(PROTOCOL, (0, ECHO)))


def test_claims() -> None:
    """On its ports by the header; elsewhere a tunnelled packet that fits, control weakly."""
    assert asked(PROTOCOL, TUNNELLED) is asked(PROTOCOL, ECHO, on(2152)) is asked(PROTOCOL, OLD, on(3386)) is Claim.YES
    assert asked(PROTOCOL, SESSION) is Claim.WEAK
    for data in (ECHO, TUNNELLED[:-1], TUNNELLED + b"x"):
        assert asked(PROTOCOL, data) is Claim.NO
    assert asked(PROTOCOL, b"\xff" * 40, on(2152)) is asked(PROTOCOL, b"\x30", on(2152)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, TUNNELLED, SESSION, port=2152)
