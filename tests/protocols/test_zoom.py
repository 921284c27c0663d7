"""Zoom's opening."""

from __future__ import annotations

from netmon.protocols._contract import CLIENT, SERVER, Claim, Status
from netmon.protocols.zoom import PROTOCOL

from ._udp_cases import ELSEWHERE, asked, survives

OPENING = b"\1\0\2\x7d" + b"identifiers-16-b" + bytes(87)
ANSWER = b"\2\0\1\x7d" + b"identifiers-16-b" + bytes(15)


def test_opening_and_answer() -> None:
    """The answer repeats what identifies the opening."""
    assert PROTOCOL.claims(ELSEWHERE, OPENING, ANSWER) is Claim.YES
    assert asked(PROTOCOL, OPENING) is asked(PROTOCOL, ANSWER) is Claim.MORE
    assert PROTOCOL.claims(ELSEWHERE, OPENING, ANSWER[:5] + b"x" + ANSWER[6:]) is Claim.NO
    assert PROTOCOL.claims(ELSEWHERE, ANSWER, OPENING) is asked(PROTOCOL, OPENING[:31]) is Claim.NO
    inspector = PROTOCOL.start(ELSEWHERE)
    assert inspector.feed(CLIENT, OPENING, 0) is Status.MORE and inspector.feed(SERVER, ANSWER, 0) is Status.DONE
    survives(PROTOCOL, OPENING, ANSWER)
