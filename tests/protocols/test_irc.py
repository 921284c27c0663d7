"""IRC: registration, a message, services' passwords."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Status
from netmon.protocols.irc import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run, text_of

CONVERSATION: list[Flight] = [
    (0, b"NICK alice\r\nUSER alice 0 * :Alice Example\r\n"),
    (1, b":irc.example.org NOTICE * :*** Looking up\r\n:irc.example.org 001 alice :Welcome\r\n"),
    (0, b"JOIN #private hunter2\r\n"),
    (0, b"PRIVMSG NickServ :IDENTIFY hunter2\r\n"),
    (1, b":bob!b@example.org PRIVMSG alice :hunter2\r\nPING :x\r\n"),
    (0, b"PONG :x\r\nhunter2 oops\r\n"),
]


def test_conversation() -> None:
    """Commands and nick; no message, no key."""
    assert check(PROTOCOL, CONVERSATION) == {
        "irc_command": ("NICK", "USER", "JOIN", "PRIVMSG", "PONG"),
        "irc_nick": ("alice",),
    }
    finding, _, updates = run(PROTOCOL, CONVERSATION)
    assert finding.risks == ("clear-text-credentials",)
    assert "hunter2" not in text_of(updates)


def test_starttls() -> None:
    """TLS follows the server's consent (IRCv3), as the first thing that is said or later."""
    talk: list[Flight] = [(0, b"STARTTLS\r\n"), (1, b":irc.example 670 * :go ahead\r\n")]
    finding, status, _ = run(PROTOCOL, talk)
    assert (finding.label, status) == ("IRC", Status.SWITCH)
    assert PROTOCOL.claims(ANYWHERE, talk[0][1], b"") is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, talk[0][1], talk[1][1]) is Claim.YES
    refused: list[Flight] = [*CONVERSATION[:2], talk[0], (1, b":irc.example 691 alice :no\r\n"), talk[1]]
    assert run(PROTOCOL, refused)[1] is Status.ALWAYS


def test_claims() -> None:
    """USER with one parameter is FTP's or POP3's."""
    assert PROTOCOL.claims(ANYWHERE, b"", b":irc.example.org NOTICE * :hello\r\n") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b"USER alice\r\n", b"220 hello\r\n") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"USER alice\r\n", b"") is not Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b"CAP LS 302\r\nNICK a\r\n", b"") is Claim.YES
