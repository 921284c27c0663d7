"""Syncthing's announcements."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.syncthing import PROTOCOL

from ._udp_cases import ELSEWHERE, asked, finding, survives

ANNOUNCEMENT = bytes.fromhex("2ea7d90b") + b"\x0a\x20" + bytes(range(32)) + b"\x12\x10tcp://0.0.0.0:22"


def test_announcement() -> None:
    """Magic and identifier; nothing is told."""
    assert asked(PROTOCOL, ANNOUNCEMENT) is Claim.YES
    inspector = PROTOCOL.start(ELSEWHERE)
    inspector.feed(0, ANNOUNCEMENT, 0)
    update = inspector.update()
    assert update is not None and finding(update).fields == ()
    for data in (ANNOUNCEMENT[:30], ANNOUNCEMENT[:4] + b"\x12" + ANNOUNCEMENT[5:], b"\x2e" * 50):
        assert asked(PROTOCOL, data) is Claim.NO
    survives(PROTOCOL, ANNOUNCEMENT)
