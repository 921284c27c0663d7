"""Bolt's handshake."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.bolt import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run

OPENING = bytes.fromhex("6060b017 00030305 00020404 00000104 00000003")
TALK: list[Flight] = [(0, OPENING), (1, b"\0\0\3\5")]


def test_conversation() -> None:
    """Recognised however it is cut; a refusal is four zeros."""
    assert check(PROTOCOL, TALK) == {"bolt_version": ("5.3",)}
    finding, _, _ = run(PROTOCOL, [(0, OPENING), (1, bytes(4))])
    assert finding.state == "REFUSED"


def test_others() -> None:
    """What only looks alike is refused."""
    for client, server in ((OPENING[:4] + b"\1", b""), (b"\x60\x61", b""), (OPENING, b"HTTP")):
        assert PROTOCOL.claims(ANYWHERE, client, server) is Claim.NO
