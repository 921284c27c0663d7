"""WHOIS: a question and a registry's words."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context, Status
from netmon.protocols.whois import PROTOCOL

from ._streams import ANYWHERE

USUAL = Context("tcp", 50000, 43)
ANSWER = b"% IANA WHOIS server\n% for more information\n\nrefer: whois.verisign-grs.com\n"


def test_claims() -> None:
    """On its port the registry's words are enough; elsewhere question and answer are weak evidence."""
    assert PROTOCOL.claims(USUAL, b"example.com\r\n", ANSWER) is Claim.YES
    assert PROTOCOL.claims(USUAL, b"", b"   Domain Name: EXAMPLE.COM\r\n") is Claim.YES
    assert PROTOCOL.claims(USUAL, b"example.com\r\n", b"") is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, b"example.com\r\n", ANSWER) is Claim.WEAK
    assert PROTOCOL.claims(ANYWHERE, b"example.com\r\n", b"x" * 600) is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"\x16\x03\x01\xff", b"") is Claim.NO


def test_monotone() -> None:
    """No beginning is refused."""
    for cut in range(1, 40):
        assert PROTOCOL.claims(USUAL, b"example.com\r\n"[:cut], ANSWER[:cut]) is not Claim.NO


def test_nothing_is_told() -> None:
    """What was asked may be a person."""
    inspector = PROTOCOL.start(USUAL)
    assert inspector.feed(0, b"alice@example.com\r\n", 0) is Status.DONE
    update = inspector.update()
    assert update is not None and update.finding is not None
    assert (update.finding.label, update.finding.fields) == ("WHOIS", ())
