"""DNSCrypt: the mark of answers."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context
from netmon.protocols.dnscrypt import PROTOCOL

from ._streams import ANYWHERE, Flight, check
from ._udp_cases import ELSEWHERE, survives

QUERY, ANSWER = b"q6fnvWj9" + bytes(44) + bytes(16 + 256), b"r6fnvWj8" + bytes(24 + 16 + 128)
TALK: list[Flight] = [(0, len(QUERY).to_bytes(2, "big") + QUERY), (1, len(ANSWER).to_bytes(2, "big") + ANSWER)]


def test_conversation() -> None:
    """Recognised however it is cut, and nothing is told."""
    assert check(PROTOCOL, TALK) == {}
    assert PROTOCOL.claims(ANYWHERE, b"\1\0", b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, TALK[0][1], b"\0\x10r6fnvWj8") is Claim.NO


def test_datagrams() -> None:
    """A question must be padded, an answer marked."""
    assert PROTOCOL.claims(ELSEWHERE, QUERY, b"") is PROTOCOL.claims(ELSEWHERE, bytes(576), b"") is Claim.MORE
    assert PROTOCOL.claims(ELSEWHERE, QUERY, ANSWER) is PROTOCOL.claims(ELSEWHERE, b"", ANSWER) is Claim.YES
    assert PROTOCOL.claims(ELSEWHERE, QUERY + b"x", ANSWER) is PROTOCOL.claims(ELSEWHERE, ANSWER[:40], b"") is Claim.NO
    inspector = PROTOCOL.start(Context("udp", 1, 443))
    inspector.feed(1, ANSWER, 0)
    update = inspector.update()
    assert update is not None and update.finding is not None and update.finding.label == "DNSCrypt"
    survives(PROTOCOL, QUERY, ANSWER)
