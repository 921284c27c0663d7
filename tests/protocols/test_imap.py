"""IMAP: login with quoted and literal names, literals that look like commands, STARTTLS."""

from __future__ import annotations

import pytest

from netmon.protocols._contract import Claim, Context, Status
from netmon.protocols.imap import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run, text_of, values

CONVERSATION: list[Flight] = [
    (1, b"* OK IMAP4rev1 Service Ready\r\n"),
    (0, b"a1 LOGIN alice hunter2\r\n"),
    (1, b"a1 OK done\r\n"),
    (0, b"a2 SELECT INBOX\r\n"),
    (1, b"* 1 EXISTS\r\na2 OK done\r\n"),
    (0, b"a3 UID FETCH 1 BODY[]\r\n"),
    (1, b"* 1 FETCH (BODY[] {19}\r\na3 BAD x\r\nprivate\r\n)\r\na3 OK done\r\n"),
    (0, b"a4 APPEND Sent {14}\r\n"),
    (1, b"+ go\r\n"),
    (0, b"b1 NOOP secret\r\n"),
    (0, b"a5 LOGOUT\r\n"),
]


def test_conversation() -> None:
    """Greeting, commands, user; no password, no literal."""
    assert check(PROTOCOL, CONVERSATION) == {
        "imap_banner": ("OK IMAP4rev1 Service Ready",),
        "imap_command": ("LOGIN", "SELECT", "FETCH", "APPEND", "LOGOUT"),
        "imap_user": ("alice",),
    }
    finding, _, updates = run(PROTOCOL, CONVERSATION)
    assert (finding.state, finding.risks) == ("LOGOUT", ("clear-text-credentials",))
    for secret in ("hunter2", "private", "secret"):
        assert secret not in text_of(updates)


@pytest.mark.parametrize(("line", "user"), [(b'"a b" "pw"', "a b"), (b"bob {6}", "bob")])
def test_login_forms(line: bytes, user: str) -> None:
    """Quoted names, and a password as a literal."""
    flights = [CONVERSATION[0], (0, b"a1 LOGIN " + line + b"\r\nsecret\r\n")]
    assert values(run(PROTOCOL, flights)[0])["imap_user"] == (user,)


def test_starttls_hands_the_stream_on() -> None:
    """After the tagged OK."""
    inspector = PROTOCOL.start(ANYWHERE)
    for side, data in (CONVERSATION[0], (0, b"x STARTTLS\r\n"), (1, b"* x\r\nx OK go\r\nrest")):
        status = inspector.feed(side, data, 0)
    assert status is Status.SWITCH
    assert (inspector.switch().hint, inspector.switch().server_rest) == ("TLS", b"rest")


def test_claims() -> None:
    """The greeting decides; in the middle a tagged command is a hint."""
    assert PROTOCOL.claims(ANYWHERE, b"", b"* OK ready\r\n") is Claim.YES
    assert PROTOCOL.claims(Context("tcp", 1, 2, midstream=True), b"a1 NOOP\r\n", b"") is Claim.WEAK
    assert PROTOCOL.claims(ANYWHERE, b"a1 NOOP\r\n", b"") is Claim.NO
