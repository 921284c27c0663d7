"""NNTP: commands, groups, articles that are not read."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context
from netmon.protocols.nntp import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run, text_of

TALK: list[Flight] = [
    (1, b"200 news.example.org InterNetNews NNRP ready\r\n"),
    (0, b"MODE READER\r\nGROUP comp.lang.python\r\n"),
    (1, b"200 ok\r\n211 1 1 1 comp.lang.python\r\n"),
    (0, b"AUTHINFO PASS secret\r\nPOST\r\n"),
    (1, b"281 ok\r\n340 go on\r\n"),
    (0, b"Subject: x\r\n\r\nGROUP secret\r\n.\r\nQUIT\r\n"),
]


def test_conversation() -> None:
    """An article's lines are no commands, a password is not told."""
    assert check(PROTOCOL, TALK) == {
        "nntp_banner": ("news.example.org InterNetNews NNRP ready",),
        "nntp_command": ("MODE", "GROUP", "AUTHINFO", "POST", "QUIT"),
        "nntp_group": ("comp.lang.python",),
    }
    finding, _, updates = run(PROTOCOL, TALK)
    assert finding.risks == ("clear-text-credentials",)
    assert "secret" not in text_of(updates)


def test_claims() -> None:
    """A greeting that says nothing waits for the client."""
    assert PROTOCOL.claims(ANYWHERE, b"", b"200 hello\r\n") is Claim.MORE
    assert PROTOCOL.claims(Context("tcp", 50000, 119), b"", b"200 hello\r\n") is Claim.WEAK
    assert PROTOCOL.claims(ANYWHERE, b"CAPABILITIES\r\n", b"200 hello\r\n") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b"USER x\r\n", b"200 hello\r\n") is Claim.NO
