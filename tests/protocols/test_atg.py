"""Tank gauges."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.atg import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run

TALK: list[Flight] = [(0, b"\x01I20100\n"), (1, b"\x01\r\nI20100\r\n09/19/2020\r\n\r\nSTATION secret\r\n\x03")]


def test_conversation() -> None:
    """Recognised however it is cut; the function, no stock."""
    assert check(PROTOCOL, TALK) == {"atg_function": ("I20100",)}
    assert "secret" not in repr(run(PROTOCOL, TALK))


def test_others() -> None:
    """The answer must repeat the question."""
    for client, server in (
        (TALK[0][1], b"\x01\r\nI20200"),
        (TALK[0][1], b"9999FF1B"),
        (b"\x01X20100", b""),
        (b"\x01I2x", b""),
    ):
        assert PROTOCOL.claims(ANYWHERE, client, server) is Claim.NO
