"""POP3: login, a message, SASL, STLS."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context, Status
from netmon.protocols.pop3 import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run, text_of

CONVERSATION: list[Flight] = [
    (1, b"+OK POP3 server ready\r\n"),
    (0, b"CAPA\r\n"),
    (1, b"+OK\r\nUSER\r\nSTLS\r\n.\r\n"),
    (0, b"AUTH PLAIN\r\n"),
    (1, b"+ \r\n"),
    (0, b"AGFsaWNlAGh1bnRlcjI=\r\n"),
    (1, b"-ERR no\r\n"),
    (0, b"USER alice\r\n"),
    (1, b"+OK\r\n"),
    (0, b"PASS hunter2\r\n"),
    (1, b"+OK\r\n"),
    (0, b"RETR 1\r\n"),
    (1, b"+OK\r\nSubject: private\r\n\r\nPASS\r\n.\r\n"),
    (0, b"QUIT\r\n"),
]


def test_conversation() -> None:
    """Greeting, commands, user; no password, no message."""
    assert check(PROTOCOL, CONVERSATION) == {
        "pop_banner": ("POP3 server ready",),
        "pop_command": ("CAPA", "AUTH", "USER", "PASS", "RETR", "QUIT"),
        "sasl_user": ("alice",),
        "pop_user": ("alice",),
    }
    finding, _, updates = run(PROTOCOL, CONVERSATION)
    assert (finding.state, finding.risks) == ("UPDATE", ("clear-text-credentials",))
    for secret in ("hunter2", "AGFs", "private"):
        assert secret not in text_of(updates)


def test_stls_hands_the_stream_on() -> None:
    """After +OK, not after -ERR."""
    for answer, expected in ((b"+OK go\r\n", Status.SWITCH), (b"-ERR no\r\n", Status.ALWAYS)):
        inspector = PROTOCOL.start(ANYWHERE)
        for side, data in (CONVERSATION[0], (0, b"STLS\r\n"), (1, answer)):
            status = inspector.feed(side, data, 0)
        assert status is expected


def test_claims() -> None:
    """+OK alone waits; Redis says it too."""
    assert PROTOCOL.claims(ANYWHERE, b"", b"+OK hello\r\n") is Claim.MORE
    assert PROTOCOL.claims(Context("tcp", 50000, 110), b"", b"+OK hello\r\n") is Claim.WEAK
    assert PROTOCOL.claims(ANYWHERE, b"*1\r\n$4\r\nPING\r\n", b"+OK\r\n") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"AUTH secret\r\n", b"+OK\r\n") is not Claim.YES
