"""Citrix ICA and CGP."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.citrix import PROTOCOL

from ._streams import ANYWHERE, Flight, check

TALK: list[Flight] = [(1, b"\x7f\x7fICA\0"), (0, b"\x7f\x7fICA\0" + bytes(20))]


def test_conversation() -> None:
    """Recognised however it is cut, and nothing is told."""
    assert check(PROTOCOL, TALK) == {}
    assert check(PROTOCOL, [(0, b"\x1aCGP/01" + bytes(40)), (1, b"\x1aCGP/01")]) == {}


def test_others() -> None:
    """What only looks alike is refused."""
    for client, server in ((b"", b"\x7fELF"), (b"GET", b""), (b"\x1aCGPX", b"")):
        assert PROTOCOL.claims(ANYWHERE, client, server) is Claim.NO
