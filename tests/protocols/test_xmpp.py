"""XMPP: stream headers, logins, STARTTLS."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Status
from netmon.protocols.xmpp import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run, text_of

OPEN = b"<?xml version='1.0'?><stream:stream to='Example.org' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
ANSWER = b"<?xml version='1.0'?><stream:stream from='example.org' xmlns='jabber:client'><stream:features/>"
LOGIN: list[Flight] = [
    (0, OPEN),
    (1, ANSWER),
    (0, b"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>secret</auth>"),
]


def test_login() -> None:
    """The domain; a login in clear is a risk and stays untold."""
    assert check(PROTOCOL, LOGIN) == {"xmpp_to": ("Example.org",)}
    finding, _, updates = run(PROTOCOL, LOGIN)
    assert (finding.state, finding.hostname, finding.risks) == ("AUTH", "example.org", ("clear-text-credentials",))
    assert "secret" not in text_of(updates)


def test_starttls() -> None:
    """After proceed the stream is handed on, wherever it was cut."""
    inspector = PROTOCOL.start(ANYWHERE)
    for side, data in [*LOGIN[:2], (0, b"<starttls/>"), (1, b"<proceed xmlns='urn:ietf:params:xml:ns:xm")]:
        assert inspector.feed(side, data, 0) is Status.MORE
    assert inspector.feed(1, b"pp-tls'/>rest", 0) is Status.SWITCH
    assert (inspector.switch().hint, inspector.switch().server_rest) == ("TLS", b"rest")


def test_claims() -> None:
    """Other XML is not XMPP."""
    assert PROTOCOL.claims(ANYWHERE, b"<?xml version='1.0'?><soap>", b"") is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, b"<?xml version='1.0'?><soap>" + bytes(200), b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"<stream:stream a='" + b"x" * 2000, b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"<html>", b"") is Claim.NO
