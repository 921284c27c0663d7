"""CAN over UDP."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.can import PROTOCOL

from ._udp_cases import ELSEWHERE, asked, finding, survives

FRAMES = b"ISO11898\1\2\x6a\x12\xf1" + bytes(30)


def test_frames() -> None:
    """By the standard's name; nothing is told."""
    assert asked(PROTOCOL, FRAMES) is Claim.YES
    assert asked(PROTOCOL, b"ISO11898") is asked(PROTOCOL, b"ISO11899" + FRAMES) is Claim.NO
    inspector = PROTOCOL.start(ELSEWHERE)
    inspector.feed(0, FRAMES, 0)
    update = inspector.update()
    assert update is not None and finding(update).fields == ()
    survives(PROTOCOL, FRAMES)
