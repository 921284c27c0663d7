"""SMTP: the conversation of RFC 5321 appendix D, AUTH, BDAT and STARTTLS."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context, Status
from netmon.protocols.smtp import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run, text_of, values

CONVERSATION: list[Flight] = [
    (1, b"220-mx.example.org ESMTP ready\r\n220 and waiting\r\n"),
    (0, b"EHLO client.example.org\r\n"),
    (1, b"250-mx.example.org\r\n250-AUTH PLAIN LOGIN\r\n250 HELP\r\n"),
    (0, b"AUTH LOGIN\r\n"),
    (1, b"334 VXNlcm5hbWU6\r\n"),
    (0, b"cG9zdG1hc3Rlcg==\r\n"),
    (1, b"334 UGFzc3dvcmQ6\r\n"),
    (0, b"bXlwYXNzd29yZA==\r\n"),
    (1, b"235 ok\r\n"),
    (0, b"MAIL FROM:<alice@example.org> SIZE=100\r\nRCPT TO:<bob@example.net>\r\nRCPT TO: <carol@example.net>\r\nDATA\r\n"),
    (1, b"250 ok\r\n250 ok\r\n250 ok\r\n354 go on\r\n"),
    (0, b"Subject: secret\r\n\r\nQUIT\r\nRCPT TO:<nobody@example.com>\r\n.\r\n"),
    (1, b"250 queued\r\n"),
    (0, b"BDAT 12 LAST\r\nHELO secret\nQUIT\r\n"),
    (1, b"250 ok\r\n221 bye\r\n"),
]


def test_conversation() -> None:
    """Commands, names and addresses; nothing of the message, of the login who it is."""
    fields = check(PROTOCOL, CONVERSATION)
    assert fields == {
        "smtp_banner": ("mx.example.org ESMTP ready",),
        "smtp_helo": ("client.example.org",),
        "smtp_command": ("EHLO", "AUTH", "MAIL", "RCPT", "DATA", "BDAT", "QUIT"),
        "sasl_user": ("postmaster",),
        "smtp_from": ("alice@example.org",),
        "smtp_to": ("bob@example.net", "carol@example.net"),
    }
    finding, status, updates = run(PROTOCOL, CONVERSATION)
    assert (finding.state, status, finding.risks) == ("QUIT", Status.ALWAYS, ("clear-text-credentials",))
    for secret in ("cG9z", "bXlw", "mypass", "secret", "nobody"):
        assert secret not in text_of(updates)


def test_starttls_hands_the_stream_on() -> None:
    """After the server's 220 the rest belongs to TLS."""
    flights = [*CONVERSATION[:3], (0, b"STARTTLS\r\n"), (1, b"220 go ahead\r\nrest")]
    inspector = PROTOCOL.start(ANYWHERE)
    for side, data in flights:
        status = inspector.feed(side, data, 0)
    assert status is Status.SWITCH
    switch = inspector.switch()
    assert (switch.hint, switch.client_rest, switch.server_rest) == ("TLS", b"", b"rest")


def test_claims() -> None:
    """A greeting alone only when it says SMTP; any other 220 waits for the client, who may speak FTP."""
    assert PROTOCOL.claims(ANYWHERE, b"", b"220 mx ESMTP\r\n") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b"", b"220 welcome\r\n") is Claim.MORE
    assert PROTOCOL.claims(Context("tcp", 50000, 25), b"", b"220 welcome\r\n") is Claim.WEAK
    assert PROTOCOL.claims(ANYWHERE, b"USER bob\r\n", b"220 welcome\r\n") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"EHLO x\r\n", b"") is Claim.YES


def test_message_lines_are_no_commands() -> None:
    """The end of the message ends the message, not a command inside it."""
    finding, _, _ = run(PROTOCOL, CONVERSATION[:13])
    assert "QUIT" not in values(finding)["smtp_command"]


def test_a_greeting_that_comes_late() -> None:
    """A client that does not wait: the first 220 is the greeting all the same."""
    finding = run(PROTOCOL, [(0, b"HELO a.example\r\nMAIL FROM:<b@c>\r\n"), (1, b"220 mx ESMTP\r\n250 hello\r\n")])[0]
    assert values(finding)["smtp_banner"] == ("mx ESMTP",)
