"""Who logs in by SASL: the first message, and nothing of the second."""

from __future__ import annotations

from base64 import b64encode

import pytest

from netmon.model.finding import Update
from netmon.protocols import imap, irc, ldap, memcache, pop3, smtp
from netmon.protocols._contract import Context
from netmon.protocols._report import Report
from netmon.protocols._sasl import LONGEST, LineLogin, report_user, user_of

from ._streams import ANYWHERE, Flight, check, run, text_of, values

PLAIN = b"\0alice\0hunter2"
TOKEN = b64encode(PLAIN)


@pytest.mark.parametrize(
    ("mechanism", "message", "user"),
    [
        (b"PLAIN", PLAIN, b"alice"),
        (b"plain", b"admin\0alice\0hunter2", b"alice"),
        (b"PLAIN", b"hunter2", b""),
        (b"LOGIN", b"alice", b"alice"),
        (b"SCRAM-SHA-256-PLUS", b"p=tls-unique,a=admin,n=al=3Di=2Cce,r=abc", b"al=i,ce"),
        (b"SCRAM-SHA-1", b"c=biws,r=abc,p=proof", b""),
        (b"AMQPLAIN", b"\x05LOGINS\0\0\0\x05guest\x08PASSWORDS\0\0\0\x05hunte", b"guest"),
        (b"CRAM-MD5", b"alice 0123", b""),
        (b"", PLAIN, b""),
    ],
)
def test_user_of(mechanism: bytes, message: bytes, user: bytes) -> None:
    """By mechanism; nothing where the message is another one's."""
    assert user_of(mechanism, message) == user


def test_long_messages_are_left_alone() -> None:
    """A name has its bounds (RFC 4616: 255 octets)."""
    report = Report("X", ANYWHERE)
    report_user(report, b"LOGIN", b"a" * (LONGEST + 1))
    update = report.update()
    assert update is not None and update.finding is not None
    assert update.finding.fields == ()


def test_only_the_first_message_counts() -> None:
    """LOGIN's second message is the password; after a loss nobody knows which one it is."""
    for lost in (False, True):
        report, login = Report("X", Context("tcp", 1, 2)), LineLogin()
        login.begin(report, b"LOGIN")
        if lost:
            login.lose()
        else:
            login.line(report, b64encode(b"alice"))
        login.line(report, b64encode(b"hunter2"))
        update = report.update()
        assert isinstance(update, Update) and update.finding is not None
        assert values(update.finding) == ({} if lost else {"sasl_user": ("alice",)})
        assert update.finding.risks == ("clear-text-credentials",)


SMTP: list[Flight] = [(1, b"220 mail ESMTP\r\n"), (0, b"EHLO a\r\n"), (1, b"250 AUTH PLAIN LOGIN\r\n")]
IMAP: list[Flight] = [(1, b"* OK IMAP4rev1\r\n")]
POP: list[Flight] = [(1, b"+OK POP3\r\n")]
LDAP_BIND = b"\x60\x21\x02\x01\x03\x04\x00\xa3\x1a\x04\x05PLAIN\x04\x0f" + PLAIN[:15].ljust(15, b"x")
TALKS = {
    "smtp-plain": (smtp, [*SMTP, (0, b"AUTH PLAIN " + TOKEN + b"\r\n"), (1, b"235 ok\r\n")]),
    "smtp-plain-later": (smtp, [*SMTP, (0, b"AUTH PLAIN\r\n"), (1, b"334 \r\n"), (0, TOKEN + b"\r\n"), (1, b"235 ok\r\n")]),
    "smtp-login": (smtp, [*SMTP, (0, b"AUTH LOGIN\r\n"), (1, b"334 VXNlcm5hbWU6\r\n"), (0, b64encode(b"alice") + b"\r\n"),
                          (1, b"334 UGFzc3dvcmQ6\r\n"), (0, b64encode(b"hunter2") + b"\r\n"), (1, b"235 ok\r\n")]),
    "imap": (imap, [*IMAP, (0, b"a AUTHENTICATE PLAIN\r\n"), (1, b"+ \r\n"), (0, TOKEN + b"\r\n"), (1, b"a OK\r\n")]),
    "pop3": (pop3, [*POP, (0, b"AUTH PLAIN " + TOKEN + b"\r\n"), (1, b"+OK\r\n")]),
    "irc": (irc, [(0, b"NICK al\r\nUSER al 0 * :Al\r\nAUTHENTICATE PLAIN\r\n"),
                  (1, b":irc.example NOTICE * :hello\r\nAUTHENTICATE +\r\n"),
                  (0, b"AUTHENTICATE " + TOKEN + b"\r\n")]),
    "memcache": (memcache, [(0, b"\x80\x21\0\x05" + bytes(7) + bytes((5 + len(PLAIN),)) + bytes(12) + b"PLAIN" + PLAIN)]),
    "ldap": (ldap, [(0, b"\x30" + bytes((len(LDAP_BIND) + 3,)) + b"\x02\x01\x01" + LDAP_BIND)]),
}  # fmt: skip


@pytest.mark.parametrize("name", TALKS)
def test_in_a_conversation(name: str) -> None:
    """The name, whatever carries it and however it is cut; never the password."""
    module, talk = TALKS[name]
    assert check(module.PROTOCOL, talk)["sasl_user"] == ("alice",)
    finding, _, updates = run(module.PROTOCOL, talk)
    assert "clear-text-credentials" in finding.risks
    assert "hunter" not in text_of(updates) and b64encode(b"hunter2").decode() not in text_of(updates)
